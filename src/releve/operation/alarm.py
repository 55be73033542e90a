"""Who is told when something must not wait: a web-hook, or people by mail (`[[alarms]]` of `transition.toml`)."""

from typing import Annotated, Literal

from pydantic import Field

from releve.operation.setting import Record, Says

URL_PATTERN = r"^https?://[^\s/]+(/\S*)?$"
MAIL_PATTERN = r"^[^\s@<>,;]+@[^\s@<>,;]+$"
HOST_PATTERN = r"^[A-Za-z0-9.:_-]+$"
VARIABLE_PATTERN = r"^[A-Za-z_][A-Za-z0-9_]*$"
MailAddress = Annotated[str, Field(pattern=MAIL_PATTERN)]


class WebHook(Record):
    """Each alarm is posted as JSON."""

    kind: Literal["webhook"]
    url: Annotated[str, Field(pattern=URL_PATTERN), Says("where each alarm is posted as JSON")]


class MailAlarm(Record):
    """Each alarm is sent by SMTP."""

    kind: Literal["mail"]
    to: Annotated[tuple[MailAddress, ...], Field(min_length=1), Says("who is told")]
    from_: Annotated[MailAddress, Field(alias="from"), Says("the address that it comes from")]
    host: Annotated[str, Field(pattern=HOST_PATTERN), Says("the mail server")]
    port: Annotated[int, Field(ge=1, le=65_535), Says("its port", mark="S", source="convention")] = 25
    security: Annotated[
        Literal["none", "starttls", "tls"], Says("how the way to the mail server is kept secret")
    ] = "none"
    user: Annotated[str | None, Says("the name to sign in with; none: no signing in")] = None
    password_env: Annotated[
        str | None,
        Field(pattern=VARIABLE_PATTERN),
        Says("the environment variable that holds the password: a file of a move holds no secret"),
    ] = None


Alarm = Annotated[WebHook | MailAlarm, Field(discriminator="kind")]

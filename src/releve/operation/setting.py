"""What a setting says about itself: its meaning, unit, mark and source stand beside its type.

Every field of the models carries a `Says`; `releve explain` prints it and the reference page is made from it.
Marks: S read in a public source, D derived by arithmetic from S, M from memory and unverified, J a judgement.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Mark = Literal["S", "D", "M", "J"]


@dataclass(frozen=True, slots=True)
class Says:
    """What a setting means; `mark` and `source` speak of its default, where it has one that is a number."""

    meaning: str
    unit: str = ""
    mark: Mark | None = None
    source: str = ""


class Record(BaseModel):
    """A frozen record read from a file: an unknown key is an error, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def _whole_hundredth(percent: float) -> float:
    if abs(percent * 100 - round(percent * 100)) > 1e-9:
        raise ValueError("a share is a whole 1/100 %, for example 12.5 or 33.33")
    return percent


Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")]
Chance = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
Percent = Annotated[float, Field(ge=0, le=100)]
SharePercent = Annotated[float, Field(ge=0, le=100), AfterValidator(_whole_hundredth)]
Cents = Annotated[int, Field(ge=0)]

"""Who answers the survey: satisfaction is known of them alone, so both sites' customers must answer alike.

And what is compared speaks for all customers only as far as the silent are like those who answered. So the reason
says how bad the silent would have to be to flip it: a bound, with what was seen taken at its worst (or best).
"""

from dataclasses import dataclass, field, replace

from releve.transition.comparison import Evidence, by_text
from releve.transition.verdict import Judgement, Verdict


@dataclass(frozen=True, slots=True)
class Response:
    """Daily differences of the response rate, new minus old; how many answered of those asked, at both sites."""

    difference: Evidence = field(default_factory=Evidence)
    answered: float = 0.0
    asked: float = 0.0

    def add(self, difference: float, answered: float, asked: float) -> "Response":
        """One day more."""
        return Response(self.difference.add(difference), self.answered + answered, self.asked + asked)

    @property
    def rate(self) -> float:
        """The part that answers, 0 to 1."""
        return self.answered / max(self.asked, 1.0)


def judge_response(judgement: Judgement, response: Response, alpha: float, margin: float) -> Judgement:
    """A judgement on satisfaction, with what would flip it; hold until the response rates are shown to be alike.

    margin: how far the rates may differ, either way, as a chance.
    """
    lower, upper = response.difference.lower(alpha), response.difference.upper(alpha)
    if not -margin < lower <= upper < margin:
        seen = response.difference.carried
        said = (
            f"the response rates are not shown to be within {100 * margin:g} points of each other: "
            f"{100 * seen.mean:+.2f} points, new minus old, in {seen.count} days"
        )
        return replace(judgement, verdict=Verdict.HOLD, reason=f"{judgement.reason}; {said}")
    return replace(judgement, reason=f"{judgement.reason}{_silent(judgement, response.rate)}")


def _silent(judgement: Judgement, rate: float) -> str:
    """How bad the silent would have to be: rate x bound + (1 - rate) x silent = the limit that the bound passed."""
    margin = judgement.margin or 0.0
    limits = {
        Verdict.GO_ON: (judgement.upper, margin),
        Verdict.STEP_BACK: (judgement.lower, 0.0),
        Verdict.ROLL_BACK: (judgement.lower, margin),
    }
    bound, limit = limits.get(judgement.verdict, (None, 0.0))
    if bound is None or rate >= 1.0:
        return ""
    flips = (limit - rate * bound) / (1.0 - rate)
    return f"; {rate:.0%} answer, and it would flip if the new site were {by_text(flips)} for the silent"

"""Is the split the one asked for? A sequential test of the share of customers who went to the new site.

An e-value that may be looked at at any time: the likelihood of the counts under a uniformly mixed share over
the likelihood under the share asked for (Robbins 1970; for several arms Lindon and Malek 2022). When it
passes 1 / alpha the split is not the one asked for, with a false alarm in at most alpha of waves (Ville); every
wave that opens begins one anew. Customers are hashed, so count each customer once: a customer who calls again
says nothing new.
"""

from dataclasses import dataclass
from math import exp, log

from scipy.special import betaln

from releve.base.units import WHOLE, share_text
from releve.transition.verdict import Judgement, Verdict


@dataclass(frozen=True, slots=True)
class Split:
    """Customers seen since a wave opened at its share."""

    share: int  # asked for, in 1/100 %, strictly between nothing and all
    new: int = 0  # customers whose contact went to the new site
    customers: int = 0  # in all

    def add(self, new: int, customers: int) -> "Split":
        """More customers at the same share."""
        return Split(self.share, self.new + new, self.customers + customers)

    def log_e(self) -> float:
        """Log of the e-value: 0 before anything is seen, large when the split is wrong; -inf or inf never."""
        asked, old = self.share / WHOLE, self.customers - self.new
        mixed = float(betaln(1 + self.new, 1 + old))
        return mixed - self.new * log(asked) - old * log(1 - asked)


def judge_split(split: Split, alpha: float = 0.01, gate: str = "split") -> Judgement:
    """Hold when the split is shown not to be the one asked for: then no comparison can be trusted."""
    asked = share_text(split.share)
    if not split.customers:
        return Judgement(gate, "split", Verdict.GO_ON, f"no customer seen yet, {asked} asked for")
    went = f"{100 * split.new / split.customers:.2f} % of {split.customers:,} customers"
    seen = f"{went} went to the new site, {asked} asked for"
    if split.log_e() < log(1 / alpha):
        return Judgement(gate, "split", Verdict.GO_ON, seen)
    odds = exp(min(split.log_e(), 50.0))
    return Judgement(gate, "split", Verdict.HOLD, f"{seen}: not the same split (evidence {odds:.0f} to 1)")

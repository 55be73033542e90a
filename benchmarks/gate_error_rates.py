"""How often the gates are wrong: false stops and false promotions by simulation, beside their rivals.

    python benchmarks/gate_error_rates.py [--runs 2000]

The world: 1,560 contacts a day over 28 half-hours, 6 % abandoned, each site with its own congestion effect
in log-odds (AR(1) 0.7 over the half-hours, fresh each day).

A stop is false when it steps back though the true difference, taken over the days judged, is not above
nothing, or rolls back though it is not above the margin; a promotion is false when the true difference at the
wave's share is the margin or more. In brackets is the 99 % upper bound of the rate (Clopper-Pearson), to be
held against the nominal 5 %.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.special import betaln

from releve.transition.brake import Limits, cusum, standardised
from releve.transition.comparison import OWN_SHARE, Floats, radius
from releve.transition.power import AR, HALF_HOURS, NEVER, what_it_can_prove

Bools = NDArray[np.bool_]

MARGIN, ALPHA = 0.02, 0.05
SHARES = np.array([0.10, 0.15, 0.25, 0.50, 0.75])  # the practice ramp, before the last step to all
PLANNED = np.array([10, 10, 5, 5, 5])  # working days of each wave
LEAST_DAYS, MOST_DAYS = 5, 90
WEEK = 5  # working days


@dataclass(frozen=True)
class World:
    """Two sites that share a queue."""

    share: float | Floats  # the new site's part of the contacts: one number, or [run]
    congestion: float  # sd in log-odds
    contacts: float = 1_560.0  # a day, both sites together
    base: float = 0.06  # abandoned without congestion


@dataclass(frozen=True)
class Days:
    """Simulated days: [run, day, half-hour, arm], arm 0 the old site."""

    count: Floats
    bad: Floats

    @property
    def difference(self) -> Floats:
        """New minus old of each day: [run, day]."""
        rate = self.bad.sum(axis=2) / np.maximum(self.count.sum(axis=2), 1)
        return np.asarray(rate[..., 1] - rate[..., 0])


def days_of(world: World, effects: Floats, runs: int, draw: np.random.Generator) -> Days:
    """Days in which the new site is worse by effects: [day], or [run, day]."""
    effects = np.broadcast_to(effects, (runs, np.shape(effects)[-1]))
    shape = (*effects.shape, HALF_HOURS, 2)
    effect = draw.standard_normal(shape)
    for hour in range(1, HALF_HOURS):
        effect[:, :, hour] = AR * effect[:, :, hour - 1] + np.sqrt(1 - AR**2) * effect[:, :, hour]
    chance = 1 / (1 + np.exp(-(np.log(world.base / (1 - world.base)) + world.congestion * effect)))
    chance[..., 1] = np.clip(chance[..., 1] + effects[..., None], 0, 1)
    share = np.broadcast_to(world.share, runs)
    parts = np.stack([1 - share, share], axis=-1) * world.contacts / HALF_HOURS
    count = draw.poisson(np.broadcast_to(parts[:, None, None, :], shape))
    return Days(count.astype(np.float64), draw.binomial(count, chance).astype(np.float64))


def running(differences: Floats) -> tuple[Floats, Floats, Floats]:
    """Number, mean and standard deviation of the days up to each: [day], [run, day], [run, day]."""
    n = np.arange(1, differences.shape[1] + 1)
    mean = differences.cumsum(axis=1) / n
    squares = np.maximum((differences**2).cumsum(axis=1) - n * mean**2, 0)
    return n, mean, np.where(n > 1, np.sqrt(squares / np.maximum(n - 1, 1)), 0.0)


def bounds_on_days(differences: Floats, alpha: float) -> tuple[Floats, Floats]:
    """Lower and upper bound after each day: [run, day]."""
    n, mean, sd = running(differences)
    half = radius(n, sd, alpha)
    return mean - half, mean + half


def alarms_on_days(differences: Floats, alpha: float) -> Bools:
    """Whether the day rule ever stops a run: [run]."""
    return ever(bounds_on_days(differences, alpha)[0] > 0)


def bounds_on_calls(days: Days, alpha: float, mixture: bool) -> tuple[Floats, Floats]:
    """The rivals, which take every call for independent: a z-test at each look, or an asymptotic sequence."""
    count, bad = (each.sum(axis=2).cumsum(axis=1) for each in (days.count, days.bad))
    rate = bad / np.maximum(count, 1)
    variance = np.maximum((rate * (1 - rate) / np.maximum(count, 1)).sum(axis=-1), 1e-12)
    difference = rate[..., 1] - rate[..., 0]
    if mixture:
        effect = variance[:, :1]  # the effect drawn with the variance of the first day, as in the day rule
        grown = np.log((variance + effect) / variance) - 2 * np.log(2 * alpha)
        half = np.sqrt(variance * (variance + effect) / effect * grown)
    else:
        half = stats.norm.isf(alpha) * np.sqrt(variance)
    return difference - half, difference + half


def upper_bound(hits: int, runs: int) -> float:
    """The 99 % upper bound of a rate (Clopper-Pearson)."""
    return 1.0 if hits == runs else float(stats.beta.ppf(0.99, hits + 1, runs - hits))


def rate_text(hits: Bools) -> str:
    """A rate and its bound: ' 2.8 % (<  3.9 %)'."""
    return f"{hits.mean():6.1%} (< {upper_bound(int(hits.sum()), len(hits)):5.1%})"


def ever(hit: Bools) -> Bools:
    """Whether a run [run, day] is ever hit: [run]."""
    return np.asarray(hit.any(axis=1))


def first_day(hit: Bools) -> Floats:
    """The first day, from 1, of each run [run, day]; NEVER where there is none."""
    return np.where(hit.any(axis=1), hit.argmax(axis=1) + 1, NEVER)


def one_wave(runs: int, draw: np.random.Generator) -> Iterator[str]:
    """One share for 40 days: the day rule beside its rivals."""
    yield "\n40 days at one share, rate (99 % upper bound)"
    yield f"{'congestion, split':20}{'rule':28}{'false stop':>20}{'false promotion':>20}"
    for congestion in (0.0, 0.4, 0.8):
        for share in (0.5, 0.1):
            world = World(share, congestion)
            same = days_of(world, np.zeros(40), runs, draw)
            worse = days_of(world, np.full(40, MARGIN), runs, draw)
            rules = {
                "days, t-mixture": [bounds_on_days(each.difference, ALPHA) for each in (same, worse)],
                "calls, z-test each day": [bounds_on_calls(each, ALPHA, False) for each in (same, worse)],
                "calls, asymptotic sequence": [bounds_on_calls(each, ALPHA, True) for each in (same, worse)],
            }
            for name, ((lower, _), (_, upper)) in rules.items():
                stop, promote = ever(lower > 0), ever(upper < MARGIN)
                where = f"{congestion:g}, {share:.0%}"
                yield f"{where:20}{name:28}{rate_text(stop):>20}{rate_text(promote):>20}"


@dataclass(frozen=True)
class Procedure:
    """How a run over the waves is judged."""

    name: str
    own_share: float = OWN_SHARE  # times alpha for the days at the own share; 0: not asked
    carried: bool = True  # evidence carries over from wave to wave


@dataclass(frozen=True)
class Truth:
    """The true difference by wave, and what learning adds at the start, halved every `half_life` days."""

    name: str
    by_wave: tuple[float, ...]
    learning: float = 0.0
    half_life: float = 3.0 * WEEK

    def on(self, wave: NDArray[np.int64], day: int) -> Floats:
        """The true difference of each run today: [run]."""
        extra: float = self.learning * 0.5 ** (day / self.half_life)
        return np.asarray(self.by_wave, dtype=np.float64)[wave] + extra


TRUTHS = (
    Truth("no difference", (0, 0, 0, 0, 0)),
    Truth("at the margin", (MARGIN,) * 5),
    Truth("grows with the share to 2.25", tuple(0.03 * SHARES)),
    Truth("at the margin from 75 % on", (0, 0, 0, 0, MARGIN)),
    Truth("learning from +3 to 0", (0, 0, 0, 0, 0), learning=0.03),
)


@dataclass
class Tally:
    """Running moments of each run: [run]."""

    n: Floats
    mean: Floats
    squares: Floats

    @classmethod
    def of(cls, runs: int) -> "Tally":
        return cls(np.zeros(runs), np.zeros(runs), np.zeros(runs))

    def add(self, value: Floats) -> None:
        self.n += 1
        step = value - self.mean
        self.mean += step / self.n
        self.squares += step * (value - self.mean)

    def clear(self, which: Bools) -> None:
        for each in (self.n, self.mean, self.squares):
            each[which] = 0


@dataclass(frozen=True)
class Outcome:
    """What became of each run: [run]."""

    stopped: Bools
    false_stop: Bools
    false_promotion: Bools
    finished: Floats  # day on which the last wave before all was done; NEVER if not


def course(
    truth: Truth, congestion: float, procedure: Procedure, runs: int, draw: np.random.Generator
) -> Outcome:
    """The practice ramp, judged every working day until it is through, stops, or the days are over."""
    wave, due = np.zeros(runs, dtype=np.int64), PLANNED.cumsum()
    all_days, own, true = Tally.of(runs), Tally.of(runs), Tally.of(runs)
    earlier, freedom = np.zeros(runs), np.zeros(runs)
    live, stopped, false_stop, false_promotion = (np.full(runs, each) for each in (True, False, False, False))
    finished = np.full(runs, float(NEVER))
    for day in range(MOST_DAYS):
        now = np.minimum(wave, len(SHARES) - 1)
        today = truth.on(now, day)
        world = World(SHARES[now], congestion)
        seen = days_of(world, today[:, None], runs, draw).difference[:, 0]
        for tally, value in ((all_days, seen), (own, seen), (true, today)):
            tally.add(value)
        half = radius(all_days.n, np.sqrt(all_days.squares / np.maximum(all_days.n - 1, 1)), ALPHA)
        lower, upper = all_days.mean - half, all_days.mean + half
        if procedure.own_share:
            free = freedom + own.n - 1
            spread = np.sqrt((earlier + own.squares) / np.maximum(free, 1))
            own_half = radius(own.n, spread, procedure.own_share * ALPHA, free)
            upper = np.maximum(upper, own.mean + own_half)
        stop = live & (lower > 0)
        rolled = stop & (lower > MARGIN)
        false_stop |= (stop & (true.mean <= 0)) | (rolled & (true.mean <= MARGIN))
        stopped |= stop
        live &= ~stop
        on = live & (upper < MARGIN) & (own.n >= LEAST_DAYS) & (day + 1 >= due[now])
        false_promotion |= on & (today >= MARGIN)
        wave += on
        through = on & (wave == len(SHARES))
        finished[through] = day + 1
        live &= ~through
        earlier, freedom = earlier + on * own.squares, freedom + on * (own.n - 1)
        own.clear(on)
        if not procedure.carried:
            for tally in (all_days, true):
                tally.clear(on)
        if not live.any():
            break
    return Outcome(stopped, false_stop, false_promotion, finished)


def procedures(runs: int, draw: np.random.Generator) -> Iterator[str]:
    """The whole procedure over the waves of the practice ramp."""
    both = Procedure("carried, own share agrees")
    rivals = (
        both,
        Procedure("carried alone", own_share=0.0),
        Procedure("not carried", own_share=0.0, carried=False),
    )
    planned = int(PLANNED.sum())
    yield f"\nThe ramp 10, 15, 25, 50, 75 % planned in {planned} working days, {MOST_DAYS} at most"
    head = f"{'congestion':12}{'truth, points':32}{'procedure':28}{'false stop':>20}{'false promotion':>20}"
    yield f"{head}{'any stop':>10}{'on plan':>9}{'through':>9}{'median day':>12}"
    for congestion in (0.0, 0.4, 0.8):
        for truth in TRUTHS:
            for procedure in rivals if congestion == 0.4 else (both,):
                out = course(truth, congestion, procedure, runs, draw)
                through = out.finished < NEVER
                median = f"{np.median(out.finished[through]):.0f}" if through.any() else "-"
                yield (
                    f"{congestion:<12g}{truth.name:32}{procedure.name:28}{rate_text(out.false_stop):>20}"
                    f"{rate_text(out.false_promotion):>20}{out.stopped.mean():10.1%}"
                    f"{(out.finished <= planned).mean():9.1%}{through.mean():9.1%}{median:>12}"
                )


def day_text(first: Floats) -> str:
    """Median and 90th percentile of a day: '  7 / 12'."""
    middle, late = (float(np.quantile(first, level, method="higher")) for level in (0.5, 0.9))
    return " / ".join("never" if each >= NEVER / 2 else f"{each:.0f}" for each in (middle, late))


def what_a_wave_proves(runs: int, draw: np.random.Generator) -> Iterator[str]:
    """Days to a verdict by simulation, and as `power` works them out."""
    yield "\nDays to a verdict, median / 90th percentile (stop at +3 points, promote at none), 90 days"
    yield f"{'congestion, split':20}{'stop':>14}{'power says':>14}{'promote':>14}{'power says':>14}"
    for congestion, share in ((0.0, 0.5), (0.4, 0.5), (0.4, 0.1), (0.8, 0.1)):
        world = World(share, congestion)
        lower = bounds_on_days(days_of(world, np.full(90, 0.03), runs, draw).difference, ALPHA)[0]
        upper = bounds_on_days(days_of(world, np.zeros(90), runs, draw).difference, ALPHA)[1]
        said = what_it_can_prove(
            world.contacts, share, world.base, congestion, effect=0.03, margin=MARGIN, alpha=ALPHA
        )
        yield (
            f"{f'{congestion:g}, {share:.0%}':20}{day_text(first_day(lower > 0)):>14}"
            f"{f'{said.stop_median} / {said.stop_late}':>14}{day_text(first_day(upper < MARGIN)):>14}"
            f"{f'{said.go_on_median} / {said.go_on_late}':>14}"
        )


def brakes(runs: int, draw: np.random.Generator) -> Iterator[str]:
    """The CUSUM of the brake: false alarms in 60 days, and days to find +3 points that begin on day 11."""
    yield "\nThe brake's CUSUM, 60 days; days to find +3 points from day 11: median / 90th percentile"
    yield f"{'congestion, split':20}{'false alarm':>20}{'finds':>14}"
    few = min(runs, 600)
    for congestion in (0.0, 0.4, 0.8):
        for share in (0.5, 0.25, 0.1):
            limits = replace(Limits(), congestion=congestion)
            change = np.where(np.arange(60) >= 10, 0.03, 0.0)
            alarms = [
                _alarms(days_of(World(share, congestion), effect, few, draw), limits)
                for effect in (np.zeros(60), change)
            ]
            early = first_day(alarms[1]) <= 10
            found = (first_day(alarms[1]) - 10)[~early]
            where = f"{congestion:g}, {share:.0%}"
            yield f"{where:20}{rate_text(ever(alarms[0])):>20}{day_text(found):>14}"


def _alarms(days: Days, limits: Limits) -> Bools:
    """Whether the CUSUM is over its limit on each day: [run, day]."""
    steps = standardised(days.count, days.bad, 0.06, limits.congestion)
    walks = np.stack([cusum(run.ravel(), limits.cusum_drift) for run in steps])
    return np.asarray((walks > limits.cusum_limit).reshape(steps.shape).any(axis=2))


def splits(runs: int, draw: np.random.Generator) -> Iterator[str]:
    """Customers until a split that is not the one asked for is found, looked at every 20, and every day of 200."""
    yield "\nThe split test, 10 % asked for, level 1 %, 40,000 customers: found, median customers"
    for real, step in ((0.10, 20), (0.09, 20), (0.10, 200)):
        looks = step * np.arange(1, 40_000 // step + 1)
        new = draw.binomial(step, real, (runs, len(looks))).cumsum(axis=1)
        # the e-value of releve.transition.split, for all looks at once
        log_e = betaln(1 + new, 1 + looks - new) - new * np.log(0.1) - (looks - new) * np.log(0.9)
        found = log_e > np.log(100)
        middle = np.median(looks[found.argmax(axis=1)][ever(found)]) if found.any() else NEVER
        median = f"{middle:,.0f}" if ever(found).mean() > 0.5 else "-"
        where = f"real {real:.0%}, each {step}"
        yield f"{where:20}{rate_text(ever(found)):>20}{median:>14}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=2_000)
    runs = parser.parse_args().runs
    print(f"{runs} runs each, margin {MARGIN:.0%}, nominal {ALPHA:.0%} on each side")
    for seed, table in enumerate((one_wave, what_a_wave_proves, brakes, procedures, splits)):
        for line in table(runs, np.random.default_rng(seed)):
            print(line, flush=True)


if __name__ == "__main__":
    main()

"""Numbers: what one run of one measure gave, and what several rounds of it come to."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence

import msgspec

# How finely a distribution is kept: every half per cent, and the tail more finely.
LEVELS = (*(step / 200 for step in range(1, 198)), 0.99, 0.995, 0.999, 0.9999)


class Sample(msgspec.Struct, frozen=True):
    """One run.

    Rates are per second, latencies milliseconds, `cpu` microseconds per request by party. `others` is the
    share of the machine's cores that went to whoever had no part in the run.
    """

    operation: str
    contender: str
    round: int
    requests: int
    rate: float
    p50: float
    p99: float
    quantiles: list[float]
    cpu: dict[str, float]
    others: float
    problems: list[str]


def sample(
    operation: str,
    contender: str,
    round_: int,
    latencies: Sequence[float],
    seconds: float,
    cpu: dict[str, float],
    others: float,
    problems: list[str],
) -> Sample:
    """Makes a sample of the latencies (microseconds) of what was answered within `seconds`."""
    ordered = sorted(latencies)
    quantiles = [round(_quantile(ordered, level) / 1000, 3) for level in LEVELS]
    if not ordered:
        problems = [*problems, "nothing was answered"]
    return Sample(
        operation=operation,
        contender=contender,
        round=round_,
        requests=len(ordered),
        rate=len(ordered) / seconds,
        p50=_quantile(ordered, 0.5) / 1000,
        p99=_quantile(ordered, 0.99) / 1000,
        quantiles=quantiles,
        cpu=cpu,
        others=others,
        problems=problems,
    )


def _quantile(ordered: Sequence[float], level: float) -> float:
    return ordered[min(int(len(ordered) * level), len(ordered) - 1)] if ordered else 0.0


class Spread(msgspec.Struct, frozen=True):
    """A median, and the lowest and highest of the rounds around it."""

    median: float
    low: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """Sums up one number over the rounds; of no rounds, all zero."""
    if not values:
        return Spread(0.0, 0.0, 0.0)
    return Spread(statistics.median(values), min(values), max(values))


class Samples:
    """All runs of one bench, asked by operation and contender."""

    def __init__(self, samples: Sequence[Sample]) -> None:
        self.all = list(samples)

    def of(self, operation: str, contender: str) -> list[Sample]:
        return [s for s in self.all if (s.operation, s.contender) == (operation, contender)]

    def pairs(self) -> list[tuple[str, str]]:
        """The (operation, contender) pairs that were run, in the order they first ran."""
        return list(dict.fromkeys((s.operation, s.contender) for s in self.all))

    def spread(self, operation: str, contender: str, number: Callable[[Sample], float]) -> Spread:
        return spread([number(s) for s in self.of(operation, contender)])

    def ratio(self, operation: str, over: str, under: str) -> Spread:
        """How many times the rate of `under` the rate of `over` is, round by round.

        Runs of one round stand next to each other in time, so that a slow spell of the machine
        falls on both.
        """
        unders = {s.round: s.rate for s in self.of(operation, under)}
        return spread([s.rate / unders[s.round] for s in self.of(operation, over) if unders.get(s.round)])

    def others(self) -> Spread:
        """The share of the cores that went to others, over all runs."""
        return spread([s.others for s in self.all])

    def problems(self) -> list[str]:
        return [
            f"{s.operation} of {s.contender}, round {s.round}: {problem}"
            for s in self.all
            for problem in s.problems
        ]

"""What Prometheus reads at /metrics: how many requests of each kind, and how long they took."""

from bisect import bisect_left
from collections import Counter

UPTO_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Metrics:
    """Counts since the start."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, int]] = Counter()
        self._slower: dict[
            str, list[int]
        ] = {}  # operation -> requests in each band of seconds, the last over all
        self._seconds: Counter[str] = Counter()

    def answered(self, operation: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests[operation, status] += 1
        bands = self._slower.get(operation)
        if bands is None:
            bands = self._slower[operation] = [0] * (len(UPTO_S) + 1)
        bands[bisect_left(UPTO_S, seconds)] += 1
        self._seconds[operation] += seconds  # type: ignore[assignment]

"""What Prometheus reads at /metrics: how many requests of each kind there were, and how long they took.

Written by hand in the text format 0.0.4: three kinds of line need no library.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from itertools import accumulate

UPTO_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Metrics:
    """Counts since the start."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, int]] = Counter()
        self._bands: dict[
            str, list[int]
        ] = {}  # operation -> requests in each band of seconds; the last is over all
        self._seconds: dict[str, float] = {}
        self.sip: Counter[str] = Counter()  # messages by what came of them: a code, dropped, junk, again

    def answered(self, operation: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests[operation, status] += 1
        if operation not in self._bands:
            self._bands[operation] = [0] * (len(UPTO_S) + 1)
            self._seconds[operation] = 0.0
        self._bands[operation][bisect_left(UPTO_S, seconds)] += 1
        self._seconds[operation] += seconds

    def text(self, gauges: Mapping[str, int]) -> str:
        """Everything, with what is measured now by name."""
        lines = ["# TYPE releve_requests_total counter"]
        for (operation, status), count in sorted(self._requests.items()):
            lines.append(f'releve_requests_total{{operation="{operation}",status="{status}"}} {count}')
        lines.append("# TYPE releve_request_seconds histogram")
        for operation, bands in sorted(self._bands.items()):
            label = f'operation="{operation}"'
            for upto, count in zip((*UPTO_S, "+Inf"), accumulate(bands), strict=True):
                lines.append(f'releve_request_seconds_bucket{{{label},le="{upto}"}} {count}')
            lines.append(f"releve_request_seconds_sum{{{label}}} {self._seconds[operation]:.6f}")
            lines.append(f"releve_request_seconds_count{{{label}}} {sum(bands)}")
        lines.append("# TYPE releve_sip_total counter")
        for what, count in sorted(self.sip.items()):
            lines.append(f'releve_sip_total{{what="{what}"}} {count}')
        for name, value in gauges.items():
            lines += [f"# TYPE releve_{name} gauge", f"releve_{name} {value:d}"]
        return "\n".join(lines) + "\n"

"""Sums of a day's record, as the gates ask for them; memory is lent by the caller."""

from releve.engine.compiled import entry


@entry
def sum_bands(by_interval, width, weights, bands, whole):
    """Weighted sums of a day by band of `width` intervals and line, and the sums of the whole day.

    by_interval: f8[I, L, K], as in `House`; weights: f8[rows, K]. Adds to bands, f8[rows, band, L], and to whole,
    f8[L, K].
    """
    intervals, lines, measures = by_interval.shape
    for band in range(bands.shape[1]):
        for line in range(lines):
            for k in range(measures):
                part = 0.0
                for i in range(band * width, min((band + 1) * width, intervals)):
                    part += by_interval[i, line, k]
                if part != 0.0:
                    whole[line, k] += part
                    for row in range(len(weights)):
                        bands[row, band, line] += weights[row, k] * part


@entry
def sum_arms(by_interval, intervals, arms, measures, seen):
    """Sums of some measures over the lines of each arm, interval by interval.

    by_interval: f8[I, L, K]; intervals: i8[i], those asked for; arms: i8[arm, q], lines; measures: i8[m]. Adds to seen,
    f8[i, arm, m].
    """
    for place in range(len(intervals)):
        for arm in range(arms.shape[0]):
            for line in arms[arm]:
                for m in range(len(measures)):
                    seen[place, arm, m] += by_interval[intervals[place], line, measures[m]]

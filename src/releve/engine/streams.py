"""First contacts: when each queue's next one comes.

The running sum of unit exponentials goes through the inverse of the cumulative rate: exact, without thinning.
"""

import numpy as np

from releve.base.draws import ARRIVAL, bits, fold, uniform
from releve.engine.compiled import compiled
from releve.engine.variates import exponential


@compiled
def open_streams(h):
    """Each queue's first arrival of the day."""
    today = h.today[0]
    ordinal = np.uint64(today["ordinal"])
    for q in range(len(h.queues)):
        queue = h.queues[q]
        queue["stream_key"] = fold(fold(today["key"], queue["hash"]), ordinal)
        queue["stream_sum"] = 0.0
        queue["stream_interval"] = 0
        queue["stream_number"] = 0
        next_arrival(h, q)
        for i in range(h.first.shape[1]):
            h.profile[q, i + 1] = h.profile[q, i] + h.first[q, i]
    first_stream(h)


@compiled
def next_arrival(h, q):
    """Move a queue's stream on to its next first contact."""
    queue = h.queues[q]
    intervals = h.cumulative.shape[1] - 1
    number = queue["stream_number"] + 1
    key = fold(queue["stream_key"], np.uint64(number))
    total = queue["stream_sum"] + exponential(bits(key, 0, ARRIVAL))
    i = queue["stream_interval"]
    while i < intervals and h.cumulative[q, i + 1] <= total:
        i += 1
    queue["stream_number"] = number
    queue["stream_contact"] = key
    queue["stream_sum"] = total
    queue["stream_interval"] = i
    if i == intervals:
        queue["stream_at"] = np.inf
    else:
        low, high = h.cumulative[q, i], h.cumulative[q, i + 1]
        queue["stream_at"] = (i + (total - low) / (high - low)) * h.today[0]["interval_s"]


@compiled
def first_stream(h):
    """Note the queue whose next first contact comes first."""
    best = 0
    for q in range(1, len(h.queues)):
        if h.queues[q]["stream_at"] < h.queues[best]["stream_at"]:
            best = q
    h.today[0]["next_stream"] = best
    h.today[0]["next_at"] = h.queues[best]["stream_at"]


@compiled
def time_of_return(h, q, random):
    """A time of the day from the queue's own profile, s; negative when nothing is expected that day."""
    low, high = 0, h.first.shape[1]
    total = h.profile[q, high]
    if total <= 0.0:
        return -1.0
    place = uniform(random) * total
    while high - low > 1:
        middle = (low + high) >> 1
        if h.profile[q, middle] <= place:
            low = middle
        else:
            high = middle
    here = h.first[q, low]
    return (low + min((place - h.profile[q, low]) / here, 1.0)) * h.today[0]["interval_s"]

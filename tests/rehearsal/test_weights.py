"""The weights of sums by their names."""

import numpy as np
import pytest

from releve.engine.measures import MEASURES
from releve.rehearsal.weights import weights_of


def test_a_weighted_sum_takes_each_term_with_its_weight() -> None:
    sums = np.zeros(len(MEASURES))
    sums[MEASURES.index("offered")], sums[MEASURES.index("short")] = 100.0, 4.0
    assert sums @ weights_of({"offered": 1.0, "short": -1.0}) == 96.0


def test_a_term_that_is_no_sum_is_an_error_and_not_left_out() -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        weights_of({"offered": 1.0, "shrot": -1.0})

"""Rows are found again by the hashes of their keys, in whatever order they stand, and only where they are the same."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.engine import NOT_ONE_EACH
from features.engines.hashed import Hashed

#: few numbers, so that many rows have one in common; no two have both
PAIRS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2**64 - 1)), unique=True, max_size=20)


def hashed(pairs: list[tuple[int, int]]) -> Hashed:
    columns = [pa.array([pair[place] for pair in pairs], pa.uint64()) for place in (0, 1)]
    return Hashed(pa.table(columns, names=Hashed.NAMES))


@given(PAIRS, st.randoms(use_true_random=False))
def test_each_row_is_found_wherever_it_stands(pairs, chance):
    other = list(pairs)
    chance.shuffle(other)
    places = hashed(pairs).places_in(hashed(other))
    assert [other[place] for place in places] == pairs


@given(PAIRS.filter(bool), st.data())
def test_a_row_too_few_too_many_or_of_another_booking_is_told(pairs, data):
    place = data.draw(st.integers(0, len(pairs) - 1))
    twice = [*pairs, pairs[place]]
    missing = pairs[:place] + pairs[place + 1 :]
    another = [*missing, (4, 0)]
    for other in (twice, missing, another):
        with pytest.raises(ValueError, match=NOT_ONE_EACH):
            hashed(pairs).places_in(hashed(other))


def test_no_rows_are_no_rows():
    assert hashed([]).places_in(hashed([])).dtype == np.int64

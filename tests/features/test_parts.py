"""Tables dealt into parts of whole centres."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import features.parts
from features.parts import PART_ROWS, parts_of

HALF = PART_ROWS // 2


def table(centres: list[str]) -> pa.Table:
    return pa.table({"centre_id": pa.array(centres, pa.string()), "row": range(len(centres))})


@pytest.mark.parametrize(
    ("rows_of_centres", "rows_of_parts"),
    [
        ([], [0]),
        ([2 * HALF], [2 * HALF]),
        ([2 * HALF + 1], [2 * HALF + 1]),  # a centre is never divided
        ([HALF, HALF, HALF], [2 * HALF, HALF]),
        ([4 * HALF, 1, 1], [4 * HALF, 2]),
    ],
)
def test_parts(rows_of_centres, rows_of_parts):
    centres = [f"C{number}" for number, rows in enumerate(rows_of_centres) for _ in range(rows)]
    assert [part.num_rows for (part,) in parts_of(table(centres))] == rows_of_parts


@given(
    st.lists(st.sampled_from("ABCDEFG"), max_size=40), st.lists(st.sampled_from("ABC"), max_size=9), st.integers(1, 12)
)
def test_every_row_is_in_one_part_and_so_is_every_centre(some, others, size):
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(features.parts, "PART_ROWS", size)
        parts = list(parts_of(table(some), table(others)))
    for place, centres in enumerate((some, others)):
        dealt = [part[place]["row"].to_pylist() for part in parts]
        assert sorted(row for rows in dealt for row in rows) == list(range(len(centres)))
        assert all(rows == sorted(rows) for rows in dealt)
    names = [name for part in parts for name in {name for rows in part for name in rows["centre_id"].to_pylist()}]
    assert len(names) == len(set(names))

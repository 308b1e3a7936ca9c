"""Trimming: the quick look at a column's bytes never leaves a blank that a full trim would take."""

import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given, settings
from hypothesis import strategies as st

from data.trimming import trimmed

CELLS = (
    st.none() | st.text(st.characters(codec="utf-8"), max_size=6) | st.sampled_from([" a", "a\t", "\u3000a", "\x1fa"])
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(CELLS, max_size=6), st.integers(0, 3))
def test_it_is_what_trimming_everything_gives(cells: list[str | None], start: int) -> None:
    rows = pa.table(
        {"t": pa.array(cells, pa.string()).slice(min(start, len(cells))), "n": range(max(0, len(cells) - start))}
    )
    assert trimmed(rows)["t"].to_pylist() == pc.utf8_trim_whitespace(rows["t"]).to_pylist()
    assert trimmed(rows)["n"].equals(rows["n"])

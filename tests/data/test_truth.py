"""The truth file: what is written is read again, and what contradicts the schema is told."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import UserError
from data.truth import SCHEMES, TRUTH, WITHHELD, read_truth, write_truth

NULLABLE = pa.schema([field.with_nullable(True) for field in TRUTH])


def planted(number: int, **more: object) -> dict[str, object]:
    return {"centre_id": "C01", "booking_id": f"B{number}", "scheme": "overtake", "carried_out": True, **more}


def saved(folder: Path, rows: list[dict[str, object]], schema: pa.Schema = NULLABLE) -> Path:
    path = folder / "truth.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
    return path


names = st.text(min_size=1, max_size=4)
bookings = st.fixed_dictionaries(
    {
        "centre_id": names,
        "booking_id": names,
        "scheme": st.sampled_from(SCHEMES),
        "ring": st.none() | names,
        "clerk_id": st.none() | names,
        "carried_out": st.booleans(),
        "capacity_per_day": st.none(),
    }
)
centres = st.fixed_dictionaries(
    {
        "centre_id": names,
        "booking_id": st.none(),
        "scheme": st.just(WITHHELD),
        "ring": st.none(),
        "clerk_id": st.none(),
        "carried_out": st.just(True),
        "capacity_per_day": st.floats(1, 500),
    }
)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    rows=st.lists(bookings, unique_by=lambda row: (row["centre_id"], row["booking_id"])),
    withheld=st.lists(centres),
)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, object]], withheld: list[dict[str, object]]
) -> None:
    path = tmp_path_factory.mktemp("truth") / "truth.parquet"
    truth = pa.Table.from_pylist(rows + withheld, schema=TRUTH)
    write_truth(path, truth)
    assert read_truth(path).equals(truth)


def test_one_booking_number_may_stand_at_two_centres(tmp_path: Path) -> None:
    assert len(read_truth(saved(tmp_path, [planted(1), planted(1, centre_id="C02")]))) == 2


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([planted(1), planted(2, scheme=None)], "scheme is missing in 1 of 2 rows, the first being row 1"),
        ([planted(1, carried_out=None)], "carried_out is missing"),
        ([planted(1, centre_id=None)], "centre_id is missing"),
        ([planted(1, scheme="bribe")], "the scheme is none of overtake, .* withheld"),
        ([planted(1, booking_id=None)], "or none where it is another"),
        ([planted(1, scheme=WITHHELD)], "a booking is named where the scheme is withheld"),
        ([planted(1, capacity_per_day=120.0)], "a capacity stands at a booking"),
        ([planted(1), planted(2), planted(1)], "a booking is named twice in 2 of 3 rows"),
    ],
)
def test_rows_that_contradict_the_schema(tmp_path: Path, rows: list[dict[str, object]], said: str) -> None:
    with pytest.raises(UserError, match=said):
        read_truth(saved(tmp_path, rows))


def test_files_that_are_no_truth(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such file"):
        read_truth(tmp_path / "truth.parquet")
    with pytest.raises(UserError, match="cannot be read as Parquet"):
        read_truth(tmp_path)
    (tmp_path / "truth.parquet").write_text("booking_id\n1\n")
    with pytest.raises(UserError, match="cannot be read as Parquet"):
        read_truth(tmp_path / "truth.parquet")
    fewer = pa.schema([NULLABLE.field(name) for name in ("centre_id", "booking_id", "scheme", "carried_out")])
    path = saved(tmp_path, [planted(1)], fewer)
    with pytest.raises(UserError, match="no column ring, clerk_id, capacity_per_day"):
        read_truth(path)
    other = NULLABLE.set(5, pa.field("carried_out", pa.string()))
    path = saved(tmp_path, [planted(1, carried_out="perhaps")], other)
    with pytest.raises(UserError, match="another type"):
        read_truth(path)

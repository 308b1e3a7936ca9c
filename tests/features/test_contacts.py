"""The summary of who booked with what: one row an edge, whatever the order of the bookings."""

import hashlib

import duckdb
import numpy as np
import pyarrow as pa

from data.home import Home
from data.lake import Lake
from features.summaries import contacts as module
from features.summaries.contacts import IDENTIFIERS, PLACE, edges
from features.summary import summaries_day
from tests.features.hall_support import DAY, booking, home_of


def bookings(size: int, seed: int = 1, **columns: object) -> pa.Table:
    """Numbered bookings with few different values, a tenth of each null."""
    chance = np.random.default_rng(seed)

    def some(kinds: int) -> pa.Array:
        return pa.array(chance.integers(0, kinds, size), mask=chance.random(size) < 0.1)

    numbers = {name: some(9) for name in (*IDENTIFIERS, "applicant")}
    places = {name: some(3).cast(pa.string()) for name in PLACE[:-2]}
    return pa.table(
        {**numbers, **places, "hour": some(3), "roster": some(2), "onsite": chance.integers(0, 2, size), **columns}
    )


def told(rows: pa.Table) -> dict[tuple, tuple[int, int]]:
    return {tuple(row.values())[:-2]: (row["bookings"], row["onsite"]) for row in rows.to_pylist()}


def counted(rows: pa.Table) -> dict[tuple, tuple[int, int]]:
    found: dict[tuple, tuple[int, int]] = {}
    for row in rows.to_pylist():
        for kind in IDENTIFIERS:
            if row[kind] is not None:
                end = (kind, row[kind], row["applicant"], *(row[name] for name in PLACE))
                end += (row["device_id"] if kind == "ip" else None,)
                bookings, onsite = found.get(end, (0, 0))
                found[end] = bookings + 1, onsite + row["onsite"]
    return found


def test_every_booking_is_in_one_row_an_identifier():
    rows = bookings(2_000)
    assert told(edges(rows)) == counted(rows)


def test_the_order_of_the_bookings_changes_nothing():
    rows = bookings(500)
    shuffled = rows.take(pa.array(np.random.default_rng(2).permutation(500)))
    assert edges(shuffled).combine_chunks() == edges(rows).combine_chunks()


def test_rows_are_sorted_by_kind_and_identifier():
    found = edges(bookings(500)).select(["kind", "identifier"]).to_pylist()
    assert found == sorted(found, key=lambda row: (row["kind"], row["identifier"]))


def test_places_of_more_kinds_than_a_number_holds_stay_apart(monkeypatch):
    rows = bookings(500)
    whole = edges(rows)
    monkeypatch.setattr(module, "LARGEST", 5)
    assert edges(rows) == whole


def test_a_column_of_nulls_and_no_bookings_at_all():
    rows = bookings(50, phone=pa.nulls(50, pa.int64()), hour=pa.nulls(50, pa.int64()))
    assert "phone" not in edges(rows)["kind"].to_pylist()
    assert edges(rows.slice(0, 0)).num_rows == 0


def test_a_day_as_it_is_stored(tmp_path):
    served = {"clerk_id": "K1", "window_id": "W1", "called_at": "09:10", "phone": "13900000001"}
    home = home_of(
        tmp_path,
        [
            booking("a", applicant_id="Wang", **served),
            booking("b", applicant_id="Wang", **served, agent_id="agency"),
            booking("c", applicant_id="?", phone="13900000001", status="cancelled"),
        ],
    )
    summaries_day(home, DAY)
    rows = stored(home)
    assert [(row["kind"], row["applicant"] is None, row["hour"], row["bookings"]) for row in rows] == [
        ("agent_id", False, 9, 1),
        ("phone", True, None, 1),
        ("phone", False, 9, 2),
    ]
    assert rows[0]["identifier"] == int(hashlib.md5(b"agency", usedforsecurity=False).hexdigest()[:15], 16)


def stored(home: Home) -> list[dict]:
    return duckdb.sql(f"SELECT * FROM {Lake.of(home).sql('contacts', DAY, DAY)}").to_arrow_table().to_pylist()

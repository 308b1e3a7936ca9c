"""The lake: a write is one commit, touches its own days only, and readers see before or after."""

from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from data.errors import HomeError
from data.home import Home
from data.lake import Lake, empty_relation
from data.tables import LAKE

FIRST, SECOND = date(2026, 3, 2), date(2026, 3, 3)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake.of(Home.create(tmp_path))


def night(day: date, *bookings: str, **columns: list[float]) -> pa.Table:
    """Rows of `features`, a table that grows columns."""
    keys = {"service_day": [day] * len(bookings), "centre_id": ["C1"] * len(bookings), "booking_id": list(bookings)}
    return pa.table({**keys, **columns})


def seen(lake: Lake, columns: str = "service_day, booking_id") -> list[tuple[object, ...]]:
    return duckdb.sql(f"SELECT {columns} FROM {lake.sql('features')} ORDER BY ALL").fetchall()


def test_what_was_never_written_is_empty_but_typed(lake: Lake) -> None:
    assert lake.version("features") is None
    assert lake.files("features") == []
    described = duckdb.sql(f"DESCRIBE SELECT * FROM {lake.sql('shifts')}").fetchall()
    assert ("services", "VARCHAR[]") in [row[:2] for row in described]
    assert ("opens_at", "TIMESTAMP WITH TIME ZONE") in [row[:2] for row in described]


@pytest.mark.parametrize("name", sorted(LAKE))
def test_an_empty_table_has_its_declared_types(lake: Lake, name: str) -> None:
    found = duckdb.sql(f"FROM {lake.sql(name)}").to_arrow_table().schema
    for declared in LAKE[name].schema:
        if pa.types.is_timestamp(declared.type):  # in the session's zone
            assert pa.types.is_timestamp(found.field(declared.name).type)
        else:
            assert found.field(declared.name).type == declared.type


def test_a_type_that_no_column_has_is_refused() -> None:
    with pytest.raises(TypeError, match="decimal"):
        empty_relation([pa.field("fee", pa.decimal128(9, 2))])


def test_a_day_is_replaced_in_one_commit_and_no_other_day_is_touched(lake: Lake) -> None:
    lake.replace_day("features", FIRST, night(FIRST, "a", "b"))
    lake.replace_day("features", SECOND, night(SECOND, "c"))
    version, others = lake.version("features"), lake.files("features", SECOND, SECOND)
    lake.replace_day("features", FIRST, night(FIRST, "d"))
    assert seen(lake) == [(FIRST, "d"), (SECOND, "c")]
    assert lake.version("features") == (version or 0) + 1
    assert lake.files("features", SECOND, SECOND) == others


def test_a_day_can_become_empty(lake: Lake) -> None:
    lake.replace_day("features", FIRST, night(FIRST, "a"))
    lake.replace_day("features", FIRST, night(FIRST))
    assert seen(lake) == []


def test_a_reader_that_began_before_a_write_ends_with_what_it_saw(lake: Lake) -> None:
    lake.replace_day("features", FIRST, night(FIRST, "a"))
    before, version = lake.sql("features"), lake.version("features")
    lake.replace_day("features", FIRST, night(FIRST, "b"))
    assert duckdb.sql(f"SELECT booking_id FROM {before}").fetchall() == [("a",)]
    old = DeltaTable(str(lake.root / "features"), version=version).to_pyarrow_table()
    assert old["booking_id"].to_pylist() == ["a"]


def test_only_the_days_asked_for_are_opened(lake: Lake) -> None:
    lake.replace_days("features", [FIRST, SECOND], pa.concat_tables([night(FIRST, "a"), night(SECOND, "b")]))
    assert len(lake.files("features", FIRST, FIRST)) == 1
    assert len(lake.files("features", SECOND)) == 1
    assert len(lake.files("features")) == 2


def test_rows_of_another_day_are_not_written_under_this_one(lake: Lake) -> None:
    with pytest.raises(HomeError):
        lake.replace_day("features", FIRST, night(SECOND, "a"))
    assert seen(lake) == []


def test_a_feature_that_comes_is_null_before_and_one_that_goes_is_null_after(lake: Lake) -> None:
    lake.replace_day("features", FIRST, night(FIRST, "a", old=[1.0]))
    lake.replace_day("features", SECOND, night(SECOND, "b", new=[2.0]))
    assert seen(lake, "booking_id, old, new") == [("a", 1.0, None), ("b", None, 2.0)]


def test_compaction_joins_files_and_keeps_rows(lake: Lake) -> None:
    for name in "abc":
        rows = pa.table({"table": ["bookings"], "source": [name], "file": ["f"], "row_number": [1]})
        nothing = {column: pa.nulls(1, pa.string()) for column in ("row", "replaced_by_file", "run_id")}
        lake.append("history", pa.table({**{n: rows[n] for n in rows.column_names}, **nothing}))
    assert lake.compact("history") == 3
    assert len(lake.files("history")) == 1
    assert duckdb.sql(f"SELECT source FROM {lake.sql('history')} ORDER BY 1").fetchall() == [("a",), ("b",), ("c",)]
    assert lake.compact("cases") == 0


def test_retention_deletes_what_only_old_versions_need(lake: Lake) -> None:
    lake.replace_day("features", FIRST, night(FIRST, "a"))
    (old,) = lake.files("features")
    lake.replace_day("features", FIRST, night(FIRST, "b"))
    assert lake.retain("features", 24) == 0
    assert Path(old).exists()
    assert lake.retain("features", 0) == 1
    assert not Path(old).exists()
    assert seen(lake) == [(FIRST, "b")]
    lake.replace_day("features", FIRST, night(FIRST, "c"))
    assert seen(lake) == [(FIRST, "c")]


def test_a_damaged_log_is_a_sentence(lake: Lake) -> None:
    lake.replace_day("features", FIRST, night(FIRST, "a"))
    (log,) = (lake.root / "features" / "_delta_log").glob("*1.json")  # before this process has read it
    log.write_text("{ not json", encoding="ascii")
    with pytest.raises(HomeError, match=r"a table of the lake cannot be read or written.*Restore"):
        lake.sql("features")


def test_a_table_made_when_a_column_could_not_be_null_takes_nulls_now(lake: Lake) -> None:
    """What the nights of an earlier version left stays as it is."""
    schema = LAKE["scores"].schema

    def rows(day: date, score: float | None) -> pa.Table:
        plain = {pa.string(): "x", pa.bool_(): False, pa.int64(): 1, pa.float64(): score, pa.date32(): day}
        return pa.table([pa.array([plain[field.type]], field.type) for field in schema], schema)

    place = lake.root / "scores"
    place.mkdir(parents=True)
    strict = pa.schema([field.with_nullable(False) if field.name == "score" else field for field in schema])
    table = DeltaTable.create(str(place), schema=strict, partition_by=["service_day"])
    write_deltalake(table, rows(FIRST, 0.5).cast(strict), mode="append")
    for day, score in ((SECOND, None), (SECOND, 0.25)):
        lake.replace_day("scores", day, rows(day, score))
        found = duckdb.sql(f"SELECT service_day, score FROM {lake.sql('scores')} ORDER BY 1").fetchall()
        assert found == [(FIRST, 0.5), (SECOND, score)]

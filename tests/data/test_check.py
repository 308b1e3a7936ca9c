"""Checks: each case of Checks.csv, typed files beside text, formulas, and what a refused row may show."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lake_support import BOOKING, booking

from data.check import Checked, Checker
from data.contract import DELIVERED
from data.errors import BadMappingError
from data.mapping import Mapping, TableMapping
from data.pseudonyms import KEY_BYTES, Key
from data.readers.chunk import Chunk, Refusal

KEY = Key(b"k" * KEY_BYTES)
ROWS = {
    "bookings": BOOKING,
    "quotas": {"centre_id": "C1", "service_day": "2026-03-02", "released_slots": "60"},
    "shifts": {
        "centre_id": "C1",
        "window_id": "W1",
        "clerk_id": "E1",
        "opens_at": "2026-03-02T08:00:00+08:00",
        "closes_at": "2026-03-02T12:00:00+08:00",
        "services": "MI;PE",
    },
    "refusals": {
        "centre_id": "C1",
        "service_day": "2026-03-02",
        "attempted_at": "2026-03-01T08:00:00+08:00",
        "channel": "online",
    },
    "complaints": {"complaint_id": "K1", "centre_id": "C1", "received_at": "2026-03-02T08:00:00+08:00"},
    "agents": {"agent_id": "A1", "kind": "employer", "registered_from": "2026-01-01"},
    "labels": {
        "centre_id": "C1",
        "booking_id": "B1",
        "verdict": "lawful",
        "decided_at": "2026-03-09T08:00:00+08:00",
        "selection_probability": "0.1",
    },
}
CASES = list(csv.DictReader((Path(__file__).parent / "Checks.csv").open(encoding="utf-8", newline="")))


def checker(table: str = "bookings", zone: str = "Asia/Shanghai", **mapped: Any) -> Checker:
    """A checker; `mapped`: what the source.toml says of the table."""
    around = {name: mapped.pop(name) for name in ("time_formats", "date_formats") if name in mapped}
    mapping = Mapping(tables={table: TableMapping(**mapped)} if mapped else {}, **around)
    return Checker(DELIVERED[table], mapping, KEY, zone=zone)


def chunk(rows: list[dict[str, Any]], *refusals: Refusal, **types: pa.DataType) -> Chunk:
    """Rows of a file, text where no type is given."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: pa.array([row.get(name) for row in rows], types.get(name, pa.string())) for name in names}
    return Chunk(pa.table(columns), pa.array(range(2, len(rows) + 2), pa.int64()), list(refusals))


def faults(checked: Checked) -> list[tuple[int, str | None, str]]:
    """Row, column and rule of each refused row."""
    return [(row["row_number"], row["column"], row["rule"]) for row in checked.refused.to_pylist()]


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_case(case: dict[str, str]) -> None:
    cells = dict(cell.split("=", 1) for cell in case["cells"].split(";") if cell)
    row = {name: value or None for name, value in (ROWS[case["table"]] | cells).items()}
    checked = checker(case["table"], case["zone"]).check(chunk([row]), "file")
    assert faults(checked) == ([(2, case["column"], case["refused"])] if case["refused"] else [])
    assert checked.accepted.num_rows == (0 if case["refused"] else 1)


def test_the_cases_break_every_rule_that_refuses() -> None:
    declared = {
        (name, rule.name) for name, table in DELIVERED.items() for rule in table.rules if rule.severity == "reject"
    }
    assert declared <= {(case["table"], case["refused"]) for case in CASES}


@pytest.mark.parametrize(
    ("rule", "cells"),
    [
        ("implausible_birth_year", {"applicant_birth_year": "1850"}),
        ("implausible_birth_year", {"applicant_birth_year": "2027"}),
        ("served_without_clerk", {"clerk_id": ""}),
        ("served_without_service_times", {"served_to": ""}),
    ],
)
def test_a_warning_is_counted_and_the_row_accepted(rule: str, cells: dict[str, str]) -> None:
    checked = checker().check(chunk([booking(), booking(**cells)]), "file")
    assert (checked.accepted.num_rows, checked.refused.num_rows, checked.warned) == (2, 0, {rule: 1})


@pytest.mark.parametrize(
    ("text", "zone", "instant"),
    [
        ("2026-03-01 08:00", "Asia/Shanghai", datetime(2026, 3, 1, 0, tzinfo=UTC)),
        ("2026-03-01T08:00Z", "Asia/Shanghai", datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ("2026-03-01 8:00 +0545", "Asia/Shanghai", datetime(2026, 3, 1, 2, 15, tzinfo=UTC)),
        ("2026/3/1 08:00:30", "Asia/Shanghai", datetime(2026, 3, 1, 0, 0, 30, tzinfo=UTC)),
        ("2020-03-29T02:30:00+01:00", "Europe/Warsaw", datetime(2020, 3, 29, 1, 30, tzinfo=UTC)),
        # the hour that came twice, without an offset: its second coming
        ("2020-10-25 02:30", "Europe/Warsaw", datetime(2020, 10, 25, 1, 30, tzinfo=UTC)),
        ("2020-10-25T02:30+02:00", "Europe/Warsaw", datetime(2020, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_time_is_the_instant_that_was_meant(text: str, zone: str, instant: datetime) -> None:
    checked = checker(zone=zone).check(chunk([booking(created_at=text)]), "file")
    assert checked.accepted["created_at"].to_pylist() == [instant]


def test_patterns_with_and_without_an_offset_stand_side_by_side() -> None:
    made = checker(zone="Europe/Warsaw", time_formats=("%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M %z"))
    texts = ["24.10.2020 02:30", "25.10.2020 02:30 +0200", "29.03.2020 02:30", "29.03.2020 02:30 +0100"]
    checked = made.check(chunk([booking(created_at=text) for text in texts]), "file")
    hours = [datetime(2020, 10, 24, 0, 30), datetime(2020, 10, 25, 0, 30), datetime(2020, 3, 29, 1, 30)]  # noqa: DTZ001
    assert checked.accepted["created_at"].to_pylist() == [hour.replace(tzinfo=UTC) for hour in hours]
    assert faults(checked) == [(4, "created_at", "local_time_that_never_was")]


def test_typed_columns_give_what_their_text_gives() -> None:
    texts = booking(ticket_no="7", phone="19900000001", created_at="2026-03-01 08:00:00", slot_start="2026-03-02 09:00")
    as_text = checker().check(chunk([texts]), "file")
    naive, aware = datetime(2026, 3, 1, 8), datetime(2026, 3, 2, 1, tzinfo=UTC)  # noqa: DTZ001
    typed = texts | {"ticket_no": 7.0, "phone": 19900000001.0, "applicant_birth_year": 1990}
    typed |= {"service_day": date(2026, 3, 2), "created_at": naive, "slot_start": aware}
    kinds = {"ticket_no": pa.float64(), "phone": pa.float64(), "applicant_birth_year": pa.int32()}
    kinds |= {"service_day": pa.date32(), "created_at": pa.timestamp("ms"), "slot_start": pa.timestamp("ns", "UTC")}
    as_types = checker().check(chunk([typed], **kinds), "file")
    assert as_types.accepted.equals(as_text.accepted)


def test_a_typed_naive_time_in_the_gap_is_refused() -> None:
    row = booking() | {"created_at": datetime(2020, 3, 29, 2, 30)}  # noqa: DTZ001
    checked = checker(zone="Europe/Warsaw").check(chunk([row], created_at=pa.timestamp("us")), "file")
    assert faults(checked) == [(2, "created_at", "local_time_that_never_was")]


@pytest.mark.parametrize("text", ["MI;PE", "MI, PE", "['MI', 'PE']", '["MI","PE"]', "MI|PE", "MI、PE", "MI;;PE;"])
def test_lists_as_text_are_the_lists_they_spell(text: str) -> None:
    typed = checker("shifts").check(
        chunk([ROWS["shifts"] | {"services": ["MI", "PE"]}], services=pa.list_(pa.string())), "file"
    )
    written = checker("shifts").check(chunk([ROWS["shifts"] | {"services": text}]), "file")
    assert written.accepted.equals(typed.accepted)


@pytest.mark.parametrize("kind", [pa.int64(), pa.uint64(), pa.decimal128(38)], ids=str)
def test_a_number_that_comes_as_one_is_too_large_from_the_nineteenth_digit_on(kind: pa.DataType) -> None:
    rows = [booking() | {"ticket_no": number} for number in (2**63 - 1, 10**18, 10**18 - 1)]
    checked = checker().check(chunk(rows, ticket_no=kind), "file")
    assert faults(checked) == [(number, "ticket_no", "number_too_large") for number in (2, 3)]
    assert checked.accepted["ticket_no"].to_pylist() == [10**18 - 1]


def test_too_long_a_value_is_refused() -> None:
    rows = [
        booking(priority_class="s" * 1_001),
        booking(priority_class="s" * 1_000),
        booking(clerk_id="员" * 434),  # as a name in bytes
        booking(clerk_id="员" * 433, applicant_id="民" * 1_000),
    ]
    assert faults(checker().check(chunk(rows), "file")) == [
        (2, "priority_class", "too_long"),
        (4, "clerk_id", "too_long"),
    ]


def test_a_formula_that_fails_on_a_row_refuses_that_row() -> None:
    # both formulas share a part, which the engine may compute once for both
    formulas = {"ticket_no": "CAST(n AS INT)", "slot_id": "'S' || (CAST(n AS INT) + 1)"}
    rows = [{**booking(), "n": text} for text in ("1", "oops", None)]
    for row in rows:
        del row["ticket_no"]
    checked = checker(formulas=formulas).check(chunk(rows), "file")
    assert faults(checked) == [(3, "slot_id", "formula_failed")]
    assert checked.accepted["slot_id"].to_pylist() == ["S2", None]


def test_a_condition_that_fails_on_a_row_refuses_it_and_one_that_does_not_hold_leaves_it_out() -> None:
    rows = [{**booking(), "n": text} for text in ("1", "0", "oops", None)]
    checked = checker(keep="CAST(n AS INT) > 0").check(chunk(rows), "file")
    assert faults(checked) == [(4, None, "formula_failed")]
    assert (checked.accepted.num_rows, checked.left_out) == (1, 2)


@pytest.mark.parametrize(
    "formula",
    [
        "read_text('/etc/hostname')",
        "read_csv('/etc/passwd')",
        "glob('/*')",
        "getenv('HOME')",
        "query('SELECT 1')",
        "error('boom')",
        "random()",
        "max(phone)",
        "row_number() OVER ()",
        "COPY raw TO '/tmp/x'",
        "phone AS p",
        "no_such_header",
        "CAST(phone AS BLAH)",
    ],
)
def test_a_formula_reaches_nothing_but_its_row(formula: str) -> None:
    with pytest.raises((BadMappingError, ValueError)):
        checker(formulas={"slot_id": formula}).check(chunk([booking()]), "hall.csv")


@pytest.mark.parametrize(
    "formula",
    [
        "(SELECT 1)",
        "(FROM raw)",
        "EXISTS (FROM raw)",
        "phone IN (FROM raw)",
        "x; COPY raw TO 'y'",
        "x) FROM raw --",
        "COPY raw TO 'x'",
        "ATTACH 'x'; 1",
        "'open",
        "",
        "a, b",
    ],
)
def test_a_query_is_no_formula(formula: str) -> None:
    with pytest.raises(ValueError, match="expression"):
        TableMapping(formulas={"slot_id": formula})


@pytest.mark.parametrize("pattern", ["%Q", "%H:%M %"])
def test_a_pattern_that_the_engine_does_not_know_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="strptime"):
        Mapping(time_formats=(pattern,))


def test_a_misfitting_formula_names_the_file_and_its_headers_and_no_value() -> None:
    with pytest.raises(BadMappingError) as raised:
        checker(formulas={"slot_id": "nosuch"}).check(chunk([booking()]), "hall.csv")
    assert str(raised.value).startswith("hall.csv: a formula for bookings does not fit")
    assert "booking_id" in raised.value.next_step
    assert BOOKING["phone"] not in str(raised.value)


def test_identifiers_are_shown_by_their_shape_only() -> None:
    rows = [
        booking(applicant_id="1" * 1_001),
        booking(phone="1990000" * 200),
        booking(status="call 19900000001 now"),
        booking(called_at="19900000001"),
    ]
    checked = checker().check(chunk(rows, Refusal(9, "wrong_number_of_cells", "C1,张三,19900000001")), "file")
    shown = checked.refused["value"].to_pylist()
    assert shown == [
        "9" * 40 + "… (1001 characters)",
        "9" * 40 + "… (1400 characters)",
        "call ####### now",
        "#######",
        "a9,字字,99999999999",
    ]


cells = st.one_of(
    st.none(),
    st.text(max_size=12).filter(lambda text: "\0" not in text),
    st.sampled_from(
        [
            "",
            " ",
            "infinity",
            "epoch",
            "2026-03-02",
            "2026-03-02T09:00+08:00",
            "2026-03-02 24:00:00",
            "2020-03-29 02:30",
            "0001-01-01",
            "1e400",
            "-0",
            "12.0",
            "9" * 25,
            "NaN",
            "served",
            "online",
            "?",
            "+86",
            "[/x]",
            "'; --",
        ]
    ),
)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.data())
def test_every_row_is_accepted_or_refused_and_none_stops_the_file(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(DELIVERED)))
    columns = {column.name: cells for column in DELIVERED[name].columns}
    spoilt = st.fixed_dictionaries({}, optional=columns).map(lambda changed: ROWS[name] | changed)
    rows = data.draw(st.lists(spoilt, min_size=1, max_size=5))
    made = CHECKERS[name]
    checked = made.check(chunk(rows), "file")
    numbers = checked.accepted["row_number"].to_pylist() + checked.refused["row_number"].to_pylist()
    assert len(numbers) + checked.left_out == len(rows)
    assert len(set(numbers)) == len(numbers)
    for column in DELIVERED[name].columns:
        assert column.null or not checked.accepted[column.name].null_count


CHECKERS = {
    name: Checker(table, Mapping(), KEY, zone="Europe/Warsaw", first=date(2000, 1, 1), last=date(2050, 1, 1))
    for name, table in DELIVERED.items()
}

"""Verdicts as labels: from files and from memory, the same checks, nothing half stored."""

from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from lake_support import rows_of, write_csv

from data.errors import UserError
from data.home import Home
from data.labels import Label, Remark, import_labels, remarks, store_labels
from data.upsert import Stored

LABEL = {
    "centre_id": "C1",
    "booking_id": "B1",
    "verdict": "lawful",
    "decided_at": "2026-03-05T09:00:00+08:00",
    "decided_by": "li",
    "selection_probability": "0.25",
}
WHEN = datetime(2026, 3, 5, 1, tzinfo=UTC)
COLUMNS = "booking_id, verdict, epoch_us(decided_at), decided_by, selection_probability"
STORED = ("B1", "lawful", int(WHEN.timestamp() * 1_000_000), "li", 0.25)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.create(tmp_path / "home")


def stored(home: Home) -> list[tuple[object, ...]]:
    return rows_of(home, "labels", COLUMNS)


def test_a_csv_file_is_taken_in_once_and_unknown_verdicts_are_refused_by_row(home: Home, tmp_path: Path) -> None:
    good = [LABEL | {"booking_id": f"B{n}"} for n in range(1, 11)]
    write_csv(
        tmp_path / "[march].csv", [*good, LABEL | {"booking_id": "13912345678", "verdict": "guilty as 13912345678"}]
    )
    report = import_labels(home, tmp_path / "[march].csv")
    assert (report.total("accepted"), report.total("rejected")) == (10, 1)
    assert len(stored(home)) == 10
    ((file, row, column, rule, value),) = rows_of(home, "rejects", 'file, row_number, "column", rule, value')
    assert (file, row, column, rule) == ("[march].csv", 12, "verdict", "unknown_word")
    assert "13912345678" not in value
    assert import_labels(home, tmp_path / "[march].csv").stored == {}


def test_a_spreadsheet_is_taken_in(home: Home, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (list(LABEL), list(LABEL.values())):
        book.active.append(row)
    book.save(tmp_path / "verdicts.xlsx")
    import_labels(home, tmp_path / "verdicts.xlsx")
    assert stored(home) == [STORED]


def test_what_is_no_file_of_verdicts_is_refused(home: Home, tmp_path: Path) -> None:
    (tmp_path / "verdicts.doc").write_text("B1 lawful", encoding="utf-8")
    with pytest.raises(UserError, match="no reader knows"):
        import_labels(home, tmp_path / "verdicts.doc")
    with pytest.raises(UserError, match="no such file"):
        import_labels(home, tmp_path / "none.csv")


def test_two_people_who_decide_at_one_instant_are_both_heard(home: Home, tmp_path: Path) -> None:
    days = {"decided_at": "2026-03-05"}  # a sheet that knows days only
    said = [("li", "lawful"), ("wang", "manipulated"), ("", "unclear")]
    write_csv(tmp_path / "v.csv", [LABEL | days | {"decided_by": who, "verdict": verdict} for who, verdict in said])
    assert import_labels(home, tmp_path / "v.csv").stored["labels"].new == 3
    found = rows_of(home, "labels", "coalesce(decided_by, ''), verdict")
    assert sorted(found) == sorted(said)


def test_who_contradicts_themselves_in_one_file_is_told_so_and_the_last_word_counts(home: Home, tmp_path: Path) -> None:
    said = [LABEL, LABEL, LABEL | {"verdict": "manipulated"}]
    write_csv(tmp_path / "v.csv", [LABEL | {"booking_id": "B2"}, LABEL | {"booking_id": "B2"}, *said])
    assert import_labels(home, tmp_path / "v.csv").stored["labels"] == Stored(new=2, changed=2, repeated=1)
    assert sorted(rows_of(home, "labels", "booking_id, verdict")) == [("B1", "manipulated"), ("B2", "lawful")]
    assert sorted(rows_of(home, "history", "file, row_number")) == [("v.csv", 4), ("v.csv", 5)]


def test_a_file_is_told_of_its_own_refused_rows_only(home: Home, tmp_path: Path) -> None:
    write_csv(tmp_path / "first.csv", [LABEL | {"verdict": "guilty"}])
    write_csv(tmp_path / "second.csv", [LABEL | {"selection_probability": "1.5"}])
    with pytest.raises(UserError, match=r"first in first\.csv"):
        import_labels(home, tmp_path / "first.csv")
    with pytest.raises(UserError, match=r"first in second\.csv, row 2: '1\.5'.*one of manipulated, lawful, unclear"):
        import_labels(home, tmp_path / "second.csv")


def test_the_advice_for_wrong_headers_can_be_followed(home: Home, tmp_path: Path) -> None:
    write_csv(tmp_path / "v.csv", [{"booking": "B1", "verdict": "lawful"}])
    with pytest.raises(UserError, match=r"v\.csv: no column for centre_id.*Give it the columns centre_id") as said:
        import_labels(home, tmp_path / "v.csv")
    assert "source.toml" not in str(said.value)


def test_a_second_sheet_with_verdicts_is_not_passed_over(home: Home, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("empty")
    for sheet in (book.active, book.create_sheet("april")):
        for row in (list(LABEL), list(LABEL.values())):
            sheet.append(row)
    book.save(tmp_path / "verdicts.xlsx")
    with pytest.raises(UserError, match=r"2 sheets have rows .*'april'"):
        import_labels(home, tmp_path / "verdicts.xlsx")
    assert rows_of(home, "deliveries", "file") == []


def test_verdicts_that_nothing_is_learnt_from_yet_are_named(home: Home, tmp_path: Path) -> None:
    write_csv(tmp_path / "v.csv", [LABEL, LABEL | {"booking_id": "B2", "decided_at": "2098-03-05T09:00:00+08:00"}])
    import_labels(home, tmp_path / "v.csv")
    assert remarks(home, tmp_path / "v.csv", date(2026, 11, 28)) == [
        Remark("of bookings that were not ingested, not learnt from until then", 2, "C1 B1 2026-03-05"),
        Remark("of a day yet to come, not learnt from until then", 1, "C1 B2 2098-03-05"),
    ]


def test_labels_in_memory_go_the_same_way_and_a_repeat_changes_nothing(home: Home) -> None:
    label = Label("C1", "B1", "lawful", WHEN, "li", None, 0.25)
    assert store_labels(home, [label], source="console").new == 1
    assert store_labels(home, [label], source="console").repeated == 1
    assert stored(home) == [STORED]
    assert store_labels(home, [Label("C1", "B1", "manipulated", WHEN, "li")], source="console").changed == 1
    assert rows_of(home, "labels", "verdict") == [("manipulated",)]
    assert len(rows_of(home, "history", "file")) == 1


@pytest.mark.parametrize(
    ("label", "said"),
    [
        (Label("C1", "B2", "guilty", WHEN), "label 2 of 2 breaks unknown_word in verdict"),
        (Label("C1", "B2", "lawful", WHEN, selection_probability=0.0), "impossible_probability"),
    ],
)
def test_one_bad_label_and_none_is_stored(home: Home, label: Label, said: str) -> None:
    with pytest.raises(UserError, match=said):
        store_labels(home, [Label("C1", "B1", "lawful", WHEN), label], source="console")
    assert stored(home) == []

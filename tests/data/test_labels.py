"""Verdicts as labels: from files and from memory, the same checks, nothing half stored."""

from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from lake_support import rows_of, write_csv

from data.errors import UserError
from data.home import Home
from data.labels import Label, import_labels, store_labels

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

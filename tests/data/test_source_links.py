"""Links in a source: what they lead to is read, and where it is not, they are named."""

from pathlib import Path

from lake_support import booking, rows_of, write_csv

from data.home import Home
from data.ingest import ingest


def test_links_are_read_as_what_they_lead_to_and_named_where_they_are_not(tmp_path: Path) -> None:
    """Not followed are a link in a linked folder, one that leads to a folder that it lies in, and one to nothing."""
    write_csv(tmp_path / "share" / "a.csv", [booking()])
    write_csv(tmp_path / "b.csv", [booking(booking_id="B2")])
    hall = tmp_path / "hall"
    hall.mkdir()
    (hall / "bookings").symlink_to(tmp_path / "share")
    (tmp_path / "share" / "b.csv").symlink_to(tmp_path / "b.csv")
    (tmp_path / "share" / "back").symlink_to(hall)
    (hall / "here").symlink_to(hall)
    (hall / "quotas").symlink_to(tmp_path / "nowhere")
    (tmp_path / "said.toml").write_text('timezone = "UTC"', encoding="utf-8")
    (hall / "source.toml").symlink_to(tmp_path / "said.toml")
    home = Home.create(tmp_path / "home")
    report = ingest(home, str(hall))
    assert report.mapping == "source.toml"
    assert [file.file for file in report.files] == ["bookings/a.csv", "bookings/b.csv"]
    assert report.passed_over == ["bookings/back", "here", "quotas"]
    assert rows_of(home, "bookings", "booking_id") == [("B1",), ("B2",)]


def test_folders_that_link_to_each_other_are_each_listed_once_a_link(tmp_path: Path) -> None:
    folders = [tmp_path / "hall" / "bookings" / str(number) for number in range(8)]
    for folder in folders:
        write_csv(folder / "a.csv", [booking()])
    for folder in folders:
        for other in folders:
            if other != folder:
                (folder / other.name).symlink_to(other)
    assert len(ingest(Home.create(tmp_path / "home"), str(tmp_path / "hall")).files) == 8 * 8

import os

import fsspec
import pytest
from readers_support import read_all, read_packed

from data.errors import UnreadableFileError
from data.readers import endings, is_readable, read_file
from data.readers.chunk import ReadOptions


def test_the_formats_of_the_contract_are_there():
    assert sorted(endings()) == [".csv", ".csv.gz", ".jsonl", ".parquet", ".xes", ".xes.gz", ".xlsx"]


@pytest.mark.parametrize(
    ("path", "readable"),
    [
        ("bookings/2026.csv", True),
        ("bookings/2026.CSV.GZ", True),
        ("s3://hall/log.Xes.gz", True),
        ("bookings/readme.txt", False),
        ("bookings/2026.parquet.gz", False),
        ("bookings/.2026.csv", False),
        ("bookings/~$2026.xlsx", False),
        ("source.toml", False),
    ],
)
def test_is_readable_goes_by_the_name(path, readable):
    assert is_readable(path) is readable


def test_an_unknown_ending_names_the_known_ones():
    with pytest.raises(UnreadableFileError, match=r"a\.pdf: no reader knows .*\*\.csv, "):
        list(read_file(fsspec.filesystem("memory"), "a.pdf", ReadOptions()))


@pytest.mark.parametrize("ending", endings())
def test_a_missing_file_says_so(ending, tmp_path):
    for filesystem in (fsspec.filesystem("memory"), fsspec.filesystem("file")):
        with pytest.raises(UnreadableFileError, match="there is no such file"):
            read_all(filesystem, f"{tmp_path}/missing{ending}")


@pytest.mark.parametrize("ending", endings())
def test_an_empty_file_is_unreadable(ending):
    with pytest.raises(UnreadableFileError):
        read_packed(fsspec.filesystem("memory"), f"empty{ending}", b"")


@pytest.mark.parametrize("ending", sorted({*endings()} - {".jsonl"}))  # refuses line by line
def test_bytes_of_no_format_are_unreadable(ending):
    with pytest.raises(UnreadableFileError):
        read_packed(fsspec.filesystem("memory"), f"junk{ending}", bytes(range(256)) * 40)


def test_a_folder_with_a_file_s_name_is_no_file(tmp_path):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(UnreadableFileError, match="a folder has the name of a file"):
        read_all(fsspec.filesystem("file"), str(tmp_path / "folder.csv"))


@pytest.mark.parametrize("ending", endings())
def test_no_right_to_read_says_so(ending, tmp_path):
    path = tmp_path / f"secret{ending}"
    path.write_bytes(b"a,b\n1,2\n")
    path.chmod(0)
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)  # the superuser may read anything: be nobody for once
    try:
        with pytest.raises(UnreadableFileError, match="no right to read it"):
            read_all(fsspec.filesystem("file"), str(path))
    finally:
        os.seteuid(was)


def test_local_files_and_memory_read_alike(tmp_path):
    content = "a,b\n1,好\n".encode()
    (tmp_path / "x.csv").write_bytes(content)
    local = read_all(fsspec.filesystem("file"), str(tmp_path / "x.csv"))
    assert local.rows == read_packed(fsspec.filesystem("memory"), "x.csv", content).rows == {2: {"a": "1", "b": "好"}}

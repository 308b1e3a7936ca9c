"""Pseudonyms: the keyed hash itself, what counts as the same identifier, and the care taken of the key."""

import hashlib
import hmac
import os
import secrets
import traceback
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lake_support import booking, rows_of, write_csv

from data.errors import HomeError
from data.home import Home
from data.ingest import ingest
from data.pseudonyms import DIGITS, KEY_BYTES, KEY_FILE, MARK_FILE, NORMAL_FORM, Key

KEY = Key(bytes(range(KEY_BYTES)))


def plain_hmac(kind: str, value: str) -> str:
    """What the standard library makes of it."""
    return hmac.new(KEY.secret, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()[:DIGITS]


def normal(kind: str, value: str) -> str:
    found = duckdb.execute(f"SELECT {NORMAL_FORM[kind].format('$1')}", [value]).fetchone()
    assert found
    return str(found[0])


@settings(max_examples=150, derandomize=True, deadline=None)
@given(
    st.lists(st.none() | st.text().filter(lambda text: not text.startswith("?"))), st.sampled_from(list(NORMAL_FORM))
)
def test_they_are_the_hmac_of_kind_and_value(values: list[str | None], kind: str) -> None:
    made = KEY.pseudonyms(pa.chunked_array([pa.array(values, pa.string())]), kind).to_pylist()
    assert made == [None if value is None else plain_hmac(kind, value) for value in values]


def test_one_value_of_two_kinds_has_two_pseudonyms() -> None:
    value = pa.chunked_array([["19900000001"]])
    assert len({KEY.pseudonyms(value, kind)[0].as_py() for kind in NORMAL_FORM}) == len(NORMAL_FORM)


def test_an_unidentified_citizen_keeps_the_mark_and_loses_the_rest() -> None:
    made = KEY.pseudonyms(pa.chunked_array([["?ticket-17", "?"]]), "person").to_pylist()
    assert [name[0] for name in made] == ["?", "?"]
    assert [len(name) for name in made] == [DIGITS + 1] * 2
    assert made[0] != made[1]


@pytest.mark.parametrize(
    ("kind", "written", "same"),
    [
        ("phone", "+86 199-0000 0001", "19900000001"),
        ("phone", "0086 19900000001", "19900000001"),
        ("phone", "(199) 0000.0001", "19900000001"),
        ("person", "11010519900307123x", "11010519900307123X"),
        ("person", " 110105 19900307 123X", "11010519900307123X"),
        ("device", "AA:BB:cc ", "aa:bb:cc"),
        ("address", "2001:DB8::1", "2001:db8::1"),
    ],
)
def test_one_identifier_written_differently_is_one(kind: str, written: str, same: str) -> None:
    assert normal(kind, written) == normal(kind, same) == same


def test_another_countrys_number_is_another() -> None:
    assert normal("phone", "+7 19900000001") != "19900000001"


def test_one_person_has_one_pseudonym_in_all_tables_and_no_raw_value_stays(tmp_path: Path) -> None:
    source, home = tmp_path / "hall", Home.create(tmp_path / "home")
    raw = {"applicant_id": "11010519900307987X", "phone": "+86 19955512345", "device_id": "DEV-77-secret"}
    refused = booking(booking_id="B2", **raw, status="19955512345?")
    write_csv(
        source / "bookings" / "a.csv", [booking(**raw), refused, *(booking(booking_id=f"N{n}") for n in range(20))]
    )
    attempt = {"centre_id": "C1", "service_day": "2026-03-02", "attempted_at": "2026-03-01T08:00:00+08:00"}
    write_csv(source / "refusals" / "a.csv", [attempt | {"applicant_id": "11010519900307987x"}])
    ingest(home, str(source))
    person = rows_of(home, "bookings", "applicant_id", "booking_id")[0][0]
    assert rows_of(home, "refusals", "applicant_id") == [(person,)]
    assert person == plain(home, "person", raw["applicant_id"])
    assert rows_of(home, "bookings", "phone", "booking_id")[0][0] == plain(home, "phone", "19955512345")
    everything = b"".join(path.read_bytes() for path in home.root.rglob("*") if path.is_file())
    for table in ("bookings", "booking_events", "refusals", "rejects", "history", "deliveries"):
        everything += repr(rows_of(home, table)).encode()
    for value in ("11010519900307987", "19955512345", "DEV-77", "dev-77"):
        assert value.encode() not in everything


def plain(home: Home, kind: str, value: str) -> str:
    return hmac.new(home.key().secret, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()[:DIGITS]


def test_the_key_is_the_owners_alone(tmp_path: Path) -> None:
    Key.make(tmp_path / "keys")
    assert (tmp_path / "keys" / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


def test_a_key_that_exists_is_never_replaced(tmp_path: Path) -> None:
    assert Key.make(tmp_path) == Key.make(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [KEY_FILE, MARK_FILE]


def test_a_home_killed_between_key_and_mark_is_completed(tmp_path: Path) -> None:
    key = Key.make(tmp_path)
    (tmp_path / MARK_FILE).unlink()
    assert Key.make(tmp_path) == key
    assert (tmp_path / MARK_FILE).read_text(encoding="ascii") == key.mark


def test_two_who_make_a_home_at_once_get_one_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else's key comes into place while ours is being drawn, and its mark not yet."""
    theirs = secrets.token_bytes(KEY_BYTES)

    def drawn(size: int) -> bytes:
        (tmp_path / KEY_FILE).write_text(theirs.hex(), encoding="ascii")
        (tmp_path / KEY_FILE).chmod(0o600)
        return bytes(size)

    monkeypatch.setattr("data.pseudonyms.secrets.token_bytes", drawn)
    assert Key.make(tmp_path).secret == theirs == Key.load(tmp_path).secret


def test_a_lost_key_is_not_made_anew(tmp_path: Path) -> None:
    Key.make(tmp_path)
    (tmp_path / KEY_FILE).unlink()
    with pytest.raises(HomeError, match=r"the pseudonym key is lost\. Restore the key from its backup"):
        Key.make(tmp_path)


def test_a_home_with_tables_and_no_key_gets_no_new_one(home: Home) -> None:
    for path in home.path("keys").iterdir():
        path.unlink()
    with pytest.raises(HomeError, match="lost"):
        Home.create(home.root)


def test_another_key_is_refused(tmp_path: Path) -> None:
    Key.make(tmp_path)
    (tmp_path / KEY_FILE).write_text("ab" * KEY_BYTES, encoding="ascii")
    with pytest.raises(HomeError, match="not the one this home began with"):
        Key.load(tmp_path)


@pytest.mark.parametrize("content", [b"", b"not hex", b"ab" * (KEY_BYTES - 1), "密".encode(), b"\xff\xfe"])
@pytest.mark.parametrize("marked", [True, False])
def test_a_damaged_key_is_refused_and_not_quoted(tmp_path: Path, content: bytes, *, marked: bool) -> None:
    Key.make(tmp_path)
    (tmp_path / KEY_FILE).write_bytes(content)
    if not marked:
        (tmp_path / MARK_FILE).unlink()
    with pytest.raises(HomeError, match="the pseudonym key is damaged") as raised:
        Key.load(tmp_path)
    assert "not hex" not in "".join(traceback.format_exception(raised.value))
    assert (tmp_path / MARK_FILE).exists() == marked


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    Key.make(tmp_path)
    os.chmod(tmp_path / KEY_FILE, mode)  # noqa: PTH101 - the mode is what is tested
    with pytest.raises(HomeError, match=r"others can read the pseudonym key\. Run: chmod 600"):
        Key.load(tmp_path)


def test_the_key_shows_in_no_text(tmp_path: Path) -> None:
    key = Key.make(tmp_path)
    for text in (repr(key), str(key), f"{key}", key.mark):
        assert key.secret.hex() not in text
        assert repr(key.secret) not in text

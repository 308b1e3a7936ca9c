"""The vault: off by default; encrypted, whole, once; and what is said when its key is lost, wrong or open to others."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from cryptography.fernet import Fernet

from data import vault_keys
from data.errors import HomeError, UserError
from data.home import Home
from data.ingest import ingest
from data.lake import Lake
from data.vault import Identity, holds, reveal, rotate

LOG = """booking_id,centre_id,service_code,service_day,applicant_id,phone,channel,created_at,status
1,north,card,2026-03-02,110101199001011234,+86 138-0000-1111,online,2026-03-01T09:00:00,served
2,north,card,2026-03-02,110101199001011234,13800001111,online,2026-03-01T09:01:00,booked
3,north,card,2026-03-02,?unknown-7,,onsite,2026-03-01T09:02:00,served
"""
FILE = "bookings/march.csv"
CITIZEN, PHONE = "110101199001011234", "13800001111"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "hall"
    (folder / "bookings").mkdir(parents=True)
    (folder / FILE).write_text(LOG, encoding="utf-8")
    return folder


def made(root: Path, *, vault: bool = True) -> Home:
    """A home with or without a vault."""
    home = Home.create(root)
    if vault:
        with (root / "inturn.toml").open("a") as file:
            file.write("vault = true\n")
    return Home.open(home.root)


@pytest.fixture
def home(tmp_path: Path, source: Path) -> Home:
    """A home that keeps a vault, with the log ingested."""
    home = made(tmp_path / "home")
    ingest(home, str(source))
    return home


def pseudonyms(home: Home) -> dict[str, list[str]]:
    """The pseudonyms of the stored bookings, in their order."""
    rows = duckdb.sql(f"SELECT applicant_id, phone FROM {Lake.of(home).sql('bookings')} ORDER BY booking_id").fetchall()
    return {"citizen": [row[0] for row in rows], "phone": [row[1] for row in rows]}


def tokens(home: Home) -> dict[str, bytes]:
    with closing(sqlite3.connect(home.path("vault", "vault.sqlite"))) as connection:
        return dict(connection.execute("SELECT * FROM identities").fetchall())


def everything(folder: Path) -> bytes:
    """The bytes of all files of a folder."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_without_the_setting_nothing_of_an_identity_is_anywhere_in_the_home(tmp_path, source):
    home = made(tmp_path / "home", vault=False)
    ingest(home, str(source))
    assert not home.path("vault").exists()
    assert not home.path("keys", "vault.key").exists()
    assert not holds(home)
    with pytest.raises(UserError, match="keeps no vault"):
        reveal(home, pseudonyms(home)["citizen"][0])


def test_it_reveals_citizens_and_telephones_in_their_usual_form(home):
    known = pseudonyms(home)
    assert holds(home)
    assert reveal(home, known["citizen"][0]) == Identity("person", CITIZEN)
    assert reveal(home, known["phone"][0]) == Identity("phone", PHONE)
    assert known["phone"][0] == known["phone"][1]
    assert CITIZEN not in repr(reveal(home, known["citizen"][0]))


def test_nobody_in_particular_is_not_kept(home):
    unknown = pseudonyms(home)["citizen"][2]
    assert unknown.startswith("?")
    for asked in (unknown, "probe", "ffffffffffffffff"):
        with pytest.raises(UserError, match="does not know"):
            reveal(home, asked)


def test_no_file_of_the_home_holds_an_identity_in_clear(home):
    found = everything(home.root)
    assert CITIZEN.encode() not in found
    assert PHONE.encode() not in found


def test_files_are_for_their_owner_only(home):
    for parts in (("vault", "vault.sqlite"), ("keys", "vault.key")):
        assert stat.S_IMODE(home.path(*parts).stat().st_mode) == 0o600
    assert stat.S_IMODE(home.path("vault").stat().st_mode) == 0o700


def test_an_ingest_again_keeps_each_identity_once(home, source):
    before = tokens(home)
    assert len(before) == 3  # a citizen, a telephone, the probe
    (source / FILE).write_text(LOG + LOG.splitlines()[1].replace("1,north", "9,north", 1) + "\n")
    ingest(home, str(source))
    assert tokens(home) == before


def test_switched_on_later_it_reads_the_files_anew(tmp_path, source):
    home = made(tmp_path / "home", vault=False)
    ingest(home, str(source))
    home = made(home.root)
    ingest(home, str(source))
    assert reveal(home, pseudonyms(home)["phone"][0]).value == PHONE


def test_a_delivery_that_is_refused_leaves_nothing(tmp_path, source):
    home = made(tmp_path / "home")
    (source / FILE).write_text(LOG.replace(",online,", ",nowhere,", 1))  # the second row is in order
    with pytest.raises(UserError, match="refused"):
        ingest(home, str(source))
    assert tokens(home) == {}


def lose(home: Home) -> None:
    home.path("keys", "vault.key").unlink()


def change(home: Home) -> None:
    vault_keys.store(home, (vault_keys.new(),))


def cut(home: Home) -> None:
    vault_keys.store(home, ("abc",))


def open_up(home: Home) -> None:
    home.path("keys", "vault.key").chmod(0o644)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        pytest.param(lose, "key is lost", id="lost"),
        pytest.param(change, "does not open the vault", id="another key"),
        pytest.param(cut, "damaged", id="damaged"),
        pytest.param(open_up, "others can read", id="open to others"),
    ],
)
def test_a_spoilt_key_is_told_and_never_replaced(home, source, spoil, said):
    asked, before = pseudonyms(home)["citizen"][0], tokens(home)
    spoil(home)
    with pytest.raises(HomeError, match=said):
        reveal(home, asked)
    (source / FILE).write_text(LOG.replace("110101199001011234", "110101199001019999"))
    with pytest.raises(HomeError, match=said):  # else one vault would have two keys
        ingest(home, str(source))
    assert tokens(home) == before


def test_a_row_in_the_place_of_another_does_not_open(home):
    citizen, phone = (pseudonyms(home)[kind][0] for kind in ("citizen", "phone"))
    with closing(sqlite3.connect(home.path("vault", "vault.sqlite"))) as connection, connection:
        connection.execute("UPDATE identities SET token = ? WHERE pseudonym = ?", (tokens(home)[phone], citizen))
    with pytest.raises(HomeError, match="altered"):
        reveal(home, citizen)


def test_a_new_key_takes_the_place_of_the_old_one(home):
    before, old = tokens(home), home.path("keys", "vault.key").read_text()
    assert rotate(home) == 2
    new = home.path("keys", "vault.key").read_text()
    assert len(new.split()) == 1
    assert new != old
    assert stat.S_IMODE(home.path("keys", "vault.key").stat().st_mode) == 0o600
    assert all(token != before[pseudonym] for pseudonym, token in tokens(home).items())
    assert reveal(home, pseudonyms(home)["citizen"][0]).value == CITIZEN
    home.path("keys", "vault.key").write_text(old)
    with pytest.raises(HomeError, match="does not open"):
        reveal(home, pseudonyms(home)["citizen"][0])


def test_a_rotation_that_was_cut_short_can_be_read_and_completed(home):
    vault_keys.store(home, (vault_keys.new(), *vault_keys.load(home).newest_first))  # killed before the vault's commit
    assert reveal(home, pseudonyms(home)["citizen"][0]).value == CITIZEN
    rotate(home)
    assert len(vault_keys.load(home).newest_first) == 1
    assert reveal(home, pseudonyms(home)["citizen"][0]).value == CITIZEN


def test_keys_may_come_from_the_environment_and_then_lie_in_no_file(tmp_path, source, monkeypatch):
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    monkeypatch.setenv("INTURN_VAULT_KEYS", old)
    home = made(tmp_path / "home")
    ingest(home, str(source))
    assert not home.path("keys", "vault.key").exists()
    assert old.encode() not in everything(home.root)
    monkeypatch.setenv("INTURN_VAULT_KEYS", f"{new},{old}")
    rotate(home)
    monkeypatch.setenv("INTURN_VAULT_KEYS", new)
    assert reveal(home, pseudonyms(home)["citizen"][0]).value == CITIZEN


def test_a_damaged_vault_is_told_without_a_traceback(home):
    asked = pseudonyms(home)["citizen"][0]
    home.path("vault", "vault.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(HomeError, match="cannot be read or written"):
        reveal(home, asked)


def test_who_asks_to_rotate_what_is_not_there_is_told_so(tmp_path):
    with pytest.raises(UserError, match="no vault here"):
        rotate(made(tmp_path / "home"))

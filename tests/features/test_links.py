"""What the links obey for every log, and identifiers that a great many use."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.home import Home
from data.lake import Lake
from data.tables import LAKE
from features.engine import engine
from features.frames.links import links
from features.linking import contact_weights
from features.linking.contact_weights import INSTITUTION, WINDOWS, hubs, rarity, uses
from features.night import Night
from features.steps import features_day
from features.summary import summaries_day
from tests.features.hall_support import DAY, booking, column_of, home_of, other

COUNTED = ("applicants", "centres", "clerks", "devices")
#: identifier, applicant (0: nobody identified), centre, clerk (0: none), device (0: none), days before the night
CONTACTS = st.lists(
    st.tuples(*(st.integers(low, high) for low, high in ((1, 3), (0, 4), (1, 2), (0, 2), (0, 2), (0, 89)))),
    min_size=1,
    max_size=25,
)


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """A night without bookings, whose engine counts what it is given."""
    with engine(Home.create(tmp_path_factory.mktemp("links") / "home")) as running:
        yield Night(DAY, running)


def told(night: Night, contacts: list[tuple[int, ...]], rename: int = 0) -> dict[int, dict[str, object]]:
    """The uses of these contacts on an address, by identifier."""
    columns = np.array(contacts).T
    nothing = {name: columns[place] == 0 for name, place in {"applicant": 1, "clerk": 3, "device": 4}.items()}
    rows = {
        "identifier": columns[0] ^ rename,
        "applicant": pa.array(columns[1], mask=nothing["applicant"]),
        "centre_id": pa.array(columns[2]).cast(pa.string()),
        "clerk_id": pa.array(columns[3], mask=nothing["clerk"]).cast(pa.string()),
        "device": pa.array(columns[4], mask=nothing["device"]),
        "ago": columns[5],
    }
    same = {"bookings": pa.repeat(1, len(contacts))}
    found = uses(night, night.engine.rows(pa.table({**rows, **same, "onsite": pa.repeat(0, len(contacts))})))
    return {
        int(one) ^ rename: {
            "counts": {name: found.counts[name][place].tolist() for name in COUNTED},
            "newcomers": int(found.newcomers[place]),
            "lasted": int(found.lasted[place]),
            "hub": bool(hubs(found)[place]),
        }
        for place, one in enumerate(found.identifier)
    }


def counted(contacts: list[tuple[int, ...]], identifier: int, places: tuple[int, ...]) -> list[int]:
    """The same by hand: different ones in each window, -1 where there never was one."""
    ago: dict[tuple[int, ...], int] = {}
    for row in contacts:
        key = tuple(row[place] for place in places)
        if row[0] == identifier and key[-1]:
            ago[key] = min(row[5], ago.get(key, row[5]))
    return [sum(one < days for one in ago.values()) for days in WINDOWS] if ago else [-1] * len(WINDOWS)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(contacts=CONTACTS)
def test_counts_are_those_made_by_hand_and_grow_with_the_window(night, contacts):
    for identifier, found in told(night, contacts).items():
        counts = found["counts"]
        assert counts["applicants"] == counted(contacts, identifier, (1,))
        assert counts["clerks"] == counted(contacts, identifier, (2, 3))
        assert counts["devices"] == counted(contacts, identifier, (4,))
        assert all(counts[name] == sorted(counts[name]) for name in COUNTED)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(contacts=CONTACTS, more=CONTACTS)
def test_further_bookings_never_lower_a_count(night, contacts, more):
    before, after = told(night, contacts), told(night, contacts + more)
    for identifier, found in before.items():
        for name in COUNTED:
            assert all(np.less_equal(found["counts"][name], after[identifier]["counts"][name]))


@settings(max_examples=15, deadline=None, derandomize=True)
@given(contacts=CONTACTS, rename=st.integers(1, 2**60 - 1))
def test_what_identifiers_are_called_changes_nothing(night, contacts, rename):
    assert told(night, contacts, rename) == told(night, contacts)


def test_the_order_of_contacts_changes_nothing(night):
    chance = np.random.default_rng(1)
    contacts = [tuple(map(int, row)) for row in chance.integers([1, 0, 1, 0, 0, 0], [4, 5, 3, 3, 3, 90], (200, 6))]
    assert told(night, contacts[::-1]) == told(night, contacts)


def test_counting_some_identifiers_at_a_time_changes_nothing(night, monkeypatch):
    chance = np.random.default_rng(2)
    contacts = [tuple(map(int, row)) for row in chance.integers([1, 0, 1, 0, 0, 0], [40, 5, 3, 3, 3, 90], (200, 6))]
    whole = told(night, contacts)
    monkeypatch.setattr(contact_weights, "PART_ROWS", 30)
    assert told(night, contacts) == whole


def test_rarity_falls_with_citizens_and_is_at_most_one():
    weights = rarity(np.array([0, 1, 2, 3, 1_000_000]))
    assert weights[0] == weights[1] == 1
    assert all(np.diff(weights[1:]) < 0)
    assert weights[3] == 1 / 2


def test_one_phone_on_a_million_contacts(tmp_path: Path):
    """A number that is filled in for want of one: counted exactly, a hub, and no link."""
    people = 250_000  # each day
    home = home_of(tmp_path, [booking("a", phone="13900000001", clerk_id="K1")])
    lake, schema = Lake.of(home), LAKE["contacts"].schema
    number = int(column_of(home, "bookings", "phone")["a"][:15], 16)
    for ago in (0, 10, 20, 60):
        same = {"service_day": DAY - timedelta(days=ago), "kind": "phone", "identifier": number, "centre_id": "north"}
        columns = {name: pa.repeat(pa.scalar(same.get(name), schema.field(name).type), people) for name in schema.names}
        columns["applicant"] = pa.array(np.arange(people) + ago)
        columns["clerk_id"] = pa.array(np.arange(people) % 7).cast(pa.string())
        lake.replace_day("contacts", same["service_day"], pa.table(columns))
    with engine(home) as running:
        (row,) = running.arrow(links(Night(DAY, running))).to_pylist()
    assert [row[f"phone_applicants_{days}d"] for days in WINDOWS] == [people, people, people + 20, people + 60]
    assert row["phone_clerks_30d"] == 7
    assert (row["phone_hub"], row["strength"]) == (1, 0)


@pytest.mark.parametrize(("people", "hub"), [(INSTITUTION - 1, False), (INSTITUTION, True)])
def test_an_identifier_of_as_many_as_an_institution_has_is_a_hub(night, people, hub):
    contacts = [(1, person + 1, 1, 1, 1, person % 30) for person in range(people)]
    assert told(night, contacts)[1]["hub"] == hub


def test_no_contacts_and_bookings_without_identifiers(tmp_path: Path):
    home = home_of(tmp_path, [booking("a"), booking("b", phone="13900000001")])
    features_day(home, DAY)  # nothing has summed up the day
    assert set(column_of(home, "features", "applicants_on_phone").values()) == {None}
    assert column_of(home, "features", "link_strength") == {"a": None, "b": None}


@pytest.mark.parametrize("register", [[], ["2026-03-03", "2026-04-01"]])
def test_a_register_that_nobody_knew_on_the_night_assesses_nobody(tmp_path: Path, register: list[str]):
    """Whether none was delivered, or every registration in it begins after the night."""
    later = [other("agents", agent_id="agency", kind="licensed_agency", registered_from=day) for day in register]
    rows = [
        booking("a", agent_id="agency"),
        booking("b", agent_id="agency"),
        booking("c", agent_id="agency", phone="1"),
    ]
    home = home_of(tmp_path, rows, others={"agents": later} if later else None)
    summaries_day(home, DAY)
    features_day(home, DAY)
    assert column_of(home, "features", "agent_registered") == {"a": None, "b": None, "c": None}
    assert column_of(home, "features", "link_strength") == {"a": None, "b": None, "c": 0}

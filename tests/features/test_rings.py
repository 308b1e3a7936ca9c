"""Rings: which identifiers belong together, which do not, and that neither names nor order decide."""

from datetime import date, timedelta

import duckdb
import numpy as np
import pytest

from data.home import Home
from data.lake import Lake
from features.linking.blocks import blocks
from features.linking.rings import RING_CITIZENS, find_rings
from features.linking.ties import HUB_CITIZENS, MOST_IDENTIFIERS, graph_of
from features.steps import rings_day
from features.summaries.bonds import TYING
from features.summary import summaries_day
from tests.features.hall_support import DAY, booking, home_of, other

PHONE, DEVICE, AGENT = (TYING.index(kind) for kind in ("phone", "device_id", "agent_id"))
NOBODY = np.empty(0, np.int64)
Uses = list[tuple[int, int]]


def phone(number: int) -> int:
    return 4 * number + PHONE


def device(number: int) -> int:
    return 4 * number + DEVICE


def agent(number: int) -> int:
    return 4 * number + AGENT


def found(uses: Uses, registered: tuple[int, ...] = ()) -> list[set[int]]:
    """The rings as sets of keys, the one with the least key first."""
    key, citizen = np.array(uses).T
    rings = find_rings(key, citizen, np.array(registered, np.int64))
    return [set(rings.key[rings.ring == number].tolist()) for number in range(rings.applicants.size)]


def desk(first: int, *, phones: int = 3, devices: int = 2, citizens: int = 24, used: float = 1.0) -> Uses:
    """An intermediary's citizens, each on one of its telephones and devices, or on its own."""
    chance = np.random.default_rng(first)
    uses = []
    for citizen in range(first, first + citizens):
        if chance.random() < used:
            uses.append((phone(first + int(chance.integers(phones))), citizen))
            uses.append((device(first + int(chance.integers(devices))), citizen))
        else:
            uses += [(phone(first + 500 + citizen), citizen), (device(first + 500 + citizen), citizen)]
    return uses


def members(first: int, *, phones: int = 3, devices: int = 2) -> set[int]:
    return {phone(first + n) for n in range(phones)} | {device(first + n) for n in range(devices)}


def test_a_desk_of_telephones_and_devices_is_one_ring():
    assert found(desk(0)) == [members(0)]


def test_a_desk_whose_citizens_half_of_the_time_book_for_themselves_is_one_ring():
    assert found(desk(0, citizens=60, used=0.5)) == [members(0)]


def test_many_telephones_on_one_device_are_one_ring():
    uses = [(key, citizen) for citizen in range(100) for key in (phone(citizen % 20), device(0))]
    assert found(uses) == [members(0, phones=20, devices=1)]


def test_two_rings_that_share_a_public_computer_stay_two():
    everybody = [(device(9_999), citizen) for citizen in [*range(24), *range(1_000, 1_024), *range(5_000, 5_150)]]
    assert found(desk(0) + desk(1_000) + everybody) == [members(0), members(1_000)]


def test_two_rings_with_two_clients_in_common_stay_two():
    common = [use for citizen in (0, 1) for use in ((phone(1_000), citizen), (device(1_000), citizen))]
    assert found(desk(0, phones=8, citizens=80) + desk(1_000, phones=8, citizens=80) + common) == [
        members(0, phones=8),
        members(1_000, phones=8),
    ]


def test_two_telephones_between_which_clients_change_are_one_ring():
    uses = [(phone(citizen % 2), citizen) for citizen in range(40)] + [(phone(1), 0), (phone(1), 2), (phone(0), 1)]
    assert found(uses) == [{phone(0), phone(1)}]


def test_test_accounts_on_both_telephones_are_not_among_those_who_change():
    uses = [(phone(citizen % 2), citizen) for citizen in range(40)] + [(phone(1), 0), (phone(1), 2), (phone(0), 1)]
    accounts = range(100, 110)
    uses += [(phone(number), account) for account in accounts for number in (0, 1)]
    uses += [(phone(10_000 * account + n), account) for account in accounts for n in range(MOST_IDENTIFIERS)]
    assert found(uses) == [{phone(0), phone(1)}]


def test_a_clerk_who_serves_a_ring_among_others_would_be_of_no_ring():
    """Why clerks are no identifiers (decision 0029): of a clerk's citizens too few are accounted for."""
    clerk, strangers = 4 * 9_999 + 3, range(1_000, 1_060)
    served = [*((clerk, citizen) for citizen in (*range(24), *strangers)), *((phone(n), n) for n in strangers)]
    assert found(desk(0) + served) == [members(0)]


def test_families_on_a_public_computer_are_no_ring():
    uses = [(device(9_999), citizen) for citizen in range(200)]
    uses += [(key, citizen) for citizen in range(60) for key in (phone(citizen // 4), device(citizen // 4))]
    assert found(uses) == []


def test_a_public_computer_alone_is_no_ring():
    assert found([(device(1), citizen) for citizen in range(100)]) == []


def test_a_telephone_alone_is_a_ring_from_six_citizens_until_it_is_an_institution_s():
    def alone(citizens: int) -> list[set[int]]:
        return found([(phone(1), citizen) for citizen in range(citizens)])

    assert alone(RING_CITIZENS - 1) == []
    assert alone(RING_CITIZENS) == alone(HUB_CITIZENS) == [{phone(1)}]
    assert alone(HUB_CITIZENS + 1) == []


def test_a_registered_agent_and_its_own_telephone_are_no_ring():
    uses = [(key, citizen) for citizen in range(30) for key in (agent(1), phone(1), device(1))]
    assert found(uses) == [{agent(1), phone(1), device(1)}]
    assert found(uses, registered=(agent(1),)) == []
    assert found(uses + desk(1_000), registered=(agent(1),)) == [members(1_000)]


def test_a_test_account_with_a_thousand_telephones_ties_nothing():
    uses = [(phone(number), number % 2) for number in range(1_000)] + [(phone(n), 2 + n) for n in range(1_000)]
    assert found(uses) == []


def test_one_telephone_on_a_million_bookings_takes_no_ring_with_it():
    key = np.concatenate([np.full(1_000_000, phone(77)), np.array(desk(0))[:, 0]])
    citizen = np.concatenate([np.arange(1_000_000), np.array(desk(0))[:, 1]])
    rings = find_rings(key, citizen, NOBODY)
    assert set(rings.key[rings.ring >= 0].tolist()) == members(0)


def test_a_web_of_acquaintances_is_no_block_and_hides_none():
    """A chain in which everybody has a citizen or two in common with the next, from ring to ring."""
    chain = [(phone(5_000 + n), 10_000 + 2 * n + k) for n in range(60) for k in range(4)]
    hooks = [(phone(5_000), 0), (phone(5_000), 1), (phone(5_059), 1_000), (phone(5_059), 1_001)]
    rings = found(desk(0, phones=8, citizens=80) + desk(1_000, phones=8, citizens=80) + chain + hooks)
    assert [ring for ring in rings if len(ring) > 1][:1] == [members(0, phones=8)]
    assert members(1_000, phones=8) in rings


def test_nothing_is_no_ring():
    assert find_rings(NOBODY, NOBODY, NOBODY).applicants.size == 0


@pytest.mark.parametrize("seed", range(5))
def test_neither_order_nor_names_nor_repeats_decide(seed):
    chance = np.random.default_rng(seed)
    uses = np.array(desk(0, phones=9, devices=4, citizens=90) + desk(300, phones=9, devices=4, citizens=90, used=0.6))
    uses[::17, 1] = 7
    before = find_rings(uses[:, 0], uses[:, 1], NOBODY)
    names = 4 * chance.permutation(2_000)
    people = chance.permutation(1_000)
    again = uses[chance.integers(0, len(uses), 3 * len(uses))]
    shuffled = np.concatenate([again, uses])
    renamed = names[shuffled[:, 0] // 4] + shuffled[:, 0] % 4
    after = find_rings(renamed, people[shuffled[:, 1]], NOBODY)
    place = np.searchsorted(after.key, names[before.key // 4] + before.key % 4)
    here, there = before.ring, after.ring[place]
    assert np.array_equal(here < 0, there < 0)
    pairs = set(zip(here.tolist(), there.tolist(), strict=True))
    assert len(pairs) == len(set(here.tolist())) == len(set(there.tolist()))
    assert sorted(before.density) == pytest.approx(sorted(after.density))


def test_blocks_name_their_least_member():
    _, graph = graph_of(np.array([5, 5, 9, 9, 7]), np.array([1, 2, 1, 2, 3]))
    assert blocks(graph, np.full(3, -1)).tolist() == [0, 1, 0]


def a_week(offset: int = 0) -> list[dict[str, str]]:
    """A ring of two telephones that grows day by day, at two centres."""
    rows = []
    for ago in range(7):
        day = DAY - timedelta(days=ago + offset)
        for n in range(4):
            name = f"{day} {n}"
            rows.append(
                booking(
                    name,
                    centre_id="north" if n % 2 else "south",
                    phone=f"1390000000{n % 2}",
                    device_id="d1",
                    service_day=str(day),
                    created_at=f"{day} 00:00",
                )
            )
    return rows


def night(home: Home, day: date) -> None:
    summaries_day(home, day)
    rings_day(home, day)


def rows_of(home: Home, table: str, day: date = DAY) -> list[dict[str, object]]:
    lake = Lake.of(home)
    found = duckdb.sql(f"SELECT * EXCLUDE service_day FROM {lake.sql(table, day, day)} ORDER BY ALL")
    return found.to_arrow_table().to_pylist()


def test_a_ring_keeps_its_id_from_night_to_night_and_a_rerun_changes_nothing(tmp_path):
    home = home_of(tmp_path, a_week())
    for ago in range(4, -1, -1):
        night(home, DAY - timedelta(days=ago))
    before = rows_of(home, "rings")
    assert len({row["ring_id"] for row in before}) == 1
    assert {row["identifier"] for row in rows_of(home, "rings", DAY - timedelta(days=4))} == {
        row["identifier"] for row in before
    }
    assert rows_of(home, "ring_changes", DAY - timedelta(days=4))[0]["change"] == "born"
    assert rows_of(home, "ring_changes") == []
    assert {row["ring_centres"] for row in before} == {2}
    night(home, DAY)
    assert rows_of(home, "rings") == before


@pytest.mark.parametrize(("registered_from", "rings"), [("", 0), (str(DAY + timedelta(days=1)), 0), (str(DAY), 1)])
def test_an_agent_is_of_no_ring_while_nobody_knows_a_register(tmp_path, registered_from, rings):
    """It may be a lawful agency; as soon as the register names others, it is none."""
    register = [other("agents", agent_id="else", kind="licensed_agency", registered_from=registered_from)]
    rows = [booking(f"b{n}", agent_id="agency", phone="13900000000") for n in range(8)]
    home = home_of(tmp_path, rows, others={"agents": register} if registered_from else None)
    night(home, DAY)
    assert len({row["ring_id"] for row in rows_of(home, "rings")}) == rings


@pytest.mark.parametrize(
    ("typists", "rings"),
    [
        (["one", "other"] * 4, 1),  # two of five employees: an intermediary may have them on its side
        (["one", "other", "third", "fourth"] * 2, 0),  # most of them: the hall's own number
    ],
)
def test_the_telephone_that_a_hall_fills_in_for_those_who_have_none_ties_nobody(tmp_path, typists, rings):
    typed = {"channel": "staff", "device_id": "the counter's"}
    rows = [booking(f"b{n}", phone="13900000000", created_by=by, **typed) for n, by in enumerate(typists)]
    rows += [booking(by, phone=None, created_by=by, **typed) for by in ("one", "other", "third", "fourth", "fifth")]
    home = home_of(tmp_path, rows)
    night(home, DAY)
    found = rows_of(home, "rings")
    assert len({row["ring_id"] for row in found}) == rings
    assert {row["kind"] for row in found} <= {"phone"}, "the machine at the counter is nobody's"


def test_a_ring_is_gone_once(tmp_path):
    """Not again each night after a night without rings."""
    last = DAY - timedelta(days=40)
    days = [last + timedelta(days=ago) for ago in (28, 31, 32, 34)]
    alone = [booking(f"alone {day}", service_day=str(day), created_at=f"{day} 00:00") for day in days]
    home = home_of(tmp_path, a_week(40) + alone)
    for day in days:
        night(home, day)
    assert [[row["change"] for row in rows_of(home, "ring_changes", day)] for day in days] == [
        ["born"],
        ["gone"],
        [],
        [],
    ]


def nameless(home: Home, day: date) -> list[list[object]]:
    """The day's rings without names, which are of the night's making, or pseudonyms of each home's own key."""
    names = {"ring_id", "ring_named_on", "identifier"}
    return sorted([row[name] for name in sorted(row.keys() - names)] for row in rows_of(home, "rings", day))


def test_the_order_of_nights_changes_no_ring(tmp_path):
    days = [DAY - timedelta(days=ago) for ago in (2, 0, 1)]
    home, other = home_of(tmp_path / "a", a_week()), home_of(tmp_path / "b", a_week())
    for day in sorted(days):
        night(home, day)
    for day in days:
        night(other, day)
    for day in days:
        assert nameless(home, day) == nameless(other, day)


def test_bonds_of_the_window_are_the_contacts_of_what_is_shared_in_it(tmp_path):
    """Whatever came first, the sole citizen of before and a gap of the window included."""
    chance = np.random.default_rng(3)
    rows = []
    for number in range(180):
        day = DAY - timedelta(days=int(chance.choice([0, 1, 7, 10, 20, 29, 30, 39, 40, 60])))
        rows.append(
            booking(
                f"b{number}",
                applicant_id=f"citizen {chance.integers(24)}",
                phone=f"139000000{chance.integers(36):02}",
                service_day=str(day),
                created_at=f"{day} 00:00",
            )
        )
    home = home_of(tmp_path, rows)
    for day in (DAY - timedelta(days=10), DAY):
        night(home, day)
        assert stored(home, day) == shared(home, day)


def stored(home: Home, day: date) -> set[tuple]:
    """The bonds of the window, of those identifiers that are still shared in it."""
    window = f"seen_day > DATE '{day}' - 30"
    bonds = f"(SELECT * FROM {Lake.of(home).sql('bonds', day - timedelta(days=29), day)} WHERE {window})"
    sql = f"""SELECT DISTINCT identifier, applicant, seen_day, bookings FROM {bonds} WHERE identifier IN
              (SELECT identifier FROM {bonds} GROUP BY 1 HAVING count(DISTINCT applicant) > 1)"""
    return set(duckdb.sql(sql).fetchall())


def shared(home: Home, day: date) -> set[tuple]:
    contacts = Lake.of(home).sql("contacts", day - timedelta(days=29), day)
    sql = f"""SELECT identifier, applicant, service_day, bookings FROM {contacts} WHERE identifier IN
              (SELECT identifier FROM {contacts} GROUP BY 1 HAVING count(DISTINCT applicant) > 1)"""
    return set(duckdb.sql(sql).fetchall())

"""The world `small`: its laws, its bands, and that what is planted is really there."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds_support import KEY, QUEUE, TIMES

from data.contract import DELIVERED
from data.errors import UserError
from data.worlds import WorldSummary, simulate
from data.worlds.day import District
from data.worlds.plan import Centre
from data.worlds.presets.small import BLUEPRINT, FIRST, SECOND

SECONDS = pd.Timedelta(seconds=1)
OTHER_SEED = 7
SMALL = BLUEPRINT.plan()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, WorldSummary]:
    out = tmp_path_factory.mktemp("worlds") / "small"
    return out, simulate("small", out)


@pytest.fixture(scope="module", params=[None, OTHER_SEED], ids=["own_seed", "other_seed"])
def bookings(
    request: pytest.FixtureRequest, world: tuple[Path, WorldSummary], tmp_path_factory: pytest.TempPathFactory
) -> pd.DataFrame:
    """All bookings of a world, with its truth (`scheme` null: innocent) and the people each call passed."""
    out = world[0]
    if request.param is not None:
        out = tmp_path_factory.mktemp("other") / "small"
        simulate("small", out, seed=request.param)
    frame = with_times(delivered(out, "bookings"), TIMES)
    truth = pd.read_parquet(out / "truth.parquet")
    return with_passed(frame.merge(truth[[*KEY, "scheme", "ring", "carried_out"]], how="left", on=KEY))


def delivered(out: Path, table: str) -> pd.DataFrame:
    files = sorted((out / table).glob("*.csv"))
    return pd.concat([pd.read_csv(file, dtype=str) for file in files], ignore_index=True)


def with_times(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    return frame.assign(**{name: pd.to_datetime(frame[name]) for name in names})


def with_passed(frame: pd.DataFrame) -> pd.DataFrame:
    """Count by brute force, from the contract's definition, whom each call passed without a recorded reason."""
    frame["entitled_at"] = frame[["slot_start", "checked_in_at"]].max(axis=1, skipna=True)
    called = frame[frame["called_at"].notna()]
    passed = pd.Series(0, index=frame.index)
    for _, queue in called.groupby(QUEUE):
        tickets, calls = queue["checked_in_at"].to_numpy(), queue["called_at"].to_numpy()
        entitled, missed = queue["entitled_at"].to_numpy(), queue["missed_at"].to_numpy()
        waited = (tickets[None, :] < calls[:, None]) & (calls[None, :] > calls[:, None])
        earlier = entitled[None, :] < entitled[:, None]
        absent = missed[None, :] <= calls[:, None]
        passed[queue.index] = (waited & earlier & ~absent).sum(axis=1)
    explained = frame["priority_class"].notna() | frame["missed_at"].notna()
    return frame.assign(passed=passed.where(~explained, 0))


def hashes(out: Path) -> dict[str, str]:
    files = [path for path in sorted(out.rglob("*")) if path.is_file()]
    return {str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def minutes(frame: pd.DataFrame) -> pd.Series:
    return (frame["called_at"] - frame["checked_in_at"]) / SECONDS / 60


# --- the folder


def test_a_seed_fixes_every_byte_and_a_rerun_replaces(world: tuple[Path, WorldSummary], tmp_path: Path) -> None:
    first = hashes(world[0])
    summary = simulate("small", tmp_path / "w")
    assert hashes(tmp_path / "w") == first
    assert summary == world[1]

    simulate("small", tmp_path / "w", seed=OTHER_SEED)
    other = hashes(tmp_path / "w")
    assert other.keys() == first.keys()
    assert all(other[name] != first[name] for name in first if name.startswith("bookings/"))

    simulate("small", tmp_path / "w")
    assert hashes(tmp_path / "w") == first
    assert [path.name for path in tmp_path.iterdir()] == ["w"]


def test_one_file_a_day_and_the_marker_says_what_was_made(world: tuple[Path, WorldSummary]) -> None:
    out, summary = world
    days = [f"{day}.csv" for day in SMALL.calendar]
    assert days[0] == "2026-03-02.csv"
    for table in ("bookings", "quotas", "shifts", "refusals"):
        assert sorted(path.name for path in (out / table).iterdir()) == days
    marker = json.loads((out / "world.json").read_text(encoding="utf-8"))
    assert marker["preset"] == "small"
    assert marker["seed"] == SMALL.seed
    assert marker["bookings"] == summary.bookings == len(delivered(out, "bookings"))


@pytest.mark.parametrize("table", ["bookings", "quotas", "shifts", "refusals", "complaints", "agents"])
def test_tables_keep_the_contract(world: tuple[Path, WorldSummary], table: str) -> None:
    frame = delivered(world[0], table)
    declared = DELIVERED[table]
    assert list(frame.columns) == [column.name for column in declared.columns]
    assert len(frame)
    if declared.key:
        assert not frame.duplicated(list(declared.key)).any()
    for column in declared.columns:
        values = frame[column.name].dropna()
        assert column.null or len(values) == len(frame), column.name
        assert not column.words or set(values) <= set(column.words)
        if column.kind == "time":
            assert values.str.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00").all(), column.name


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "bookings").mkdir()
    (tmp_path / "bookings" / "real.csv").write_text("booking_id\n1\n")
    with pytest.raises(UserError, match="bookings"):
        simulate("small", tmp_path)
    assert (tmp_path / "bookings" / "real.csv").read_text() == "booking_id\n1\n"


@pytest.mark.parametrize("marker", ["7", "[" * 100_000], ids=["number", "nested"])
def test_a_folder_whose_marker_is_none_is_left_alone(tmp_path: Path, marker: str) -> None:
    (tmp_path / "world.json").write_text(marker)
    with pytest.raises(UserError, match="Choose a new or an empty folder"):
        simulate("small", tmp_path)
    assert (tmp_path / "world.json").read_text() == marker


def test_a_world_to_which_somebody_added_is_left_alone(world: tuple[Path, WorldSummary], tmp_path: Path) -> None:
    out = tmp_path / "w"
    simulate("small", out)
    before = hashes(out)
    (out / "notes.txt").write_text("mine")
    with pytest.raises(UserError, match=r"notes\.txt"):
        simulate("small", out)
    assert {**before, "notes.txt": hashes(out)["notes.txt"]} == hashes(out)


def test_a_file_in_the_way_an_unknown_preset_a_negative_seed(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    with pytest.raises(UserError, match="Choose a new or an empty folder"):
        simulate("small", file)
    with pytest.raises(UserError, match=r"'smal'.*small"):
        simulate("smal", tmp_path / "w")
    with pytest.raises(UserError, match="negative"):
        simulate("small", tmp_path / "w", seed=-1)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_folder_below_a_file_is_the_users_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UserError, match="cannot be written"):
        simulate("small", tmp_path / "file" / "below")


# --- the laws of the hall


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("created_at", "cancelled_at"),
        ("created_at", "checked_in_at"),
        ("checked_in_at", "missed_at"),
        ("missed_at", "called_at"),
        ("checked_in_at", "called_at"),
        ("called_at", "served_from"),
        ("served_from", "served_to"),
    ],
)
def test_times_are_in_order(bookings: pd.DataFrame, earlier: str, later: str) -> None:
    both = bookings[[earlier, later]].dropna()
    assert len(both)
    assert (both[earlier] <= both[later]).all()


def test_the_status_says_what_happened(bookings: pd.DataFrame) -> None:
    status = bookings["status"]
    assert set(status) == {"served", "cancelled", "no_show", "abandoned"}
    for column in ("called_at", "served_from", "served_to", "window_id", "clerk_id"):
        assert (bookings[column].notna() == (status == "served")).all()
    assert (bookings["ticket_no"].notna() == status.isin(["served", "abandoned"])).all()
    assert (bookings["cancelled_at"].notna() == (status == "cancelled")).all()
    assert (bookings["created_by"].notna() == (bookings["channel"] == "staff")).all()
    assert (bookings["slot_start"].isna() == (bookings["channel"] == "onsite")).all()
    on_their_day = bookings["checked_in_at"].dropna().dt.strftime("%Y-%m-%d")
    assert (on_their_day == bookings.loc[on_their_day.index, "service_day"]).all()


def test_a_window_and_a_clerk_serve_one_person_at_a_time(bookings: pd.DataFrame) -> None:
    served = bookings.dropna(subset=["called_at"]).sort_values("called_at")
    for who in ("window_id", "clerk_id"):
        before = served.groupby(["centre_id", "service_day", who])["served_to"].shift()
        assert (before.isna() | (before <= served["called_at"])).all()


def test_services_lie_in_the_clerks_shift_at_a_window_for_them(world: tuple[Path, WorldSummary]) -> None:
    shifts = with_times(delivered(world[0], "shifts"), ["opens_at", "closes_at"])
    served = with_times(delivered(world[0], "bookings"), TIMES).dropna(subset=["called_at"])
    pairs = served.merge(shifts, on=["centre_id", "window_id", "clerk_id"])
    inside = (pairs["opens_at"] <= pairs["called_at"]) & (pairs["served_to"] <= pairs["closes_at"])
    codes = zip(pairs["service_code"], pairs["services"], strict=True)
    able = np.array([code in json.loads(listed) for code, listed in codes])
    assert len(pairs[inside & able]) == len(served)
    assert (served["called_at"].dt.hour < 17).all()


def test_tickets_run_in_the_order_of_check_in_but_for_backdated_ones(bookings: pd.DataFrame) -> None:
    honest = bookings[bookings["ticket_no"].notna()].assign(ticket_no=lambda frame: frame["ticket_no"].astype(int))
    assert not honest.duplicated(["centre_id", "service_day", "ticket_no"]).any()
    honest = honest[honest["scheme"] != "backdate"]
    for _, day in honest.groupby(["centre_id", "service_day"]):
        assert day.sort_values("ticket_no")["checked_in_at"].is_monotonic_increasing


def test_no_slot_is_held_twice_and_no_more_than_the_quota_is_booked(world: tuple[Path, WorldSummary]) -> None:
    booked = with_times(delivered(world[0], "bookings"), TIMES).dropna(subset=["slot_id"])
    booked = booked.sort_values(["centre_id", "slot_id", "created_at"])
    freed = booked.groupby(["centre_id", "slot_id"])["cancelled_at"].shift()
    again = booked.duplicated(["centre_id", "slot_id"])
    assert again.any()
    assert (freed[again] <= booked.loc[again, "created_at"]).all()

    quotas = delivered(world[0], "quotas").set_index(QUEUE)["released_slots"].astype(int)
    standing = booked[booked["status"] != "cancelled"].groupby(QUEUE).size()
    assert (standing <= quotas.loc[standing.index]).all()


def test_people_are_turned_away_while_the_quota_is_out(world: tuple[Path, WorldSummary]) -> None:
    refused = with_times(delivered(world[0], "refusals"), ["attempted_at"])
    released = with_times(delivered(world[0], "quotas"), ["released_at"])
    pairs = refused.merge(released, on=QUEUE)
    assert (pairs["attempted_at"] > pairs["released_at"]).all()
    assert 0.03 <= len(refused) / world[1].bookings <= 0.15


def quiet(centre: Centre) -> Centre:
    """The same centre with nothing planted, clerks who never slip and no outage."""
    clerks = tuple(replace(clerk, slips=0.0) for clerk in centre.clerks)
    return replace(centre, clerks=clerks, schemes=(), outages=(), population=500)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**31), centre=st.sampled_from([FIRST, SECOND]), day_number=st.integers(0, 19))
def test_a_hall_without_slips_passes_nobody(seed: int, centre: Centre, day_number: int) -> None:
    made = District(seed, 0, quiet(centre), SMALL.calendar).day(day_number)
    rows = [{**booking.row(), "service_day": made.day.isoformat()} for booking in made.bookings]
    frame = pd.DataFrame(rows, dtype=object)
    times = {name: pd.to_datetime(frame[name].astype("Float64"), unit="s", utc=True) for name in TIMES}
    frame = with_passed(frame.assign(**times))
    assert frame["called_at"].notna().sum() > 50
    assert frame["passed"].sum() == 0


def test_a_day_does_not_depend_on_the_days_before_it() -> None:
    alone = District(3, 0, FIRST, SMALL.calendar).day(5)
    district = District(3, 0, FIRST, SMALL.calendar)
    after_others = [district.day(number) for number in range(6)][5]
    assert [one.row() for one in alone.bookings] == [one.row() for one in after_others.bookings]


# --- what is planted


def test_the_truth_names_existing_bookings_once(world: tuple[Path, WorldSummary]) -> None:
    truth = pd.read_parquet(world[0] / "truth.parquet")
    known = delivered(world[0], "bookings")
    assert not truth.duplicated(KEY).any()
    assert len(truth.merge(known[KEY], on=KEY)) == len(truth)
    assert truth.groupby("scheme").size().to_dict() == world[1].planted == {"backdate": 5, "overtake": 20}
    assert truth[truth["carried_out"]].groupby("scheme").size().to_dict() == world[1].carried_out


def test_every_overtake_carried_out_passes_people_by_the_rings_clerk(bookings: pd.DataFrame) -> None:
    jumps = bookings[(bookings["scheme"] == "overtake") & (bookings["carried_out"] == True)]  # noqa: E712
    assert len(jumps) >= 15
    assert (jumps["passed"] >= 3).all()
    assert set(jumps["clerk_id"]) == {"C01-K04"}
    assert minutes(jumps).median() < 5


def test_the_rings_clients_share_the_intermediarys_telephones(bookings: pd.DataFrame) -> None:
    ring = bookings[bookings["ring"] == "R1"]
    assert 18 <= len(ring) <= 20
    assert ring["phone"].nunique() == ring["device_id"].nunique() == 2
    assert 10 <= ring["applicant_id"].nunique() <= 14
    assert ring["agent_id"].isna().all()
    assert ring.groupby("service_day").size().max() <= 3
    assert ring["service_day"].nunique() == 12


def test_backdated_check_ins_look_right_but_for_the_ticket(bookings: pd.DataFrame) -> None:
    backdated = bookings[(bookings["scheme"] == "backdate") & (bookings["carried_out"] == True)]  # noqa: E712
    assert len(backdated) >= 3
    assert backdated["passed"].sum() == 0
    for _, one in backdated.iterrows():
        same_day = bookings[
            (bookings["centre_id"] == one["centre_id"]) & (bookings["service_day"] == one["service_day"])
        ]
        after = same_day[same_day["checked_in_at"] > one["checked_in_at"]]
        assert (after["ticket_no"].astype(int) < int(one["ticket_no"])).sum() >= 3


def test_innocent_disorder_is_there_and_smaller(bookings: pd.DataFrame) -> None:
    called = bookings[bookings["called_at"].notna() & bookings["scheme"].isna()]
    outage_day = (called["centre_id"] == "C02") & (called["service_day"] == str(SMALL.calendar[11]))
    clock = called["called_at"].dt.strftime("%H:%M")
    outage = outage_day & (clock >= "09:50") & (clock < "10:50")
    trainee = called["clerk_id"] == "C01-K03"
    share = {
        "outage": (called[outage]["passed"] >= 1).mean(),
        "trainee": (called[trainee]["passed"] >= 1).mean(),
        "others": (called[~outage & ~trainee]["passed"] >= 1).mean(),
    }
    assert share["outage"] > 0.25
    assert 0.02 < share["trainee"] < 0.12
    assert 0.002 < share["others"] < 0.03
    assert (called[trainee]["passed"] >= 3).any()


# --- what it looks like


def test_waits_and_shares_lie_in_their_bands(bookings: pd.DataFrame) -> None:
    called = bookings[bookings["called_at"].notna()]
    busy = called[called["entitled_at"].dt.hour.isin([9, 10])]
    assert 15 <= minutes(called).median() <= 30
    assert 20 <= minutes(busy).median() <= 38
    slots = bookings[bookings["slot_start"].notna() & (bookings["status"] != "cancelled")]
    assert 0.05 <= (slots["status"] == "no_show").mean() <= 0.11
    shares = bookings["status"].value_counts(normalize=True)
    assert 0.03 <= shares["cancelled"] <= 0.07
    assert 0.01 <= shares["abandoned"] <= 0.05
    a_day = bookings.groupby(["centre_id", "service_day"]).size().groupby("centre_id").median()
    assert a_day.between(120, 170).all()
    channels = bookings["channel"].value_counts(normalize=True)
    assert 0.5 < channels["online"] < 0.7
    assert set(channels.index) == {"online", "phone", "onsite", "staff"}
    service_min = (called["served_to"] - called["served_from"]) / SECONDS / 60
    assert service_min.groupby(called["service_code"]).median().to_dict().keys() == {"BX", "CB", "YD"}
    assert service_min.between(1.5, 45).all()


def test_recalls_returns_and_priority_happen(bookings: pd.DataFrame) -> None:
    classes = set(bookings["priority_class"].dropna())
    assert classes == {"elderly", "disabled", "pregnant", "veteran", "returning", "recall"}
    recalled = bookings[bookings["priority_class"] == "recall"]
    assert recalled["missed_at"].notna().all()
    elderly = bookings[bookings["priority_class"] == "elderly"]
    assert (2026 - elderly["applicant_birth_year"].astype(int) >= 70).all()
    ordinary = bookings[bookings["status"].eq("served") & bookings["priority_class"].isna()]
    assert minutes(elderly).median() < minutes(ordinary).median()


def test_innocent_hubs(bookings: pd.DataFrame) -> None:
    kiosk = bookings.groupby("device_id").agg(people=("applicant_id", "nunique"), phones=("phone", "nunique"))
    largest = kiosk.sort_values("people").iloc[-1]
    assert largest["people"] > 40
    assert largest["phones"] > 35
    by_agent = bookings[bookings["agent_id"].notna()].groupby("agent_id")
    assert set(by_agent.groups) == {"AG-0001", "AG-0002"}
    assert (by_agent["phone"].nunique() == 1).all()
    assert (by_agent["applicant_id"].nunique() > 10).all()
    families = (
        bookings[bookings["agent_id"].isna() & bookings["ring"].isna()].groupby("phone")["applicant_id"].nunique()
    )
    assert families.isin([2, 3, 4]).sum() > 50
    assert families.max() <= 4
    assert (bookings.groupby("applicant_id")["service_day"].nunique() > 1).mean() > 0.4


def test_complaints_are_in_chinese_and_not_all_answered(world: tuple[Path, WorldSummary]) -> None:
    complaints = delivered(world[0], "complaints")
    assert len(complaints) == sum(centre.complaints for centre in SMALL.centres)
    assert complaints["text"].str.contains("[\u4e00-\u9fff]").all()
    assert 0 < complaints["replied_at"].isna().sum() < len(complaints)
    assert (complaints["replied_at"].isna() == complaints["outcome"].isna()).all()

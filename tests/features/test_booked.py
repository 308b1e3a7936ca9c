"""What the kernels of booking behaviour say, against their definitions written out, and of very large inputs."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.schema import INSTANT
from features.making.bursts import BURST_S, rush
from features.making.handovers import HANDOVER_S, handovers
from features.making.peers import share_below
from features.making.releases import against_release

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
CODES = np.array(["a", "b"])

#: (second of creation, seconds until cancellation, applicant, slot): few of each, so that they meet
booking = st.tuples(
    st.integers(0, 100),
    st.none() | st.integers(0, 60),
    st.none() | st.integers(0, 2),
    st.none() | st.sampled_from(CODES),
)
logs = st.lists(booking, max_size=12)
release = st.tuples(st.none() | st.integers(0, 100), st.integers(0, 4), st.none() | st.sampled_from(CODES))


def at(second: int | None) -> datetime | None:
    return None if second is None else START + timedelta(seconds=second)


def table_of(log, *, walk_ins: bool = False) -> pa.Table:
    made = [at(one[0]) for one in log]
    gone = [None if one[1] is None else at(one[0] + one[1]) for one in log]
    slots = [None if walk_ins and one[3] is None else START for one in log]
    return pa.table(
        {
            "centre_id": pa.array(["north"] * len(log), pa.string()),
            "service_code": pa.array([one[3] or "a" for one in log], pa.string()),
            "created_at": pa.array(made, INSTANT),
            "cancelled_at": pa.array(gone, INSTANT),
            "slot_start": pa.array(slots, INSTANT),
            "applicant": pa.array([one[2] for one in log], pa.int64()),
            "slot_id": pa.array([one[3] for one in log], pa.string()),
            "phone": pa.array([None if one[2] is None else str(one[2] % 2) for one in log], pa.string()),
            "booking_id": pa.array(map(str, range(len(log))), pa.string()),
        }
    )


def events_of(log) -> pa.Table:
    table = table_of(log)
    columns = {name: table[name] for name in ("applicant", "created_at")}
    names = pa.array(map(str, range(len(log))), pa.string())
    return pa.table(
        {
            "kind": pa.array(["ip"] * len(log), pa.string()),
            "created_day": pa.array([START.date()] * len(log), pa.date32()),
            "identifier": pa.array([ord(one[3] or "b") for one in log], pa.int64()),
            "at_centre": table["centre_id"],
            "booking_id": names,
            **columns,
        }
    )


@given(logs)
@settings(max_examples=300, derandomize=True, deadline=None)
def test_pace_is_what_its_definition_says(log):
    found = rush(events_of(log)).to_pylist()
    for (made, _, who, where), row in zip(log, found, strict=True):
        same = [one for one in log if (one[3] or "b") == (where or "b")]
        windows = [sum(0 <= one[0] - first[0] < BURST_S for one in same) for first in same if made - first[0] < BURST_S]
        starts = [first[0] for first in same if made - first[0] < BURST_S]
        containing = [size for size, first in zip(windows, starts, strict=True) if first <= made]
        assert row["bookings_a_minute"] == max(containing)
        others = [made - one[0] for one in same if one[0] <= made and None not in (one[2], who) and one[2] != who]
        assert row["seconds_since"] == min(others, default=None)


@given(logs)
@settings(max_examples=300, derandomize=True, deadline=None)
def test_a_handover_is_what_its_definition_says(log):
    since = pa.array(np.arange(len(log), dtype=np.float64))
    found = pa.table(handovers(table_of(log), since)).to_pylist()
    for row, (made, until, who, slot) in enumerate(log):
        if slot is None or who is None:
            assert not any(value is not None for value in found[row].values())
            continue
        others = [one for one in log if one[3] == slot and None not in (who, one[2]) and one[2] != who]
        freed = [one[0] + one[1] for one in others if one[1] is not None]
        after = min((made - end for end in freed if end <= made), default=None)
        assert found[row]["handover_seconds"] == after
        gone = None if until is None else made + until
        assert found[row]["handed_over"] == (
            gone is not None and any(0 <= one[0] - gone <= HANDOVER_S for one in others)
        )
        taken = [one[0] - gone for one in others if gone is not None and one[0] >= gone]
        assert found[row]["handover_gap_seconds"] == (min(taken, default=None) if after is None else after)
        known = {one[2] for one in log if one[3] == slot and one[2] is not None}
        assert found[row]["slot_bookings"] == len(known)


def test_releases_of_any_size_are_plenty():
    quotas = pa.table(
        {
            "centre_id": ["north"] * 3,
            "service_code": pa.nulls(3, pa.string()),
            "created_at": pa.nulls(3, INSTANT),
            "released_slots": [2**62, 2**62, 2**62],
        }
    )
    log = [(0, None, 1, "a"), (0, None, 2, "a"), (1, None, 3, "a")]
    assert against_release(table_of(log, walk_ins=True), quotas)[1].to_pylist() == [0, 0, 0]


@given(logs, st.lists(release, max_size=4))
@settings(max_examples=300, derandomize=True, deadline=None)
def test_the_excess_over_a_release_is_what_its_definition_says(log, releases):
    quotas = pa.table(
        {
            "centre_id": pa.array(["north"] * len(releases), pa.string()),
            "service_code": pa.array([one[2] for one in releases], pa.string()),
            "created_at": pa.array([at(one[0]) for one in releases], INSTANT),
            "released_slots": pa.array([one[1] for one in releases], pa.int64()),
        }
    )
    seconds, beyond = (part.to_pylist() for part in against_release(table_of(log, walk_ins=True), quotas))
    own = {one[2] for one in releases} - {None}

    def pool(item: str | None) -> str | None:
        return item if item in own else None

    for row, (made, _, _, item) in enumerate(log):
        mine = [one for one in releases if pool(one[2]) == pool(item or "a")]
        times = [one[0] for one in mine if one[0] is not None]
        past = [time for time in times if time <= made]
        assert seconds[row] == (made - (max(past) if past else min(times)) if times else None)
        rivals = [one for one in log if pool(one[3] or "a") == pool(item or "a") and one[3] is not None]
        held = sum(one[0] < made and (one[1] is None or one[0] + one[1] > made) for one in rivals)
        slots = sum(one[1] for one in mine if one[0] is None or one[0] <= made)
        assert beyond[row] == (None if item is None or not mine else max(held + 1 - slots, 0))


@given(st.lists(st.tuples(st.integers(0, 2), st.none() | st.integers(0, 4)), max_size=12))
@settings(derandomize=True, deadline=None)
def test_the_share_below_is_what_its_definition_says(rows):
    group = np.array([one[0] for one in rows], np.int64)
    known = np.array([one[1] is not None for one in rows], np.bool_)
    values = np.array([one[1] or 0 for one in rows], np.int64)
    for row, share in enumerate(share_below(group, values, known).to_pylist()):
        peers = [one[1] for other, one in enumerate(rows) if other != row and one[0] == rows[row][0]]
        peers = [value for value in peers if value is not None]
        if rows[row][1] is None or not peers:
            assert share is None
        else:
            assert share == pytest.approx(sum(value < rows[row][1] for value in peers) / len(peers))


@given(st.permutations(range(10)))
@settings(derandomize=True, deadline=None)
def test_the_order_of_rows_changes_nothing(places):
    log = [(20, 10, 0, "a"), (20, None, 1, "a"), (30, 0, 2, "a"), (30, None, 1, None), (10, 20, 1, "a")] * 2
    moved = [log[place] for place in places]
    back = np.argsort(places)
    one, other = table_of(log), table_of(moved)
    other = other.set_column(
        other.column_names.index("booking_id"), "booking_id", one["booking_id"].take(pa.array(places))
    )
    since = pa.array(np.arange(len(log), dtype=np.float64))
    found = pa.table(handovers(one, since))
    assert pa.table(handovers(other, since.take(pa.array(places)))).take(back) == found
    measured = ["bookings_a_minute", "seconds_since"]
    assert rush(events_of(moved)).select(measured).take(back) == rush(events_of(log)).select(measured)


@pytest.mark.parametrize("spread", [0, 1, 10**6], ids=["at one instant", "a second apart", "days apart"])
def test_half_a_million_of_one_device_slot_and_queue_take_a_moment(spread):
    number = 500_000
    made = pa.array(np.arange(number) * spread * 1_000_000, pa.int64()).cast(INSTANT)
    same = pa.array(np.zeros(number, np.int64))
    text = same.cast(pa.string())
    who = pa.array(np.arange(number) % 1000)
    columns = {"centre_id": text, "at_centre": text, "kind": text, "booking_id": text, "identifier": same}
    columns |= {"created_day": text, "service_code": text, "slot_id": text, "applicant": who, "slot_start": made}
    table = pa.table(columns | {"created_at": made, "cancelled_at": made})
    pace = rush(table)
    assert pace["bookings_a_minute"][number // 2].as_py() == {0: number, 1: BURST_S, 10**6: 1}[spread]
    found = handovers(table.append_column("phone", text), pa.nulls(number, pa.float64()))
    assert found["slot_bookings"][0].as_py() == 1000
    quota = table.slice(0, 1).append_column("released_slots", pa.array([1]))
    assert against_release(table, quota)[1][0].as_py() == 0


def test_nothing_comes_of_nothing():
    assert rush(events_of([])).num_rows == 0
    assert pa.table(handovers(table_of([]), pa.nulls(0, pa.float64()))).num_rows == 0
    none = table_of([]).append_column("released_slots", pa.array([], pa.int64()))
    assert [len(part) for part in against_release(table_of([]), none)] == [0, 0]

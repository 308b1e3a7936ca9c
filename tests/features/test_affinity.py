"""Who keeps meeting the same clerk: chance is not strange, collusion is, a specialist is not, names say nothing."""

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import hypergeom

from features.linking.affinity import MOST_MEETINGS, Affinity, affinities
from tests.features.hall_support import DAY


def hall(seed: int, *, hours: int = 120, clerks: int = 5, owners: int = 40, drawn_to: float = 0.0) -> pa.Table:
    """Calls of a hall, one row each: a third of them of owners; `drawn_to`: part of owner 0's that clerk 0 takes."""
    chance = np.random.default_rng(seed)
    hour = np.repeat(np.arange(hours), 20)
    owner = np.where(chance.random(hour.size) < 1 / 3, chance.integers(0, owners, hour.size), -1)
    clerk = chance.integers(0, clerks, hour.size)
    clerk[(owner == 0) & (chance.random(hour.size) < drawn_to)] = 0
    return calls(hour, owner, clerk)


def calls(hour: np.ndarray, owner: np.ndarray, clerk: np.ndarray) -> pa.Table:
    size = hour.size
    return pa.table(
        {
            "service_day": pa.repeat(pa.scalar(DAY), size),
            "centre_id": pa.repeat("north", size),
            "service_code": pa.repeat("card", size),
            "hour": pa.array(hour),
            "roster": pa.repeat(0, size),
            "owner": pa.array(owner),
            "clerk_id": pa.array(clerk).cast(pa.string()),
            "bookings": pa.array(np.ones(size, np.int64)),
            "served": pa.array(np.ones(size, np.int64)),
        }
    )


def found(rows: pa.Table) -> Affinity:
    """Of the calls of owners, one booking each, what is known."""
    owned = rows.filter(pa.array(rows["owner"].to_numpy() >= 0))
    return affinities(["clerk"], owned, owned, rows)["clerk"]


def test_meetings_are_counted_and_expected_by_the_hour():
    rows = calls(np.array([0, 0, 0, 0, 1, 1, 1]), np.array([0, 0, -1, -1, 0, -1, -1]), np.array([7, 7, 8, 8, 8, 7, 7]))
    of = found(rows)
    assert of.meetings.tolist() == [2, 2, 1]
    assert of.expected == pytest.approx([1 + 2 / 3, 1 + 2 / 3, 1 + 1 / 3])
    # two of four, one of each pair, and one of three, of whom the clerk calls two (one): sums of at least 2, 2 and 1
    assert of.p == pytest.approx([1 / 6 + 4 / 6 * 2 / 3] * 2 + [1 - 1 / 6 * 2 / 3])


def test_one_hour_is_fisher_s_exact_test():
    chance = np.random.default_rng(1)
    for _ in range(50):
        rows = calls(np.zeros(30, np.int64), chance.integers(-1, 2, 30), chance.integers(0, 3, 30))
        of = found(rows)
        owner, clerk = rows["owner"].to_numpy(), rows["clerk_id"].to_numpy(zero_copy_only=False)
        mine = owner >= 0
        for place, (who, whom) in enumerate(zip(owner[mine], clerk[mine], strict=True)):
            together = int(((owner == who) & (clerk == whom)).sum())
            exact = hypergeom.sf(together - 1, 30, (clerk == whom).sum(), (owner == who).sum())
            assert of.p[place] == pytest.approx(exact)


def test_chance_alone_is_no_stranger_than_it_says():
    """Over all pairs of an owner and a clerk, met or not."""
    p = np.concatenate([pairs(found(hall(seed)), hall(seed)) for seed in range(30)])
    assert p.size > 5_000
    for level in (0.01, 0.05, 0.2, 0.5):
        assert (p <= level).mean() <= level * 1.1 + 0.002
    assert (p <= 0.2).mean() > 0.1


def pairs(of: Affinity, rows: pa.Table) -> np.ndarray:
    """Each pair's p once; a pair that never met has p 1."""
    owned = rows.filter(pa.array(rows["owner"].to_numpy() >= 0))
    keys = owned["owner"].to_numpy() * 100 + owned["clerk_id"].cast(pa.int64()).to_numpy()
    _, first = np.unique(keys, return_index=True)
    return np.concatenate([of.p[first], np.ones(200 - first.size)])


def test_a_ring_that_seeks_a_clerk_stands_out():
    rows = hall(1, drawn_to=0.6)
    of = found(rows)
    owned = rows.filter(pa.array(rows["owner"].to_numpy() >= 0))
    sought = (owned["owner"].to_numpy() == 0) & (owned["clerk_id"].to_numpy(zero_copy_only=False) == "0")
    assert of.p[sought].max() < 1e-3
    assert of.meetings[sought][0] > 2 * of.expected[sought][0]


def test_a_specialist_is_compared_with_nobody():
    of = found(hall(1, clerks=1))
    assert not of.assessed.any()


def test_clerks_who_relieve_each_other_within_an_hour_are_not_compared():
    rows = calls(np.zeros(6, np.int64), np.array([0, 0, 0, -1, -1, -1]), np.array([0, 0, 0, 1, 1, 1]))
    assert found(rows).assessed.all()
    relieved = rows.set_column(rows.schema.get_field_index("roster"), "roster", pa.array([0, 0, 0, 1, 1, 1]))
    assert not found(relieved).assessed.any()


def test_whoever_takes_all_calls_of_an_hour_meets_everybody():
    rows = calls(np.zeros(6, np.int64), np.zeros(6, np.int64), np.array([0, 0, 0, 1, 1, 1]))
    assert not found(rows).assessed.any()


def test_names_of_owners_and_clerks_and_the_order_of_calls_change_nothing():
    rows = hall(3)
    chance = np.random.default_rng(4)
    owner, clerk = rows["owner"].to_numpy(), rows["clerk_id"].cast(pa.int64()).to_numpy()
    names, people = chance.permutation(40), chance.permutation(5)
    order = chance.permutation(rows.num_rows)
    renamed = calls(
        rows["hour"].to_numpy()[order],
        np.where(owner >= 0, names[owner], -1)[order],
        people[clerk][order],
    )
    before, after = found(rows), found(renamed)
    back = np.argsort(order[owner[order] >= 0])
    for one, other in zip(before, after, strict=True):
        assert np.array_equal(one, other[back])


def test_large_numbers_of_owners_change_nothing():
    rows = hall(5, drawn_to=0.5)
    owner = rows["owner"].to_numpy()
    large = rows.set_column(rows.column_names.index("owner"), "owner", pa.array(np.where(owner < 0, -1, owner + 2**60)))
    for one, other in zip(found(rows), found(large), strict=True):
        assert np.array_equal(one, other)


def test_nobody_shares_anything():
    rows = hall(1, owners=1).slice(0, 0)
    assert found(rows).meetings.size == 0
    everybody = calls(np.zeros(5, np.int64), np.full(5, -1), np.arange(5))
    assert not affinities(["clerk"], everybody, everybody.slice(0, 0), everybody)["clerk"].assessed.any()


def test_an_institution_of_a_million_bookings_is_not_assessed():
    chance = np.random.default_rng(5)
    rows = calls(chance.integers(0, 300, 1_000_000), np.zeros(1_000_000, np.int64), chance.integers(0, 9, 1_000_000))
    assert rows.num_rows > MOST_MEETINGS
    assert not affinities(["clerk"], rows, rows, rows)["clerk"].assessed.any()


def test_an_institution_that_meets_everybody_everywhere_takes_a_moment():
    """Twenty thousand hours by twenty thousand clerks would be 400 million cells."""
    everywhere = np.arange(20_000)
    rows = calls(everywhere, np.zeros(20_000, np.int64), everywhere)
    assert not affinities(["clerk"], rows, rows, rows)["clerk"].assessed.any()

"""Rings: hidden intermediaries, as blocks of identifiers that many citizens use together."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from features.arrays import each_once
from features.linking.blocks import blocks
from features.linking.ties import HUB_CITIZENS, RARITY, Graph, graph_of
from features.queues.lines import Bools, Ints
from features.summaries.bonds import TYING

#: citizens from which a block is no family: two to five people share a telephone at home
RING_CITIZENS = 6
#: kinds of which a ring has at least one: by them it is reached. A device alone may be a public computer
REACHED_BY = ("phone", "agent_id")
#: part of an identifier's citizens who also book through a registered agent, from which it is that agent's own
KNOWN_PART = 0.5
#: bits of a key that say the identifier's kind
KIND_BITS = 2

#: rows of different identifiers that agree in these are of the same bookings
SAME = ["seen_day", "centre_id", "service_code", "applicant", "hour", "roster", "clerk_id", "window_id"]


class Rings(NamedTuple):
    """The shared identifiers of a window of days, by `key` ascending, and the rings among them, numbered from 0.

    `citizens`: how many used each; `ring`: the number of its ring, -1: in none; `density`: per ring, the sum over
    identifiers and their citizens of 1 / log(citizens of the identifier + 5), by identifiers and citizens together.
    """

    key: Ints
    citizens: Ints
    ring: Ints
    applicants: Ints
    density: npt.NDArray[np.float64]


def key_of(kind: str, identifier: pa.ChunkedArray) -> pa.ChunkedArray:
    """Identifiers of a kind as one number each, distinct from those of other kinds; null stays null."""
    return pc.add(pc.multiply(identifier, 1 << KIND_BITS), TYING.index(kind))


def keys_of(rows: pa.Table) -> Ints:
    """The key of every row's `kind` and `identifier`."""
    kind = pc.index_in(rows["kind"], pa.array(TYING)).to_numpy()
    keys: Ints = rows["identifier"].to_numpy() * (1 << KIND_BITS) + kind
    return keys


def find_rings(key: Ints, applicant: Ints, registered: Ints) -> Rings:
    """The rings among these uses of identifiers by citizens; `registered`: keys of the agents that are known.

    Such an agent, and what its clients mainly book with, is nobody's secret and in no ring.
    """
    keys, graph = graph_of(key, applicant)
    citizens = np.diff(graph.starts)
    places, graph = _hidden(keys, graph, registered)
    ring = np.full(keys.size, -1)
    block = places[blocks(graph, _sole(keys[places]))]
    ring[places] = block
    applicants = _applicants(block, graph, keys.size)
    is_ring = _reached(keys, ring) & (applicants >= RING_CITIZENS)
    is_ring &= (np.bincount(block, minlength=keys.size) > 1) | (applicants <= HUB_CITIZENS)
    number = np.where(is_ring, np.cumsum(is_ring) - 1, -1)
    ring = np.where(ring >= 0, number[ring], -1)
    members = np.bincount(ring[ring >= 0], minlength=int(is_ring.sum()))
    rare = citizens / np.log(citizens + RARITY)
    weight = np.bincount(ring[ring >= 0], rare[ring >= 0], minlength=members.size)
    return Rings(keys, citizens, ring, applicants[is_ring], weight / (members + applicants[is_ring]))


def _sole(keys: Ints) -> Ints:
    """The kinds by which people are reached, and -1 for the others."""
    kind = keys % (1 << KIND_BITS)
    return np.where(np.isin(kind, [TYING.index(name) for name in REACHED_BY]), kind, -1)


def _hidden(keys: Ints, graph: Graph, registered: Ints) -> tuple[Ints, Graph]:
    """The places of the identifiers that are no registered agents' own, and the graph of these."""
    agents = np.isin(keys, registered)
    if not agents.any():
        return np.arange(keys.size), graph
    owner = np.repeat(np.arange(keys.size), np.diff(graph.starts))
    client = np.zeros(graph.user_starts.size - 1, np.bool_)
    client[graph.users[agents[owner]]] = True
    clients = np.bincount(owner, client[graph.users], minlength=keys.size)
    known: Bools = (clients > 0) & (clients >= KNOWN_PART * np.diff(graph.starts))
    uses = ~known[owner]
    return graph_of(owner[uses], graph.users[uses])


def _applicants(block: Ints, graph: Graph, count: int) -> Ints:
    """Per place of a block's least member, the different citizens of the block; 0 elsewhere."""
    citizens = np.diff(graph.starts)
    several = np.bincount(block, minlength=count)[block] > 1
    found = np.zeros(count, np.int64)
    found[block[~several]] = citizens[~several]
    uses = np.repeat(several, citizens)
    people = max(graph.user_starts.size - 1, 1)
    pairs = each_once(np.repeat(block[several], citizens[several]) * people + graph.users[uses])
    found += np.bincount(pairs // people, minlength=count)
    return found


def _reached(keys: Ints, block: Ints) -> Bools:
    """Per place of a block's least member, whether anything of the block is what a ring is reached by."""
    codes = [TYING.index(kind) for kind in REACHED_BY]
    reached = np.zeros(keys.size, np.bool_)
    reached[block[(block >= 0) & np.isin(keys % (1 << KIND_BITS), codes)]] = True
    return reached


def bookings_of(met: pa.Table, owner: Ints) -> pa.Table:
    """Each owner's bookings, counted once: `owner` (one for every row; -1: nobody's), `SAME`, `bookings`.

    A booking stands in `met` once for each of its identifiers, by whose kinds it is counted.
    """
    rows = met.append_column("owner", pa.array(owner)).filter(pa.array(owner >= 0))
    rows = rows.append_column("kind", pa.array(rows["key"].to_numpy() % (1 << KIND_BITS)))
    by_kind = rows.group_by(["owner", *SAME, "kind"], use_threads=False).aggregate([("bookings", "sum")])
    once = by_kind.group_by(["owner", *SAME], use_threads=False).aggregate([("bookings_sum", "max")])
    return once.rename_columns(["owner", *SAME, "bookings"])

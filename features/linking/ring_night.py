"""A night's rings: from the bonds of a window of days to tables of rings, of their changes, and of whom each ties."""

from datetime import date
from typing import NamedTuple

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.stored.table import DAY
from data.tables import LAKE
from features.arrays import each_once
from features.linking.affinity import affinities as by_hand
from features.linking.contact_weights import AT_KIOSK, HOUSEHOLD
from features.linking.lineage import Before, Members, name_rings
from features.linking.open_phones import open_phones
from features.linking.rings import KIND_BITS, SAME, Rings, bookings_of, find_rings, key_of, keys_of
from features.linking.ties import COMMON, HUB_CITIZENS
from features.night import KEY, Night
from features.queues.lines import Bools, Ints
from features.summaries.bonds import BOND_DAYS, TYING


class RingNight(NamedTuple):
    """The day's rows of `rings`, `ring_changes` and `affinity`."""

    rings: pa.Table
    changes: pa.Table
    affinity: pa.Table


def night_rings(night: Night) -> RingNight:
    """What a night finds of rings; it reads the bonds of its window, and the rings of the night before."""
    open_keys = key_of("phone", pa.chunked_array([open_phones(night)])).to_numpy()
    bonds = bonds_of(night, open_keys)
    uses = uses_of(night, bonds)
    found = rings_of(uses, registered_of(night, uses))
    bookings = tied_bookings(night, open_keys)
    ring = ring_of_bookings(found, bookings)
    owner = _owners(found, bookings, ring)
    met = _met(night, bonds, found, owner)
    rings, names, changes = ring_tables(night.day, met, found, before_of(night))
    rows = bookings.select(KEY).append_column("ring_id", names.take(pa.array(ring, mask=ring < 0)))
    rows = rows.append_column(DAY, pa.repeat(pa.scalar(night.day), rows.num_rows))
    for name, values in affinities(met, found, bookings, owner, load_of(night)).items():
        rows = rows.append_column(name, values)
    return RingNight(rings, changes, rows.select(LAKE["affinity"].schema.names))


def bonds_of(night: Night, open_keys: Ints) -> ir.Table:
    """The contacts of the window on identifiers that several citizens share, with their keys; some come twice.

    `open_keys`: the keys of the telephones that tie nobody (`features/linking/open_phones.py`).
    """
    rows = night.table("bonds", BOND_DAYS)
    rows = rows.filter(rows.seen_day > night.today - ibis.interval(days=BOND_DAYS))
    kind = ibis.cases(*((rows.kind == name, number) for number, name in enumerate(TYING))).cast("int64")
    bonds = night.engine.named(rows.select(*SAME, "bookings", key=rows.identifier * (1 << KIND_BITS) + kind))
    return bonds.anti_join(_keys(night, open_keys), "key")


def uses_of(night: Night, bonds: ir.Table) -> pa.Table:
    """Who uses what: `key` and `applicant`, each pair once."""
    return night.engine.arrow(bonds.filter(bonds.applicant.notnull()).select("key", "applicant").distinct())


def registered_of(night: Night, uses: pa.Table) -> Ints:
    """The keys of the agents registered on the day; of all without a register, since each may be a lawful agency."""
    agents = night.table("agents")
    agents = agents.filter(agents.registered_from <= night.today)  # later ones were not known
    numbers = agents.select(
        agent=night.engine.number(agents.agent_id.hexdigest("md5")),
        valid=agents.registered_to.fill_null(date.max) >= night.today,
    )
    register = night.engine.arrow(numbers.distinct())
    if register.num_rows == 0:
        used = uses["key"].to_numpy()
        return each_once(used[used % (1 << KIND_BITS) == TYING.index("agent_id")])
    keys: Ints = key_of("agent_id", register.filter(register["valid"])["agent"]).to_numpy()
    return keys


def rings_of(uses: pa.Table, registered: Ints) -> Rings:
    """The rings among the uses of a window."""
    return find_rings(uses["key"].to_numpy(), uses["applicant"].to_numpy(), registered)


def before_of(night: Night) -> Before:
    """The rings, possibly none, of the latest earlier night within the window that was run: it left `affinity`."""
    run, past = (night.table(name, BOND_DAYS) for name in ("affinity", "rings"))
    run = run.filter(run[DAY] < night.today)
    latest = past.filter(past[DAY] == run[DAY].max().as_scalar())
    rows = night.engine.arrow(latest.select("ring_id", "ring_named_on", "kind", "identifier")).sort_by("ring_id")
    rings = rows.group_by("ring_id", use_threads=False).aggregate([("ring_named_on", "min")]).sort_by("ring_id")
    number = pc.index_in(rows["ring_id"], rings["ring_id"].combine_chunks()).to_numpy().astype(np.int64)
    key = keys_of(rows)
    return Before(Members(key, number), rings["ring_id"].to_pylist(), rings["ring_named_on_min"].to_pylist())


def ring_tables(day: date, met: pa.Table, found: Rings, before: Before) -> tuple[pa.Table, pa.Array, pa.Table]:
    """The day's rows of `rings`, the id of every ring, and the day's rows of `ring_changes`."""
    inside = np.flatnonzero(found.ring >= 0)
    members = Members(found.key[inside], found.ring[inside])
    sums = _sums(met, found)
    named = name_rings(day, members, sums["first_day"].to_pylist(), before)
    whole = {
        "ring_id": pa.array(named.ids, pa.string()),
        "ring_named_on": pa.array(named.born, pa.date32()),
        "ring_bookings": sums["bookings"],
        "ring_centres": sums["centres"],
        "ring_first_day": sums["first_day"],
        "ring_applicants": pa.array(found.applicants),
        "ring_identifiers": pa.array(np.bincount(members.ring, minlength=found.applicants.size)),
        "ring_density": pa.array(found.density),
    }
    columns = {name: values.take(pa.array(members.ring)) for name, values in whole.items()}
    columns |= {
        DAY: pa.repeat(pa.scalar(day), inside.size),
        "kind": pa.array(TYING, pa.string()).take(pa.array(members.key % (1 << KIND_BITS))),
        "identifier": pa.array(members.key >> KIND_BITS),
        "applicants": pa.array(found.citizens[inside]),
    }
    schema = LAKE["rings"].schema
    rows = pa.table([columns[name] for name in schema.names], schema=schema)
    return (
        rows.sort_by([(name, "ascending") for name in ("ring_id", "kind", "identifier")]),
        whole["ring_id"],
        named.changes,
    )


def _sums(met: pa.Table, found: Rings) -> pa.Table:
    """Per ring its bookings, centres and first day, by number."""
    bookings = bookings_of(met, ring_of(found, met["key"].to_numpy()))
    sums = bookings.group_by("owner", use_threads=False).aggregate(
        [("bookings", "sum"), ("centre_id", "count_distinct"), ("seen_day", "min")]
    )
    return sums.rename_columns(["owner", "bookings", "centres", "first_day"]).sort_by("owner").combine_chunks()


def ring_of(found: Rings, key: Ints) -> Ints:
    """The ring of each key, -1: in none, or shared with nobody."""
    place = place_of(found, key)
    return np.where(place >= 0, np.append(found.ring, -1)[place], -1)


def place_of(found: Rings, key: Ints) -> Ints:
    """The place of each key among the shared identifiers, -1: not among them."""
    place = np.searchsorted(found.key, key)
    there = np.append(found.key, -1)[place] == key
    return np.where(there, place, -1)


def tied_bookings(night: Night, open_keys: Ints) -> pa.Table:
    """The night's bookings with the keys of their identifiers in columns of `TYING`, clerk and window, and `onsite`.

    -1: no identifier, or one of `open_keys`. `onsite`: whether it was made on the premises.
    """
    table, number = night.bookings, night.engine.number
    ids = {name: number(table[name].hexdigest("md5") if name == "agent_id" else table[name]) for name in TYING}
    place = {name: table[name] for name in ("clerk_id", "window_id")}
    onsite = (table.channel == "onsite").cast("int64")
    rows = night.engine.arrow(table.select(*KEY, **place, **ids, onsite=onsite).order_by(KEY))
    for name in TYING:
        key = pc.fill_null(key_of(name, rows[name]), -1).to_numpy()
        rows = rows.set_column(
            rows.schema.get_field_index(name), name, pa.array(np.where(np.isin(key, open_keys), -1, key))
        )
    return rows


def load_of(night: Night) -> pa.Table:
    """Whom each clerk and window called in the window of days, by hour."""
    return night.engine.arrow(night.table("load_hours", BOND_DAYS))


def _met(night: Night, bonds: ir.Table, found: Rings, owner: Ints) -> pa.Table:
    """The bonds, each once, of the rings and of whoever owns a booking of the night: of millions, some thousands."""
    wanted = found.ring >= 0
    wanted[owner[owner >= found.applicants.size] - found.applicants.size] = True
    return night.engine.arrow(bonds.semi_join(_keys(night, found.key[wanted]), "key").distinct())


def _keys(night: Night, key: Ints) -> ir.Table:
    return night.engine.rows(pa.table({"key": key}))


def affinities(met: pa.Table, found: Rings, bookings: pa.Table, owner: Ints, load: pa.Table) -> dict[str, pa.Array]:
    """Per booking of the night, how its owner has met its clerk and its window."""
    key = met["key"].to_numpy()
    place, of_ring = place_of(found, key), ring_of(found, key)
    of_bond = np.where(of_ring >= 0, of_ring, np.where(place >= 0, found.applicants.size + place, -1))
    meetings = bookings_of(met, np.where(np.isin(of_bond, owner), of_bond, -1)).rename_columns({"seen_day": DAY})
    asking = bookings.append_column("owner", pa.array(owner))
    columns = {}
    for hand, result in by_hand(("clerk", "window"), asking, meetings, load).items():
        columns[f"{hand}_p"] = pa.array(result.p, mask=~result.assessed)
        columns[f"{hand}_calls"] = pa.array(result.calls, mask=~result.assessed)
        columns[f"{hand}_meetings"] = pa.array(result.meetings, mask=~result.assessed)
        columns[f"{hand}_expected"] = pa.array(result.expected, mask=~result.assessed)
    return columns


def _owners(found: Rings, bookings: pa.Table, ring: Ints) -> Ints:
    """Whose each booking is, -1: nobody's: its ring, else its agent, else the one of its identifiers most shared.

    Rings by number, then identifiers by place among the shared ones; institutions and kiosks own nothing.
    """
    places = {name: place_of(found, bookings[name].to_numpy()) for name in TYING}
    shared = {name: _shared_by(found, place) for name, place in places.items()}
    kiosk = _at_kiosk(bookings) & (shared["device_id"] > HOUSEHOLD)
    shared["device_id"] = np.where(kiosk, 0, shared["device_id"])
    owner = np.where(shared["agent_id"] > 0, places["agent_id"], -1)
    stronger = np.where(shared["device_id"] > shared["phone"], places["device_id"], places["phone"])
    most = np.maximum(shared["device_id"], shared["phone"])
    owner = np.where((owner < 0) & (most > 0), stronger, owner)
    owner = np.where(owner >= 0, found.applicants.size + owner, -1)
    return np.where(ring >= 0, ring, owner)


def _shared_by(found: Rings, place: Ints) -> Ints:
    """How many citizens share the identifier at each place; 0 where it is nobody's else, or an institution's."""
    citizens = np.where(place >= 0, np.append(found.citizens, 0)[place], 0)
    return np.where((citizens >= COMMON) & (citizens <= HUB_CITIZENS), citizens, 0)


def _at_kiosk(bookings: pa.Table) -> Bools:
    """Which bookings were made with a device that the night's citizens used on the premises."""
    devices, device = np.unique(bookings["device_id"].to_numpy(), return_inverse=True)
    onsite = np.bincount(device, bookings["onsite"].to_numpy(), devices.size)
    at_kiosk: Bools = (onsite >= AT_KIOSK * np.bincount(device))[device]
    return at_kiosk


def ring_of_bookings(found: Rings, bookings: pa.Table) -> Ints:
    """The ring of each booking: its telephone's, else its device's, else its agent's; -1: in none."""
    ring = np.full(bookings.num_rows, -1)
    for name in TYING:
        ring = np.where(ring >= 0, ring, ring_of(found, bookings[name].to_numpy()))
    return ring

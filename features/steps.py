"""The night's feature steps: each reads the lake, computes one service day, and replaces that day's rows."""

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from data.books import lost
from data.bringing import has_brought
from data.home import Home
from data.lake import Lake
from data.tables import COLUMNS_DELIVERED, LAKE
from features.declare import all_features, all_frames
from features.engine import engine
from features.linking.ring_night import night_rings
from features.night import KEY, Night
from features.order import UNLISTED, by_discipline, ledger
from features.queues.ruled import ruled
from features.queues.tickets import against_tickets
from features.queues.waits import waits
from features.summary import summaries_day

#: what the ledger of a day consists of; the queues in `unlisted` are too long to list pair by pair
LEDGER = {"overtakes": LAKE["overtakes"].schema, "order": LAKE["order"].schema, "unlisted": UNLISTED}

#: the columns that it is made of, of some thirty
OF_BOOKINGS = [
    *("service_day", *KEY, "service_code", "slot_start", "ticket_no", "checked_in_at", "missed_at", "called_at"),
    *("window_id", "clerk_id", "priority_class", "utc_offset_s"),
]


def order_day(home: Home, day: date) -> dict[str, int]:
    """The overtake ledger of a day: `overtakes` and the counts per booking in `order`."""
    lake = Lake.of(home)
    if lake.version("bookings") is None and lake.version("deliveries") is not None:
        raise lost("bookings", lake)
    with engine(home) as running:
        night = Night(day, running)
        made = running.tables_by_centre(ruled(night, night.bookings.select(OF_BOOKINGS)), _ledger, LEDGER)
    lake.replace_day("overtakes", day, made["overtakes"])
    lake.replace_day("order", day, made["order"].sort_by([(name, "ascending") for name in KEY]))
    counts = {"bookings": "order", "overtakes": "overtakes", "queues_not_listed": "unlisted"}
    return {count: made[name].num_rows for count, name in counts.items()}


def _ledger(bookings: pa.Table) -> dict[str, pa.Table]:
    """The tables of `LEDGER`."""
    # of whole centres and queues, before they part by their rules
    for name, column in (against_tickets(bookings) | waits(bookings)).items():
        bookings = bookings.append_column(name, column)
    parts = {name: [schema.empty_table()] for name, schema in LEDGER.items()}
    for discipline, same in by_discipline(bookings):
        result = ledger(same, discipline=discipline)
        parts["overtakes"].append(result.pairs)
        parts["order"].append(_order(same, result.counts))
        parts["unlisted"].append(result.unlisted)
    return {name: pa.concat_tables(tables) for name, tables in parts.items()}


def _order(bookings: pa.Table, counts: pa.Table) -> pa.Table:
    """Rows of the table `order`: the ledger's counts and what the bookings bring themselves."""
    schema = LAKE["order"].schema
    columns = {name: (counts if name in counts.column_names else bookings)[name] for name in schema.names}
    return pa.table(columns).cast(schema)


def features_day(home: Home, day: date) -> dict[str, int]:
    """Every declared feature of a day's bookings into `features`, one column each."""
    with engine(home) as running:
        table = _table(Night(day, running))
    Lake.of(home).replace_day("features", day, table)
    return {"bookings": table.num_rows, "features": len(all_features())}


def rings_day(home: Home, day: date) -> dict[str, int]:
    """The rings of the window up to a day, what became of earlier ones, and which of the day's bookings are theirs."""
    with engine(home) as running:
        found = night_rings(Night(day, running))
    lake = Lake.of(home)
    lake.replace_day("rings", day, found.rings)
    lake.replace_day("ring_changes", day, found.changes)
    lake.replace_day("affinity", day, found.affinity)
    return {"identifiers": found.rings.num_rows, "changes": found.changes.num_rows, "bookings": found.affinity.num_rows}


#: what measures a day, in its order
FEATURE_STEPS = (summaries_day, order_day, rings_day, features_day)


def _table(night: Night) -> pa.Table:
    chosen = night.bookings.select("service_day", *KEY, COLUMNS_DELIVERED).order_by(KEY)
    table = night.engine.arrow(chosen)
    delivered = table[COLUMNS_DELIVERED].dictionary_encode()  # once for all that ask
    table = table.drop_columns(COLUMNS_DELIVERED)
    in_order = night.engine.in_order_of(table.select(KEY))
    for name, frame in all_frames().items():
        declared = [feature for feature in all_features().values() if feature.frame == name]
        if not declared:
            continue
        with night.engine.passing():
            rows = frame(night)
            columns = [feature.column(rows) for feature in declared]
            try:
                part = in_order(rows.select(*KEY, *columns))
            except ValueError as error:
                raise ValueError(f"the frame {name}: {error}") from error
        for feature in declared:
            column = part[feature.name]
            if feature.delivered:
                column = pc.if_else(has_brought(delivered, feature.delivered), column, None)
            table = table.append_column(feature.name, column)
    return table

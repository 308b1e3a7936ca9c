"""Every table of the lake: the contract's, with where each row came from, and the product's own."""

import pyarrow as pa

from data.contract import TABLES
from data.schema import ARROW
from data.stored.ingested import INGESTED
from data.stored.judged import JUDGED
from data.stored.measured import MEASURED
from data.stored.table import LakeTable

#: where a stored row came from: evidence can be traced to the delivered file
PROVENANCE = (
    pa.field("source", pa.string(), nullable=False),
    pa.field("file", pa.string(), nullable=False),
    pa.field("row_number", pa.int64(), nullable=False),
)
#: column of stored bookings: which of the contract's columns their file brought, filled or empty (`data/bringing.py`)
COLUMNS_DELIVERED = "columns_delivered"

#: the key of tables whose rows have no name of their own: a file delivered again replaces what it brought before
BY_FILE = ("source", "file")


def _delivered(name: str) -> LakeTable:
    table = TABLES[name]
    later = (COLUMNS_DELIVERED,) if name == "bookings" else ()
    fields = [*table.arrow, *PROVENANCE, *(pa.field(column, pa.string()) for column in later)]
    if table.partition in table.local_days:
        fields.append(pa.field(table.partition, ARROW["date"], nullable=False))
    return LakeTable(name, pa.schema(fields), table.partition, table.key or BY_FILE, later)


def _result(name: str) -> LakeTable:
    table = TABLES[name]
    return LakeTable(name, table.arrow, table.partition, table.key)


#: what links a booking to others, partitioned by the day it was created: bookings are made weeks before their
#: day of service, so windows over the time of booking need this cut
EVENT_COLUMNS = (
    "centre_id",
    "booking_id",
    "service_code",
    "service_day",
    "applicant_id",
    "phone",
    "device_id",
    "ip",
    "agent_id",
    "channel",
    "created_at",
    "cancelled_at",
    "slot_id",
)
BOOKING_EVENTS = LakeTable(
    "booking_events",
    pa.schema(
        [
            *(TABLES["bookings"].arrow.field(name) for name in EVENT_COLUMNS),
            *PROVENANCE,
            pa.field("created_day", pa.date32(), nullable=False),
        ]
    ),
    "created_day",
    TABLES["bookings"].key,
)

LAKE: dict[str, LakeTable] = {
    table.name: table
    for table in (
        *(_delivered(name) for name, table in TABLES.items() if table.delivered),
        *(_result(name) for name, table in TABLES.items() if not table.delivered),
        BOOKING_EVENTS,
        *INGESTED,
        *MEASURED,
        *JUDGED,
    )
}

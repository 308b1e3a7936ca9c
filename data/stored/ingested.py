"""What an ingest leaves beside the delivered rows."""

import pyarrow as pa

from data.schema import INSTANT
from data.stored.table import INT, TEXT, own

INGESTED = (
    # `replaced_by_file`, null: no row took this one's place, it was withdrawn (docs/adr/0035-withdrawn.md)
    own(
        "history",
        None,
        ("table", "source", "file", "row_number"),
        **{"table": TEXT, "source": TEXT, "file": TEXT, "row_number": INT, "row": TEXT},
        replaced_by_file=TEXT,
        run_id=TEXT,
    ),
    own(
        "deliveries",
        None,
        ("source", "table", "file"),
        later=("unaltered",),
        **{"source": TEXT, "table": TEXT, "file": TEXT, "sha256": TEXT, "mapping": TEXT},
        bytes=INT,
        read=INT,
        accepted=INT,
        rejected=INT,
        left_out=INT,
        warned=TEXT,
        run_id=TEXT,
        ingested_at=INSTANT,
        unaltered=pa.bool_(),
    ),
    own(
        "centres",
        None,
        ("centre_id",),
        centre_id=TEXT,
        source=TEXT,
        timezone=TEXT,
        discipline=TEXT,
    ),
)

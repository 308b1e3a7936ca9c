"""What an ingest leaves beside the delivered rows."""

from data.schema import INSTANT
from data.stored.table import INT, TEXT, own

INGESTED = (
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
        **{"source": TEXT, "table": TEXT, "file": TEXT, "sha256": TEXT, "mapping": TEXT},
        bytes=INT,
        read=INT,
        accepted=INT,
        rejected=INT,
        left_out=INT,
        warned=TEXT,
        run_id=TEXT,
        ingested_at=INSTANT,
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

"""Every table of the lake: the contract's, with where each row came from, and the product's own."""

from dataclasses import dataclass

import pyarrow as pa

from data.contract import TABLES
from data.schema import ARROW, INSTANT

#: where a stored row came from: evidence can be traced to the delivered file
PROVENANCE = (
    pa.field("source", pa.string(), nullable=False),
    pa.field("file", pa.string(), nullable=False),
    pa.field("row_number", pa.int64(), nullable=False),
)
#: column of stored bookings: which of the contract's columns their file brought, filled or empty (`data/bringing.py`)
COLUMNS_DELIVERED = "columns_delivered"
DAY = "service_day"

#: the key of tables whose rows have no name of their own: a file delivered again replaces what it brought before
BY_FILE = ("source", "file")


@dataclass(frozen=True)
class LakeTable:
    """A Delta table: its schema, the day it is partitioned by (None: kept whole) and the key of a row.

    `later`: columns that files of earlier versions lack; they read as null.
    """

    name: str
    schema: pa.Schema
    partition: str | None
    key: tuple[str, ...]
    later: tuple[str, ...] = ()

    @property
    def partitions(self) -> list[str]:
        """Partition columns, as Delta wants them."""
        return [self.partition] if self.partition else []


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


def _own(name: str, partition: str | None, key: tuple[str, ...], **kinds: pa.DataType) -> LakeTable:
    return LakeTable(name, pa.schema([pa.field(column, kind) for column, kind in kinds.items()]), partition, key)


_TEXT, _INT, _REAL, _DATE = pa.string(), pa.int64(), pa.float64(), pa.date32()

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
        _own(
            "history",
            None,
            ("table", "source", "file", "row_number"),
            **{"table": _TEXT, "source": _TEXT, "file": _TEXT, "row_number": _INT, "row": _TEXT},
            replaced_by_file=_TEXT,
            run_id=_TEXT,
        ),
        _own(
            "deliveries",
            None,
            ("source", "table", "file"),
            **{"source": _TEXT, "table": _TEXT, "file": _TEXT, "sha256": _TEXT, "mapping": _TEXT},
            bytes=_INT,
            read=_INT,
            accepted=_INT,
            rejected=_INT,
            left_out=_INT,
            warned=_TEXT,
            run_id=_TEXT,
            ingested_at=INSTANT,
        ),
        _own(
            "centres",
            None,
            ("centre_id",),
            centre_id=_TEXT,
            source=_TEXT,
            timezone=_TEXT,
            discipline=_TEXT,
        ),
        _own(
            "order",
            DAY,
            (DAY, "centre_id", "booking_id"),
            service_day=_DATE,
            centre_id=_TEXT,
            booking_id=_TEXT,
            people_passed=_INT,
            people_passed_explained=_INT,
            people_passed_priority=_INT,
            people_passed_recall=_INT,
            people_passed_absent=_INT,
            passed_by=_INT,
            passed_by_explained=_INT,
            minutes_taken=_REAL,
            minutes_lost=_REAL,
            tickets_contradicted=_INT,
            waited_less=_REAL,
            earlier_waited_longer=_REAL,
        ),
        # of what each day of each summary has been made (`features/freshness.py`)
        _own("made", None, ("summary", DAY), summary=_TEXT, service_day=_DATE, digest=_TEXT),
        # who booked with what, and who served it
        _own(
            "contacts",
            DAY,
            (),
            service_day=_DATE,
            kind=_TEXT,
            identifier=_INT,
            applicant=_INT,
            centre_id=_TEXT,
            service_code=_TEXT,
            clerk_id=_TEXT,
            window_id=_TEXT,
            hour=_INT,
            device=_INT,
            bookings=_INT,
            onsite=_INT,
        ),
        # how many calls passed how many people, by what the hall was like as they were made
        _own(
            "strata",
            DAY,
            (),
            service_day=_DATE,
            centre_id=_TEXT,
            service_code=_TEXT,
            ordinary=pa.bool_(),
            hour=_INT,
            load_bin=_INT,
            windows_bin=_INT,
            people_passed=_INT,
            calls=_INT,
        ),
        # what each clerk and window did, and what chance alone would have dealt them (`features/summaries/hands.py`)
        _own(
            "hands",
            DAY,
            (DAY, "centre_id", "kind", "hand_id", "priority_class"),
            service_day=_DATE,
            centre_id=_TEXT,
            kind=_TEXT,
            hand_id=_TEXT,
            priority_class=_TEXT,
            calls=_INT,
            observed=_INT,
            expected=_REAL,
            weight=_REAL,
            chance_from=_INT,
            chance=pa.list_(_REAL),
            served=_INT,
            timed=_INT,
            log_seconds=_INT,
            log_usual=_INT,
        ),
        # how many attempts to book found no slot (`features/summaries/refused.py`)
        _own("refused", DAY, (DAY, "centre_id"), service_day=_DATE, centre_id=_TEXT, refusals=_INT),
        # what a day's calls say about rules and credits (`features/summaries/trials.py`)
        _own(
            "trials",
            DAY,
            (DAY, "centre_id", "service_code", "rule", "against", "priority_class", "later_s"),
            service_day=_DATE,
            centre_id=_TEXT,
            service_code=_TEXT,
            rule=_TEXT,
            against=_TEXT,
            priority_class=_TEXT,
            later_s=_INT,
            trials=_INT,
            agreed=_INT,
        ),
        # which rule each queue obeys, and how far each class goes before it (`features/summaries/disciplines.py`)
        _own(
            "disciplines",
            DAY,
            (DAY, "centre_id", "service_code", "priority_class"),
            service_day=_DATE,
            centre_id=_TEXT,
            service_code=_TEXT,
            priority_class=_TEXT,
            rule=_TEXT,
            basis=_TEXT,
            decisions=_INT,
            fit=_REAL,
            credit_s=_INT,
            best_rule=_TEXT,
            best_fit=_REAL,
        ),
        # the contacts on identifiers that several citizens share
        _own(
            "bonds",
            DAY,
            (),
            service_day=_DATE,
            seen_day=_DATE,
            kind=_TEXT,
            identifier=_INT,
            applicant=_INT,
            centre_id=_TEXT,
            service_code=_TEXT,
            clerk_id=_TEXT,
            window_id=_TEXT,
            hour=_INT,
            bookings=_INT,
        ),
        # whom each clerk and window called, by hour
        _own(
            "load_hours",
            DAY,
            (),
            service_day=_DATE,
            centre_id=_TEXT,
            service_code=_TEXT,
            hour=_INT,
            clerk_id=_TEXT,
            window_id=_TEXT,
            served=_INT,
        ),
        # hidden intermediaries, one row an identifier; the columns that begin with ring_ are the whole ring's
        _own(
            "rings",
            DAY,
            (DAY, "kind", "identifier"),
            service_day=_DATE,
            ring_id=_TEXT,
            kind=_TEXT,
            identifier=_INT,
            applicants=_INT,
            ring_bookings=_INT,
            ring_applicants=_INT,
            ring_identifiers=_INT,
            ring_centres=_INT,
            ring_first_day=_DATE,
            ring_density=_REAL,
            ring_named_on=_DATE,
        ),
        # born, grown, shrunk, merged (into the other), split (from the other), gone
        _own(
            "ring_changes",
            DAY,
            (DAY, "ring_id", "change"),
            service_day=_DATE,
            ring_id=_TEXT,
            change=_TEXT,
            other_ring_id=_TEXT,
        ),
        # of which ring a night's booking is (null: of none), and how its ring, its agent or what else it shares with
        # others has met its clerk and window
        _own(
            "affinity",
            DAY,
            (DAY, "centre_id", "booking_id"),
            service_day=_DATE,
            centre_id=_TEXT,
            booking_id=_TEXT,
            ring_id=_TEXT,
            clerk_meetings=_INT,
            clerk_expected=_REAL,
            clerk_p=_REAL,
            window_p=_REAL,
        ),
        # what became of the bookings of each citizen and of each device
        _own(
            "habits",
            DAY,
            (DAY, "kind", "who", "centre_id"),
            service_day=_DATE,
            kind=_TEXT,
            who=_INT,
            centre_id=_TEXT,
            bookings=_INT,
            served=_INT,
            unserved=_INT,
            missed=_INT,
            kept=_INT,
        ),
        # what each night adds to a case: `cases` is the sum of these rows
        LakeTable(
            "case_days",
            pa.schema(
                [
                    pa.field(DAY, _DATE),
                    *(
                        TABLES["cases"].arrow.field(name).with_nullable(True)
                        for name in TABLES["cases"].arrow.names
                        if name not in {"last_day", "status"}
                    ),
                    # the centre that a clerk's or a centre's case is of, and the rings, the clerk or the centre
                    pa.field("centre_id", _TEXT),
                    pa.field("bound_by", pa.list_(_TEXT)),
                ]
            ),
            DAY,
            (DAY, "case_id"),
        ),
        # what a night showed of each flag, as later nights take it: a booking counts as much as it is likely innocent;
        # value null: all that were assessed, else those on which it fired
        _own(
            "usual",
            DAY,
            (DAY, "centre_id", "flag", "value"),
            service_day=_DATE,
            centre_id=_TEXT,
            flag=_TEXT,
            value=_REAL,
            bookings=_INT,
            innocent=_REAL,
            total=_REAL,
        ),
        # how many bookings of each centre, clerk and ring were, in all, likely to be manipulated in each way
        _own(
            "suspicions",
            DAY,
            (DAY, "level", "centre_id", "who", "flag"),
            service_day=_DATE,
            level=_TEXT,
            centre_id=_TEXT,
            who=_TEXT,
            flag=_TEXT,
            bookings=_INT,
            suspected=_REAL,
        ),
        # of a centre's bookings suspected of one benefit, in sums of their suspicion: those on which a support could be
        # assessed, and on which it fired
        _own(
            "company",
            DAY,
            (DAY, "centre_id", "benefit", "support"),
            service_day=_DATE,
            centre_id=_TEXT,
            benefit=_TEXT,
            support=_TEXT,
            suspected=_REAL,
            fired=_REAL,
        ),
        # the score without any verdict (null: not assessed); behind it one column each for what every flag weighs and
        # what is lent: by how much it multiplies the odds
        _own(
            "grounds",
            DAY,
            (DAY, "centre_id", "booking_id"),
            service_day=_DATE,
            centre_id=_TEXT,
            booking_id=_TEXT,
            label_free=_REAL,
        ),
        # how a night's inputs, scores and verdicts differ from what the model in service was trained on
        # (`detection/learning/drift.py`); null: not assessed
        _own(
            "drift",
            DAY,
            (DAY, "what"),
            service_day=_DATE,
            what=_TEXT,
            stability_index=_REAL,
            p_value=_REAL,
            q_value=_REAL,
            drifted=pa.bool_(),
            model_version=_TEXT,
        ),
        # one column each for value, expected value, p-value and outcome of every flag stands behind these
        _own("findings", DAY, (DAY, "centre_id", "booking_id"), service_day=_DATE, centre_id=_TEXT, booking_id=_TEXT),
    )
}

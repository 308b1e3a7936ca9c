"""What detection leaves: findings, what they rest on, and what nights lend each other."""

import pyarrow as pa

from data.contract import TABLES
from data.stored.table import DATE, DAY, INT, REAL, TEXT, LakeTable, own

JUDGED = (
    # what each night adds to a case: `cases` is the sum of these rows
    LakeTable(
        "case_days",
        pa.schema(
            [
                pa.field(DAY, DATE),
                *(
                    TABLES["cases"].arrow.field(name).with_nullable(True)
                    for name in TABLES["cases"].arrow.names
                    if name not in {"last_day", "status"}
                ),
                # the centre that a clerk's or a centre's case is of, and the rings, the clerk or the centre
                pa.field("centre_id", TEXT),
                pa.field("bound_by", pa.list_(TEXT)),
            ]
        ),
        DAY,
        (DAY, "case_id"),
    ),
    # what a night showed of each flag, as later nights take it: a booking counts as much as it is likely innocent;
    # value null: all that were assessed, else those on which it fired
    own(
        "usual",
        DAY,
        (DAY, "centre_id", "flag", "value"),
        service_day=DATE,
        centre_id=TEXT,
        flag=TEXT,
        value=REAL,
        bookings=INT,
        innocent=REAL,
        total=REAL,
    ),
    # how many bookings of each centre, clerk and ring were, in all, likely to be manipulated in each way
    own(
        "suspicions",
        DAY,
        (DAY, "level", "centre_id", "who", "flag"),
        service_day=DATE,
        level=TEXT,
        centre_id=TEXT,
        who=TEXT,
        flag=TEXT,
        bookings=INT,
        suspected=REAL,
    ),
    # of a centre's bookings that had one benefit, in sums of their suspicion and of their innocence: those on which a
    # support could be assessed, and on which it fired
    own(
        "company",
        DAY,
        (DAY, "centre_id", "benefit", "support"),
        service_day=DATE,
        centre_id=TEXT,
        benefit=TEXT,
        support=TEXT,
        suspected=REAL,
        fired=REAL,
        innocent=REAL,
        innocent_fired=REAL,
    ),
    # the bookings of a night that were suspected at all, a row for each way (`detection/hindsight.py`): in whose hand
    # each was, how likely it was to be manipulated in this way and in all, and in this way apart from what its centre
    # lent; on what share of innocent bookings the flag was taken to fire; and by code which supports could be assessed,
    # and which fired
    own(
        "suspects",
        DAY,
        (DAY, "centre_id", "booking_id", "hypothesis"),
        later=("apart",),
        service_day=DATE,
        centre_id=TEXT,
        booking_id=TEXT,
        hypothesis=TEXT,
        hand=TEXT,
        ring_id=TEXT,
        suspicion=REAL,
        in_all=REAL,
        apart=REAL,
        share=REAL,
        assessed=pa.list_(TEXT),
        fired=pa.list_(TEXT),
    ),
    # the score without a model (null: not assessed); behind it one column each for what every flag weighs and
    # what is lent: by how much it multiplies the odds
    own(
        "grounds",
        DAY,
        (DAY, "centre_id", "booking_id"),
        service_day=DATE,
        centre_id=TEXT,
        booking_id=TEXT,
        label_free=REAL,
    ),
    # how a night's inputs, scores and verdicts differ from what the model in service was trained on
    # (`detection/learning/drift.py`); null: not assessed
    own(
        "drift",
        DAY,
        (DAY, "what"),
        service_day=DATE,
        what=TEXT,
        stability_index=REAL,
        p_value=REAL,
        q_value=REAL,
        drifted=pa.bool_(),
        model_version=TEXT,
    ),
    # one column each for value, expected value, p-value and outcome of every flag stands behind these
    own("findings", DAY, (DAY, "centre_id", "booking_id"), service_day=DATE, centre_id=TEXT, booking_id=TEXT),
)

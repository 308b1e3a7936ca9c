"""The data contract, version 1: every table that crosses a boundary, declared once.

Validation (`data/check.py`), Arrow schemas, the lake and `docs/contract.md` come from these declarations.
"""

from data.results import RESULTS
from data.schema import Rule, Table, column, maybe

VERSION = 1

CHANNELS = ("online", "phone", "onsite", "staff")
STATUSES = ("booked", "cancelled", "no_show", "abandoned", "served")
AGENT_KINDS = ("employer", "licensed_agency", "relative", "other")
VERDICTS = ("manipulated", "lawful", "unclear")
DISCIPLINES = ("entitlement", "check_in", "ticket", "slot")

#: years before the service day that a living applicant can have been born; the oldest verified age is 122
OLDEST_AGE = 125  # years


def _not_after(earlier: str, later: str) -> Rule:
    return Rule(
        name=f"{earlier}_after_{later}",
        column=later,
        broken_when=f"epoch_us({earlier}) - epoch_us({later}) > skew",
        meaning=f"{earlier} is not later than {later}, within the source's clock skew",
    )


BOOKINGS = Table(
    name="bookings",
    grain="one booking or ticket",
    key=("centre_id", "booking_id"),
    delivered=True,
    partition="service_day",
    local_days={"created_day": "created_at"},  # the cut of the lake's booking_events
    columns=(
        column("booking_id", "string", "unique in its centre"),
        column("centre_id", "string", "the service centre"),
        column("service_code", "string", "the item of business; with the centre it names a queue"),
        column("service_day", "date", "the day the booking is for"),
        column(
            "applicant_id",
            "string",
            "the citizen; one nobody identified starts with '?'",
            identifies="person",
        ),
        maybe("applicant_birth_year", "int", "for the plausibility of age-based priority"),
        maybe("phone", "string", "contact identifier", identifies="phone"),
        maybe("device_id", "string", "contact identifier", identifies="device"),
        maybe("ip", "string", "contact identifier", identifies="address"),
        maybe("agent_id", "string", "a declared agent"),
        column("channel", "string", "how it was booked; staff is typed in by an employee", words=CHANNELS),
        maybe("created_by", "string", "the employee who typed it in"),
        column("created_at", "time", "when the booking came to be"),
        maybe("cancelled_at", "time", "when it was cancelled"),
        maybe("slot_id", "string", "the unit of quota that it holds; a re-booked unit keeps its id"),
        maybe("slot_start", "time", "null: a walk-in"),
        maybe("ticket_no", "int", "the hall machine's running number of that centre and day"),
        maybe("checked_in_at", "time", "ticket taken in the hall"),
        maybe("missed_at", "time", "first call that found nobody"),
        maybe("called_at", "time", "the call that led to service"),
        maybe("served_from", "time", "service began"),
        maybe("served_to", "time", "service ended"),
        maybe("window_id", "string", "where it was served"),
        maybe("clerk_id", "string", "who served"),
        maybe("priority_class", "string", "null is ordinary; e.g. elderly, disabled, returning, recall, group"),
        column("status", "string", "what became of it", words=STATUSES),
    ),
    rules=(
        _not_after("created_at", "cancelled_at"),
        _not_after("checked_in_at", "called_at"),
        _not_after("called_at", "served_from"),
        _not_after("served_from", "served_to"),
        _not_after("missed_at", "called_at"),
        Rule(
            name="missed_on_another_day",
            column="missed_at",
            broken_when="epoch_us(called_at) - epoch_us(missed_at) >= 86400 * 1000000::BIGINT",
            meaning="who missed a call is called again on the same day",
        ),
        Rule(
            name="checked_in_after_served",
            column="checked_in_at",
            broken_when="called_at IS NULL"
            " AND epoch_us(checked_in_at) - epoch_us(coalesce(served_from, served_to)) > skew",
            meaning="nobody is served before they check in, also where no call is recorded",
        ),
        Rule(
            name="implausible_birth_year",
            column="applicant_birth_year",
            broken_when=f"applicant_birth_year NOT BETWEEN year(service_day) - {OLDEST_AGE} AND year(service_day)",
            meaning=f"an applicant is born, and at most {OLDEST_AGE} years old, on the service day",
            severity="warn",
        ),
        Rule(
            name="negative_ticket_no",
            column="ticket_no",
            broken_when="ticket_no < 0",
            meaning="ticket numbers count from zero or one",
        ),
        Rule(
            name="served_without_clerk",
            column="clerk_id",
            broken_when="status = 'served' AND clerk_id IS NULL",
            meaning="a served booking names who served it; without it nothing about clerks is assessed",
            severity="warn",
        ),
        Rule(
            name="served_without_service_times",
            column="served_from",
            broken_when="status = 'served' AND (served_from IS NULL OR served_to IS NULL)",
            meaning="a served booking says from when to when; without it capacity is not assessed",
            severity="warn",
        ),
    ),
)

QUOTAS = Table(
    name="quotas",
    grain="one release of slots",
    key=("centre_id", "service_day", "service_code", "released_at"),
    delivered=True,
    partition="service_day",
    columns=(
        column("centre_id", "string", "the service centre"),
        column("service_day", "date", "the day the slots are for"),
        maybe("service_code", "string", "the item of business; null: all"),
        column("released_slots", "int", "slots put on offer"),
        maybe("released_at", "time", "when they were put on offer"),
    ),
    rules=(Rule("negative_slots", "released_slots", "released_slots < 0", "released slots are counted from zero"),),
)

SHIFTS = Table(
    name="shifts",
    grain="one clerk at one window for one stretch",
    key=("centre_id", "window_id", "clerk_id", "opens_at"),
    delivered=True,
    partition="day",
    local_days={"day": "opens_at"},
    columns=(
        column("centre_id", "string", "the service centre"),
        column("window_id", "string", "the window"),
        column("clerk_id", "string", "who serves there"),
        column("opens_at", "time", "the stretch begins"),
        column("closes_at", "time", "the stretch ends"),
        maybe("services", "list", "the items served there; null: all"),
    ),
    rules=(
        Rule(
            "closes_before_opening",
            "closes_at",
            "epoch_us(opens_at) - epoch_us(closes_at) > skew",
            "a stretch has a length",
        ),
        Rule(
            "longer_than_a_day",
            "closes_at",
            "epoch_us(closes_at) - epoch_us(opens_at) > 86_400_000_000",
            "a stretch ends within a day",
        ),
    ),
)

REFUSALS = Table(
    name="refusals",
    grain="one attempt that found no slot",
    key=(),
    delivered=True,
    partition="service_day",
    columns=(
        column("centre_id", "string", "the service centre"),
        column("service_day", "date", "the day that was asked for"),
        maybe("service_code", "string", "the item of business"),
        column("attempted_at", "time", "when it was tried"),
        maybe("channel", "string", "how it was tried", words=CHANNELS),
        maybe("applicant_id", "string", "the citizen", identifies="person"),
    ),
)

COMPLAINTS = Table(
    name="complaints",
    grain="one complaint",
    key=("centre_id", "complaint_id"),
    delivered=True,
    partition="day",
    local_days={"day": "received_at"},
    columns=(
        column("complaint_id", "string", "unique in its centre"),
        column("centre_id", "string", "the service centre"),
        column("received_at", "time", "when it came in"),
        maybe("category", "string", "the receiver's category"),
        maybe("text", "text", "what was said"),
        maybe("replied_at", "time", "null: unanswered"),
        maybe("outcome", "string", "what came of it"),
    ),
    rules=(_not_after("received_at", "replied_at"),),
)

AGENTS = Table(
    name="agents",
    grain="one registration of an agent",
    key=("agent_id", "registered_from"),
    delivered=True,
    columns=(
        column("agent_id", "string", "the declared agent"),
        column("kind", "string", "what it is", words=AGENT_KINDS),
        column("registered_from", "date", "first day of the registration"),
        maybe("registered_to", "date", "last day of the registration; null: still registered"),
        maybe("name", "string", "its name"),
    ),
)

LABELS = Table(
    name="labels",
    grain="one verdict of one inspector on one booking",
    key=("centre_id", "booking_id", "decided_at", "decided_by"),
    delivered=True,
    partition="day",
    local_days={"day": "decided_at"},
    columns=(
        column("centre_id", "string", "the service centre"),
        column("booking_id", "string", "the booking"),
        column("verdict", "string", "what the inspector found", words=VERDICTS),
        column("decided_at", "time", "when the verdict was known"),
        maybe("decided_by", "string", "who decided"),
        maybe("reason", "text", "why"),
        maybe("selection_probability", "float", "with which it came up for review"),
    ),
    rules=(
        Rule(
            "impossible_probability",
            "selection_probability",
            "NOT (selection_probability > 0 AND selection_probability <= 1)",
            "a probability of selection lies above 0 and at most at 1",
        ),
    ),
)

TABLES: dict[str, Table] = {
    table.name: table for table in (BOOKINGS, QUOTAS, SHIFTS, REFUSALS, COMPLAINTS, AGENTS, LABELS, *RESULTS)
}
DELIVERED: dict[str, Table] = {name: table for name, table in TABLES.items() if table.delivered}

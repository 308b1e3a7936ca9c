"""What a night leaves behind: the tables that the product writes itself."""

from data.schema import Table, column, maybe

REJECTS = Table(
    name="rejects",
    grain="one refused input row",
    key=("source", "table", "file", "row_number"),
    delivered=False,
    columns=(
        column("source", "string", "the source's name"),
        column("table", "string", "the contract's table it was meant for"),
        column("file", "string", "the file in the source"),
        column("row_number", "int", "as a person counts in the opened file; a header is row 1"),
        maybe("column", "string", "the column at fault; null: the whole row"),
        column("rule", "string", "what it broke"),
        maybe("value", "string", "the value, masked"),
        column("first_seen_run", "string", "the run that first refused it"),
    ),
)

OVERTAKES = Table(
    name="overtakes",
    grain="one ordered pair of bookings",
    key=("service_day", "centre_id", "queue", "booking_id", "overtaken_id"),
    delivered=False,
    partition="service_day",
    columns=(
        column("service_day", "date", "the day"),
        column("centre_id", "string", "the service centre"),
        column("queue", "string", "the queue: the item of business"),
        column("booking_id", "string", "who passed"),
        column("overtaken_id", "string", "who was passed"),
        maybe("waited_s", "int", "seconds that the passed one had waited since check-in; null: no check-in time"),
        maybe("reason", "string", "the recorded reason that permits it; null: unexplained"),
        maybe("window_id", "string", "the window that called who passed"),
        maybe("clerk_id", "string", "the clerk who called who passed"),
    ),
)

FEATURES = Table(
    name="features",
    grain="one booking",
    key=("service_day", "centre_id", "booking_id"),
    delivered=False,
    partition="service_day",
    columns=(
        column("service_day", "date", "the day"),
        column("centre_id", "string", "the service centre"),
        column("booking_id", "string", "the booking; behind it one column a feature, null: not assessed"),
    ),
)

SCORES = Table(
    name="scores",
    grain="one booking",
    key=("service_day", "centre_id", "booking_id"),
    delivered=False,
    partition="service_day",
    columns=(
        column("service_day", "date", "the day"),
        column("centre_id", "string", "the service centre"),
        column("booking_id", "string", "the booking"),
        maybe("score", "float", "0 to 1, higher is more suspicious; null: not assessed"),
        maybe("p_value", "float", "share of innocent bookings at least as strange; null: not assessed"),
        maybe("q_value", "float", "false-discovery share if this and all stronger are flagged; null: not assessed"),
        column("flagged", "bool", "put before an inspector"),
        maybe("rank", "int", "1 is first, in its day; null: not assessed"),
        maybe("case_id", "string", "the case it belongs to"),
        column(
            "reasons",
            "json",
            "list of {flag, value, expected?, group?, weight, together?, text, text_zh}, strongest first",
        ),
        column("audit", "bool", "drawn at random for review"),
        maybe(
            "selection_probability",
            "float",
            "with which it came up for review: 1 in a case within the budget, else that of the draw",
        ),
        column("model_version", "string", "the model that scored it"),
        column("run_id", "string", "the run that scored it"),
    ),
)

CASES = Table(
    name="cases",
    grain="one case",
    key=("case_id",),
    delivered=False,
    columns=(
        column("case_id", "string", "the case"),
        column("kind", "string", "what binds its bookings", words=("ring", "clerk", "centre")),
        column("opened_on", "date", "first day"),
        column("last_day", "date", "last day that added to it"),
        column("centres", "list", "the centres it touches"),
        column("members", "json", "bookings, identifiers, clerks and agents"),
        column("score", "float", "0 to 1, higher is more suspicious"),
        maybe("q_value", "float", "false-discovery share if this and all stronger ones are reported"),
        column("bookings", "int", "bookings in it"),
        column("people_passed", "int", "people passed unexplained"),
        column("minutes_taken", "float", "minutes of earlier entitlement passed over"),
        column("status", "string", "where its review stands"),
        maybe("evidence_ref", "string", "its sealed evidence: folder in the home, and the seal's SHA-256"),
        column("expected_harm", "float", "people expected to have been wronged: score × (1 + people passed), summed"),
        column("flags", "json", "on how many of its bookings each flag fired"),
    ),
)

CHECKUPS = Table(
    name="checkups",
    grain="one centre and period",
    key=("centre_id", "from_day", "to_day"),
    delivered=False,
    columns=(
        column("centre_id", "string", "the service centre"),
        column("from_day", "date", "first day"),
        column("to_day", "date", "last day"),
        maybe("capacity_per_day", "float", "people a day it could serve"),
        maybe("capacity_per_day_low", "float", "lower end of the 95 % interval"),
        maybe("capacity_per_day_high", "float", "upper end of the 95 % interval"),
        maybe("released_per_day", "float", "slots released a day"),
        maybe("released_share", "float", "released over capacity"),
        maybe("served_per_day", "float", "people served a day"),
        maybe("idle_minutes_refused", "float", "window-minutes idle on days on which people were turned away"),
        maybe("refused_per_day", "float", "attempts a day that found no slot"),
        maybe("complaints", "int", "complaints received"),
        maybe("complaints_unanswered", "int", "complaints without a reply"),
        column("verdict", "string", "the finding", words=("adequate", "withheld", "not_assessed")),
        column("findings", "json", "what was found, in words and figures"),
    ),
)

RUNS = Table(
    name="runs",
    grain="one run of one night",
    key=("run_id", "service_day"),
    delivered=False,
    columns=(
        column("run_id", "string", "the run"),
        column("service_day", "date", "the night's day"),
        column("started_at", "time", "when it began"),
        column("ended_at", "time", "when it was published"),
        column("status", "string", "done"),
        column("rows", "json", "rows in, out and rejected per table"),
        column(
            "assessed",
            "json",
            "per flag: fired, passed, not_assessed; the share of the assessed on which it fired, the share of innocent "
            "ones that it stated, and whether it is too_common",
        ),
        column("code_version", "string", "the product's version and source digest"),
        column("config_hash", "string", "digest of the settings that the night was computed with"),
        column("model_version", "string", "the model that scored the night"),
        column("input_versions", "json", "lake versions read"),
        column("output_versions", "json", "lake versions written"),
    ),
)

RESULTS = (REJECTS, OVERTAKES, FEATURES, SCORES, CASES, CHECKUPS, RUNS)

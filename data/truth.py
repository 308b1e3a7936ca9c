"""The truth of a synthetic world or of a log with planted jumps: what the judge holds findings against."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import csv

from data.errors import UserError

#: the file's name beside the tables of a source
TRUTH_FILE = "truth.parquet"
#: queue-jumping of single bookings, by what is done
SCHEMES = ("overtake", "insert", "hoard", "priority", "backdate", "bundle", "after_hours")
#: a centre releases less than it can serve; its row has no booking
WITHHELD = "withheld"

#: One row a planted booking, or a centre that withholds quota (`booking_id` null). `carried_out`: the
#: manipulation really took effect: somebody was passed, a slot was got beyond the quota or handed over, a record
#: was falsified. `ring`, `clerk_id` null: nobody's. `capacity_per_day`: the people a day whom the centre could
#: truly serve, null where a row does not say. Whoever plants by own schemes gives them own names.
TRUTH = pa.schema(
    [
        pa.field("centre_id", pa.string(), nullable=False),
        pa.field("booking_id", pa.string()),
        pa.field("scheme", pa.string(), nullable=False),
        pa.field("ring", pa.string()),
        pa.field("clerk_id", pa.string()),
        pa.field("carried_out", pa.bool_(), nullable=False),
        pa.field("capacity_per_day", pa.float64()),
    ]
)


#: what a column that a truth file leaves out is taken for; the others must be there
LEFT_OUT = {"ring": None, "clerk_id": None, "carried_out": True, "capacity_per_day": None}


class BadTruthError(UserError):
    """A truth file that cannot be read or breaks its schema."""

    def __init__(self, what: str, path: Path) -> None:
        super().__init__(
            what,
            where=str(path),
            next_step="Give the truth.parquet that was written beside the tables, or a file as in docs/evaluation.md.",
        )


def write_truth(path: Path, truth: pa.Table) -> None:
    """Write `truth`, a table of the schema `TRUTH`, to the file `path`."""
    pq.write_table(truth.cast(TRUTH), path)


def read_truth(path: Path) -> pa.Table:
    """Read a truth file, Parquet or CSV, as a table of the schema `TRUTH`; one without rows plants nothing.

    Raises `BadTruthError` where there is no such file, it is neither, a needed column is missing, stands twice or has
    another type, or its rows contradict the schema: nulls where none may be, a booking named twice or one without a
    name, or a capacity that is no number of people.
    """
    reader, kind = (_csv, "CSV") if path.suffix.lower() == ".csv" else (_parquet, "Parquet; a CSV ends in .csv")
    try:
        found = reader(path)
    except FileNotFoundError as error:
        raise BadTruthError("there is no such file", path) from error
    except (OSError, pa.ArrowException) as error:
        raise BadTruthError(f"it cannot be read as {kind} ({str(error).splitlines()[0]})", path) from error
    names = found.column_names
    if twice := sorted({name for name in TRUTH.names if names.count(name) > 1}):
        raise BadTruthError(f"it has two columns {', '.join(twice)}", path)
    missing = [name for name in TRUTH.names if name not in names]
    if needed := [name for name in missing if name not in LEFT_OUT]:
        raise BadTruthError(f"it has no column {', '.join(needed)}, only {', '.join(names)}", path)
    for name in missing:
        found = found.append_column(name, pa.repeat(pa.scalar(LEFT_OUT[name], TRUTH.field(name).type), len(found)))
    try:
        truth = found.select(TRUTH.names).cast(pa.schema([field.with_nullable(True) for field in TRUTH]))
    except (pa.ArrowException, ValueError) as error:
        raise BadTruthError(f"a column has another type: {error}", path) from error
    for broken, what in _rules(truth):
        rows = pc.indices_nonzero(pc.fill_null(broken, True))
        if len(rows):
            first = rows[0].as_py() + 1
            raise BadTruthError(f"{what} in {len(rows)} of {len(truth)} rows, of which the first is row {first}", path)
    return truth.cast(TRUTH)


def _parquet(path: Path) -> pa.Table:
    return pq.ParquetFile(path).read()


def _csv(path: Path) -> pa.Table:
    """A CSV with a header; an empty cell is null."""
    converted = csv.ConvertOptions(
        column_types={field.name: field.type for field in TRUTH},
        strings_can_be_null=True,
        null_values=[""],
    )
    return csv.read_csv(path, parse_options=csv.ParseOptions(newlines_in_values=True), convert_options=converted)


def _rules(truth: pa.Table) -> list[tuple[pa.ChunkedArray, str]]:
    """Where each rule is broken (null counts as broken), and what to say of it."""
    unnamed = pc.is_null(truth["booking_id"])
    key = pc.binary_join_element_wise(truth["centre_id"], truth["booking_id"], "\0")
    counts = key.drop_null().value_counts()
    twice = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
    required = [field.name for field in TRUTH if not field.nullable]
    able = pc.fill_null(truth["capacity_per_day"], 1.0)
    return [
        *((pc.is_null(truth[name]), f"{name} is missing") for name in required),
        (
            pc.xor(unnamed, pc.equal(truth["scheme"], WITHHELD)),
            f"a booking is named where the scheme is {WITHHELD}, or none where it is another,",
        ),
        (pc.is_in(key, twice), "a booking is named twice"),
        (pc.invert(pc.and_(pc.is_finite(able), pc.greater(able, 0))), "a capacity is no number of people"),
    ]

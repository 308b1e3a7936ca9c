"""The same nights on DuckDB and on Spark: every value of every feature, of every summary and of the ledger."""

import math
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from data.errors import UserError
from data.home import SETTINGS_FILE, Home
from data.lake import Lake
from data.tables import LAKE
from features.engine import engine
from features.engines.session import lacking
from features.steps import FEATURE_STEPS
from features.summary import all_summaries
from tests.conftest import FIRST
from tests.features.hall_support import DAY
from tests.features.test_catalogue import home_of_cases

MISSING = lacking()
#: tables that the steps leave behind
TABLES = ["overtakes", "order", "rings", "ring_changes", "affinity", "features", *all_summaries()]
#: how far sums of floats may differ that were added up in another order
SHARE = 1e-9


#: many small questions once each: compiling them takes longer than answering them
SMALL = """
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
"""


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Spark's own settings file, which it reads beside the home's settings, as on a cluster."""
    folder = tmp_path_factory.mktemp("spark")
    (folder / "spark-defaults.conf").write_text(SMALL, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_CONF_DIR", str(folder))
        patch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1")
        yield


@pytest.fixture(scope="module", params=["cases", "world"])
def lakes(
    request: pytest.FixtureRequest, quick: None, taken_in: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Lake, Lake]:
    """What DuckDB and Spark make: of the case tables' night, or of the first days of the small world."""
    folder = tmp_path_factory.mktemp(request.param)
    root, days = taken_in, [FIRST, FIRST + timedelta(days=1)]
    if request.param == "cases":
        root, days = home_of_cases(folder / "cases").root, [DAY]
    here = copied(root, folder / "on duckdb", "duckdb")
    night_by_night(here, days)
    there = copied(here.root, folder / "{on} spark*", "spark")
    reopen(there, days)
    night_by_night(there, days)
    return Lake.of(here), Lake.of(there)


def night_by_night(home: Home, days: list[date]) -> None:
    for day in days:
        for step in FEATURE_STEPS:
            step(home, day)


def reopen(home: Home, days: list[date]) -> None:
    """Take away all that has been made of these days; earlier ones, of which cases have many, stay as they are."""
    lake = Lake.of(home)
    for name in TABLES:
        lake.replace_days(name, days, LAKE[name].schema.empty_table())
    made = duckdb.sql(f"SELECT * FROM {lake.sql('made')}").to_arrow_table()
    lake.replace("made", None, made.filter(pc.invert(pc.is_in(made["service_day"], pa.array(days, pa.date32())))))


def copied(root: Path, to: Path, kind: str) -> Home:
    shutil.copytree(root, to)
    with (to / SETTINGS_FILE).open("a", encoding="utf-8") as settings:
        settings.write('spark_master = "local[2]"\nengine = "spark"\n' if kind == "spark" else "\n")
    return Home.open(to)


def rows_of(lake: Lake, table: str) -> pa.Table:
    """All rows of a table, in an order that floats have the least say in."""
    rows = duckdb.sql(f"SELECT * FROM {lake.sql(table)}").to_arrow_table()
    plain = [field for field in rows.schema if not pa.types.is_nested(field.type)]
    names = [field.name for field in sorted(plain, key=lambda field: pa.types.is_floating(field.type))]
    return rows.sort_by([(name, "ascending") for name in names])


@pytest.mark.spark
@pytest.mark.skipif(MISSING is not None, reason=f"Spark needs {MISSING}: make test-spark")
@pytest.mark.parametrize("table", TABLES)
def test_both_engines_say_the_same(lakes, table):
    here, there = (rows_of(lake, table) for lake in lakes)
    assert here.schema == there.schema
    assert here.num_rows == there.num_rows
    for name in here.column_names:
        pairs = list(zip(here[name].to_pylist(), there[name].to_pylist(), strict=True))
        differing = [pair for pair in pairs if not same(*pair)]
        assert not differing, f"{name}: {len(differing)} of {len(pairs)} differ, the first {differing[0]}"


def same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return one == other or math.isclose(one, other, rel_tol=SHARE)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


@pytest.mark.skipif(MISSING != "the package pyspark", reason="pyspark is here")
def test_without_spark_a_home_that_asks_for_it_is_told_what_to_install(tmp_path):
    home = copied(Home.create(tmp_path / "home").root, tmp_path / "spark", "spark")
    with pytest.raises(UserError, match=r'needs the package pyspark.*openjdk-17.*engine = "duckdb"'), engine(home):
        pass

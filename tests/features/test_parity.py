"""The same nights on DuckDB and on Spark: every value of every feature, of every summary and of the ledger."""

import math
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from data.errors import UserError
from data.home import SETTINGS_FILE, Home
from data.lake import Lake
from features.engine import engine
from features.engines.session import lacking
from features.steps import FEATURE_STEPS
from features.summary import all_summaries
from tests.conftest import FIRST, LAST
from tests.features.hall_support import DAY
from tests.features.test_catalogue import home_of_cases

MISSING = lacking()
#: tables that the steps leave behind
TABLES = ["overtakes", "order", "features", *all_summaries()]
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


@pytest.fixture(scope="module")
def nights(quick: None, taken_in: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Lake]]:
    """The lakes that each engine makes: of the case tables' night, and of the first days of the small world."""
    folder = tmp_path_factory.mktemp("engines")
    homes = {
        "cases": (home_of_cases(folder / "cases").root, [DAY]),
        "world": (taken_in, [FIRST, date(2026, 3, 3), LAST]),
    }
    made: dict[str, dict[str, Lake]] = {}
    for name, (root, days) in homes.items():
        for kind in ("duckdb", "spark"):
            home = copied(root, folder / f"{name} {{on}} {kind}*", kind)
            for day in days:
                for step in FEATURE_STEPS:
                    step(home, day)
            made.setdefault(name, {})[kind] = Lake.of(home)
    return made


def copied(root: Path, to: Path, kind: str) -> Home:
    shutil.copytree(root, to)
    with (to / SETTINGS_FILE).open("a", encoding="utf-8") as settings:
        settings.write(f'\nengine = "{kind}"\nspark_master = "local[2]"\n')
    return Home.open(to)


def rows_of(lake: Lake, table: str) -> pa.Table:
    """All rows of a table, in an order that floats have the least say in."""
    rows = duckdb.sql(f"SELECT * FROM {lake.sql(table)}").to_arrow_table()
    names = sorted(rows.column_names, key=lambda name: pa.types.is_floating(rows.schema.field(name).type))
    return rows.sort_by([(name, "ascending") for name in names])


@pytest.mark.spark
@pytest.mark.skipif(MISSING is not None, reason=f"Spark needs {MISSING}: make test-spark")
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("log", ["cases", "world"])
def test_both_engines_say_the_same(nights, log, table):
    here, there = (rows_of(nights[log][kind], table) for kind in ("duckdb", "spark"))
    assert here.schema == there.schema
    assert here.num_rows == there.num_rows
    for name in here.column_names:
        pairs = list(zip(here[name].to_pylist(), there[name].to_pylist(), strict=True))
        differing = [pair for pair in pairs if not same(*pair)]
        assert not differing, f"{name}: {len(differing)} of {len(pairs)} differ, the first {differing[0]}"


def same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return one == other or math.isclose(one, other, rel_tol=SHARE)
    return one == other


@pytest.mark.skipif(MISSING != "the package pyspark", reason="pyspark is here")
def test_without_spark_a_home_that_asks_for_it_is_told_what_to_install(tmp_path):
    home = copied(Home.create(tmp_path / "home").root, tmp_path / "spark", "spark")
    with pytest.raises(UserError, match=r'needs the package pyspark.*openjdk-17.*engine = "duckdb"'), engine(home):
        pass

"""Spark's session: one a process, begun when first asked for, or a word on what it needs."""

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from data.errors import UserError
from data.home import Home
from features.engine import Engine

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

NEXT_STEP = (
    "Install Java 17 (Debian: apt-get install openjdk-17-jre-headless) and this package's extra spark "
    '(requirements/spark.txt), or set engine = "duckdb" in inturn.toml, which needs neither.'
)

LOOPBACK = "127.0.0.1"
MB_PER_GB = 1024

#: with every master; what a cluster wants besides stands in its own spark-defaults.conf
EVERYWHERE = {
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    # a night's features are collected to be stored, however many they are
    "spark.driver.maxResultSize": "0",
}


def lacking() -> str | None:
    """What Spark needs and this machine has not; None: it has all."""
    if importlib.util.find_spec("pyspark") is None:
        return "the package pyspark"
    home = os.environ.get("JAVA_HOME")
    if not shutil.which("java", path=f"{home}/bin" if home else None):
        return "Java"
    return None


@contextmanager
def running(home: Home) -> Iterator[Engine]:
    """The engine for one step of a home; `UserError` where Spark cannot be begun."""
    if missing := lacking():
        raise UserError(f"Spark needs {missing}, which is not here", next_step=NEXT_STEP)
    from features.engines.spark import Spark  # noqa: PLC0415 # needs an extra

    spark = Spark(home, _session(home))
    try:
        yield spark
    finally:
        spark.forget()


def _session(home: Home) -> "SparkSession":
    """The session of this process, by the settings of the home that asks first."""
    from py4j.protocol import Py4JError  # noqa: PLC0415 # an extra
    from pyspark.errors import PySparkException  # noqa: PLC0415 # an extra
    from pyspark.sql import SparkSession  # noqa: PLC0415 # an extra

    master = home.settings.spark_master
    options = EVERYWHERE | (_local(home) if master.startswith("local") else {})
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        return SparkSession.builder.master(master).appName("inturn").config(map=options).getOrCreate()
    except (PySparkException, Py4JError) as error:
        raise UserError(
            f"Spark does not start: {str(error).splitlines()[0]}",
            where=f"spark_master = {master!r}",
            next_step=NEXT_STEP,
        ) from error


def _local(home: Home) -> dict[str, str]:
    """What makes a cluster of this machine alone: nothing listens outside it, and what spills, spills into the home."""
    os.environ.setdefault("SPARK_LOCAL_IP", LOOPBACK)
    place = str(home.path("staging", "spark"))
    return {
        "spark.driver.host": LOOPBACK,
        "spark.driver.bindAddress": LOOPBACK,
        "spark.driver.memory": f"{int(home.settings.memory_gb * MB_PER_GB)}m",
        "spark.local.dir": place,
        "spark.sql.warehouse.dir": place,
        "spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1)),
    }

"""What tests of nights share: a world, what a night left in the lake, and a served Airflow's REST interface."""

import json
import socket
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from data.home import Home
from data.lake import Lake

#: s; a night of the small world takes about 40 under a scheduler on two free cores, four times that on busy ones
PATIENCE_S = 600


@dataclass(frozen=True)
class World:
    """A folder of logs, and its first day."""

    folder: Path
    first_day: date


def rows(home: Home, table: str, columns: str, day: date) -> list[tuple[object, ...]]:
    """A day of one of the lake's tables, in order."""
    where = f"WHERE service_day = DATE '{day}'"
    return duckdb.sql(f"SELECT {columns} FROM {Lake.of(home).sql(table)} {where} ORDER BY ALL").fetchall()


def processes_of(home: Home) -> list[str]:
    """Command lines of Airflow's processes of a home: they work in its folder; found on Linux only."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if folder.joinpath("cwd").readlink() == home.path("airflow"):
                found.append(folder.joinpath("cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Api:
    """One Airflow at one port, logged in as its admin."""

    port: int
    token: str | None = None

    @classmethod
    def of(cls, home: Home, port: int) -> "Api":
        password = json.loads(home.path("airflow", "passwords.json").read_text(encoding="ascii"))["admin"]
        api = cls(port)
        api.token = api.call("/auth/token", {"username": "admin", "password": password})["access_token"]
        return api

    def call(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """GET, or POST with a body. SQLite may refuse a call while a task starts, so 5xx and 404 are asked again."""
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, headers)
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                if error.code not in {404, 500, 503} or time.monotonic() > until:
                    raise
                time.sleep(1)

    def start(self, dag: str, **run: Any) -> str:
        self.call(f"/api/v2/dags/{dag}")  # the DAG processor has read it
        return str(self.call(f"/api/v2/dags/{dag}/dagRuns", {"logical_date": None, **run})["dag_run_id"])

    def ended(self, dag: str, run_id: str) -> dict[str, Any]:
        """The run, once it has ended."""
        until = time.monotonic() + PATIENCE_S
        while True:
            run = self.call(f"/api/v2/dags/{dag}/dagRuns/{urllib.request.quote(run_id)}")
            if run["state"] in {"success", "failed"} or time.monotonic() > until:
                return dict(run)
            time.sleep(1)

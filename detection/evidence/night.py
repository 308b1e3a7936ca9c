"""The evidence of a night: one sealed folder for what it adds to each case."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb

from data.home import Home
from data.lake import Lake
from data.tables import LAKE
from data.version import code_version
from detection.evidence.sealing import VERSIONS, Json, as_json, broken, read, seal
from detection.evidence.slices import parquet, slices
from detection.evidence.telling import of_night, told

#: in the home
FOLDER = "evidence"
CASE = "case.json"

#: tables that no night is computed from
NO_INPUT = {"checkups", "deliveries", "history", "rejects", "runs"}


def seal_night(home: Home, connection: duckdb.DuckDBPyConnection, day: date) -> tuple[dict[str, str], dict[str, str]]:
    """Seal what the night adds to its cases, and again the last night of a case that a rerun of an earlier one changed.

    Two references by case: that of this night's folder, and that of the case's last night, which is the case's. Each
    is `evidence/CASE/DAY#sha256=SEAL`. A folder holds the rows of its own night's bookings and the case's numbers up to
    then, and names the folders and seals of the nights before, so that a case of many nights is a chain: no night
    has to read again what earlier ones have sealed. A folder is never changed and never deleted: what a rerun finds to
    be otherwise goes to a new one beside it.
    """
    lake = Lake.of(home)
    cut = slices(lake, connection, day)
    facts = _facts(home, lake, connection, day)
    versions = lake.versions(set(LAKE) - NO_INPUT)
    chains = _chains(connection)
    added = {part["case_id"]: part for part in _rows(connection, "SELECT * FROM part")}
    parts: dict[str, str] = {}
    for case in _cases(connection, "until_now"):
        if tables := cut.get(case["case_id"]):
            files = {f"{name}.parquet": parquet(rows) for name, rows in tables.items()}
            files[CASE] = as_json(told(case, of_night(added[case["case_id"]], tables)))
            earlier = [known for known in chains[case["case_id"]] if known["service_day"] < str(day)]
            parts[case["case_id"]] = _sealed(home, case["case_id"], day, files, facts | {"earlier": earlier}, versions)
    whole: dict[str, str] = {}
    for case in _cases(connection, "grown"):
        name, chain = case["case_id"], chains[case["case_id"]]
        if case["last_day"] == day:
            whole[name] = parts[name]
        else:  # an earlier night was run again
            rewritten = [known for known in chain if known["service_day"] != str(day)]
            if name in parts:
                rewritten.append(_link(day, parts[name]))
            whole[name] = _sealed_again(home, case, sorted(rewritten, key=lambda known: known["service_day"]))
    return parts, whole


def folder_of(home: Home, reference: str) -> tuple[Path, str]:
    """The folder and the seal that a reference names."""
    place, _, digest = reference.partition("#sha256=")
    return home.path(*place.split("/")), digest


def versions_of(folder: Path) -> Json:
    """The versions of the tables that a sealed folder's rows were read from; none where that file is lost."""
    try:
        return dict(json.loads((folder / VERSIONS).read_bytes()))
    except (OSError, ValueError, TypeError):
        return {}


def _sealed(home: Home, case: str, day: date, files: Mapping[str, bytes], facts: Json, versions: Json) -> str:
    said = facts | {"case_id": case, "service_day": str(day)}
    folder, digest = seal(home.path(FOLDER, case, str(day)), files, said, versions)
    return f"{FOLDER}/{case}/{folder.name}#sha256={digest}"


def _sealed_again(home: Home, case: Json, chain: list[Json]) -> str:
    """The last night of a case once more: its own rows as they were sealed, the case's numbers as they are now.

    What has been altered or lost since is never sealed as if it were genuine: the old seal stands, and does not fit it.
    """
    last = chain[-1]
    folder, digest = folder_of(home, f"{last['folder']}#sha256={last['seal']}")
    manifest = read(folder)
    if manifest is None or broken(folder, digest):
        return f"{last['folder']}#sha256={digest}"
    files = {name: (folder / name).read_bytes() for name in manifest["files"]}
    files[CASE] = as_json(told(case, json.loads(files[CASE])["night"]))
    known = {"files", "earlier", "case_id", "service_day"}
    facts = {name: value for name, value in manifest.items() if name not in known}
    facts["earlier"] = chain[:-1]
    return _sealed(home, case["case_id"], case["last_day"], files, facts, versions_of(folder))


def _facts(home: Home, lake: Lake, connection: duckdb.DuckDBPyConnection, day: date) -> Json:
    """What the night was computed with."""
    models = connection.execute(f"SELECT min(model_version) FROM {lake.sql('scores', day, day)}").fetchone()
    return {
        "code_version": code_version(),
        "config_hash": home.settings.digest(),
        "model_version": models[0] if models else None,
    }


def _cases(connection: duckdb.DuckDBPyConnection, table: str) -> list[Json]:
    """Rows of `cases` with what binds them, as Python values."""
    found = connection.execute(
        f"""SELECT any_value(c), list_sort(list_distinct(flatten(list(n.bound_by)))) AS bound_by
            FROM {table} c JOIN nights n ON c.case_id = n.case_id AND n.service_day <= c.last_day
            GROUP BY c.case_id ORDER BY c.case_id"""
    ).to_arrow_table()
    rows = [case | {"bound_by": names} for case, names in zip(*(column.to_pylist() for column in found), strict=True)]
    return [row | {"flags": json.loads(row["flags"])} for row in rows]


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Json]:
    found = connection.execute(sql).to_arrow_table().to_pylist()
    return [row | {"flags": json.loads(row["flags"])} for row in found]


def _chains(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Json]]:
    """Of each case the nights and what was sealed of them, in order."""
    found = connection.execute(
        "SELECT case_id, service_day, evidence_ref FROM nights ORDER BY case_id, service_day"
    ).fetchall()
    chains: dict[str, list[Json]] = {case: [] for case, _, _ in found}
    for case, day, reference in found:
        if reference:
            chains[case].append(_link(day, reference))
    return chains


def _link(day: date, reference: str) -> Json:
    folder, _, digest = reference.partition("#sha256=")
    return {"service_day": str(day), "folder": folder, "seal": digest}

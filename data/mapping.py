"""A `source.toml`: how a vendor's headers, words, codings and clocks become this contract.

A formula is a DuckDB expression over the file's own headers. It runs with no access to files or network.
"""

import tomllib
from importlib.resources import files
from typing import Annotated

import duckdb
import sqlglot
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from sqlglot import exp

from data.contract import DELIVERED, DISCIPLINES
from data.engine import literal, quoted
from data.errors import BadMappingError
from data.schema import Column
from data.settings import known_zone

#: seconds; slack with which times of different machines are compared (contract, "Times hold")
CLOCK_SKEW_S = 60


def _one_of_disciplines(name: str) -> str:
    if name not in DISCIPLINES:
        raise ValueError(f"a discipline is one of {', '.join(DISCIPLINES)}")
    return name


def _expression(text: str) -> str:
    """A formula that is one expression: no query, no table."""
    try:
        trees = sqlglot.parse(text, read="duckdb")
    except sqlglot.errors.SqlglotError as error:
        raise ValueError(f"not an expression: {text!r}") from error
    except RecursionError as error:
        raise ValueError(f"an expression nested too deeply: {text[:80]!r}") from error
    tree = trees[0] if len(trees) == 1 else None
    if tree is None or tree.find(exp.Query, exp.Table, exp.Command, exp.DDL, exp.DML):
        raise ValueError(f"a formula is one expression over the file's headers, not a query: {text!r}")
    return text


def _pattern(text: str) -> str:
    """A strptime pattern that the engine knows."""
    try:
        duckdb.execute("SELECT try_strptime('', ?)", [text])
    except duckdb.Error as error:
        raise ValueError(f"not a pattern of strptime: {text!r}") from error
    return text


Pattern = Annotated[str, AfterValidator(_pattern)]
Expression = Annotated[str, AfterValidator(_expression)]
Zone = Annotated[str, AfterValidator(known_zone)]


class TableMapping(BaseModel):
    """How one contract table is found in a source's files."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    #: file patterns inside the source; without any, the sub-folder with the table's name
    files: tuple[str, ...] = ()
    #: contract column -> header of the file; a header equal to the column's name needs no entry
    headers: dict[str, str] = {}
    #: contract column -> expression over the file's headers
    formulas: dict[str, Expression] = {}
    #: contract column -> {vendor's word -> contract's word}
    words: dict[str, dict[str, str]] = {}
    #: rows for which this does not hold are no rows of this table (headings, totals); they are counted as left out
    keep: Expression | None = None
    #: many rows observe one booking: the first counts, the others are repeats, not corrections
    observations: bool = False

    def source_of(self, column: Column, headers: list[str]) -> str | None:
        """The expression that brings a contract column out of a file with these headers; None: not delivered."""
        if column.name in self.formulas:
            found = f"({self.formulas[column.name]})"
        elif (header := self.headers.get(column.name, column.name)) in headers:
            found = quoted(header)
        else:
            return None
        words = self.words.get(column.name)
        if not words:
            return found
        text = f"trim(CAST({found} AS VARCHAR))"
        cases = " ".join(f"WHEN {literal(theirs)} THEN {literal(ours)}" for theirs, ours in words.items())
        return f"CASE {text} {cases} ELSE {text} END"

    def headers_read(self) -> set[str]:
        """The headers that this mapping cannot do without, as far as it names any."""
        return set(self.headers.values()).union(*map(_columns, self._expressions().values()))

    def read_for(self, header: str) -> list[str]:
        """What a header is read for: contract columns, or `keep`."""
        by_formula = {name for name, formula in self._expressions().items() if header in _columns(formula)}
        return sorted(by_formula | {name for name, read in self.headers.items() if read == header})

    def _expressions(self) -> dict[str, str]:
        return {**self.formulas, **({"keep": self.keep} if self.keep else {})}


def _columns(expression: str) -> set[str]:
    """The headers in an expression."""
    return {node.name for node in sqlglot.parse_one(expression, read="duckdb").find_all(exp.Column)}


class Mapping(BaseModel):
    """A whole `source.toml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = ""
    timezone: Zone | None = None
    clock_skew_s: int = Field(default=CLOCK_SKEW_S, ge=0)
    encoding: str | None = None
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    sheet: str | None = None
    #: strptime patterns tried behind ISO 8601
    date_formats: tuple[Pattern, ...] = ()
    time_formats: tuple[Pattern, ...] = ()
    #: the order in which this source's centres declare to call; None: entitlement
    discipline: Annotated[str, AfterValidator(_one_of_disciplines)] | None = None
    tables: dict[str, TableMapping] = {}

    @model_validator(mode="after")
    def _known_names(self) -> "Mapping":
        for name, table in self.tables.items():
            if name not in DELIVERED:
                raise ValueError(f"no table {name!r} in the contract; tables are {', '.join(DELIVERED)}")
            known = {column.name for column in DELIVERED[name].columns}
            strange = sorted((set(table.headers) | set(table.formulas) | set(table.words)) - known)
            if strange:
                raise ValueError(f"no column {', '.join(strange)} in the contract's table {name}")
            if twice := sorted(set(table.headers) & set(table.formulas)):
                raise ValueError(
                    f"{', '.join(twice)} of the table {name} stands under headers and formulas: keep one of the two"
                )
        return self

    def table(self, name: str) -> TableMapping:
        """The mapping of one table; what is not mentioned is already in the contract's names."""
        return self.tables.get(name, TableMapping())


def parse_mapping(text: str | bytes, where: str) -> Mapping:
    """Read a `source.toml`; `BadMappingError` names the entry that is wrong."""
    try:
        return Mapping.model_validate(tomllib.loads(text if isinstance(text, str) else text.decode("utf-8")))
    except UnicodeDecodeError as error:
        raise BadMappingError("not UTF-8", where=where, next_step="Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        said = str(error).replace("at end of document", f"at the end, line {len(text.splitlines())}")
        raise BadMappingError(f"not TOML: {said}", where=where, next_step="Mend that line.") from error
    except RecursionError as error:
        raise BadMappingError("nested too deeply", where=where, next_step="Write it with fewer brackets.") from error
    except ValidationError as error:
        first = error.errors()[0]
        entry = ".".join(str(part) for part in first["loc"])
        raise BadMappingError(
            f"{entry + ': ' if entry else ''}{first['msg'].removeprefix('Value error, ')}",
            where=where,
            next_step="docs/sources.md lists what a source.toml may say.",
        ) from error


def shipped_names() -> list[str]:
    """Names of the mappings that come with the product."""
    return sorted(
        entry.name.removesuffix(".toml") for entry in files("data.mappings").iterdir() if _is_toml(entry.name)
    )


def shipped_text(name: str) -> str:
    """The text of a shipped mapping."""
    return files("data.mappings").joinpath(f"{name}.toml").read_text(encoding="utf-8")


def _is_toml(name: str) -> bool:
    return name.endswith(".toml")

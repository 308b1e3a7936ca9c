"""A proposed `source.toml` for one file of a vendor."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

import fsspec
import pyarrow as pa

from data.errors import UserError
from data.readers import read_file
from data.readers.chunk import ReadOptions
from data.readers.encoding import Detection
from data.schema import Table
from data.suggesting.formulas import Formula, conversion, implied
from data.suggesting.matching import ENOUGH, Fit, Match, best_fit, is_personal
from data.suggesting.profile import profile
from data.suggesting.vocabulary import KNOWN_WORDS, WORDS, normal

#: what the language of headers and words says about where the clocks stand
CHINESE, POLISH = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[ąęłńśźżĄĘŁŃŚŹŻ]")


@dataclass(frozen=True)
class Vocabulary:
    """The words of one column: the vendor's to the contract's, and those that nobody knew.

    `too_many`: more different words than a closed vocabulary has, so none is looked at.
    """

    column: str
    known: dict[str, str]
    unknown: tuple[str, ...]
    too_many: bool


@dataclass(frozen=True)
class Draft:
    """What is proposed for a file.

    `formulas` convert matched headers or stand in for columns that are not there; those not `sure` are for a person
    to decide on. `missing` are required columns for which there is no entry.
    """

    path: str
    fit: Fit
    formulas: tuple[Formula, ...]
    vocabularies: tuple[Vocabulary, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    personal: tuple[str, ...]
    encoding: Detection | None
    timezone: str | None

    @property
    def table(self) -> Table:
        """The contract table that the file fits best."""
        return self.fit.table

    @property
    def files(self) -> str | None:
        """The pattern for this file and its like, dates and counters left open; None: its folder says the table."""
        path = PurePosixPath(self.path)
        if path.parent.name == self.table.name:
            return None
        literally = re.sub(r"([\[\]*?])", r"[\1]", path.name)
        return re.sub(r"\d{2,}([-_.]?\d+)*", "*", literally)

    @property
    def date_formats(self) -> tuple[str, ...]:
        """The patterns needed beside ISO 8601, for all columns together."""
        own = [match.profile.date_formats for match in self.used() if self._kind(match) == "date"]
        return _joined([*own, *(formula.date_formats for formula in self.formulas if formula.sure)])

    @property
    def time_formats(self) -> tuple[str, ...]:
        """The patterns needed beside ISO 8601, for all columns together."""
        own = [match.profile.time_formats for match in self.used() if self._kind(match) == "time"]
        return _joined([*own, *(formula.time_formats for formula in self.formulas if formula.sure)])

    @property
    def day_or_month(self) -> tuple[str, ...]:
        """Headers in which every date can be read with the day or with the month first."""
        return tuple(match.header for match in self.fit.matches if match.profile.day_or_month == 1)

    def used(self) -> list[Match]:
        """Matches that are sure enough and whose header is read as it stands."""
        converted = {formula.column for formula in self.formulas}
        return [match for match in self.fit.matches if match.confidence >= ENOUGH and match.column not in converted]

    def _kind(self, match: Match) -> str:
        return self.table[match.column].kind


def draft(location: str) -> Draft:
    """Propose how a vendor's file is read, from its headers and its first rows.

    `location` is a path or an fsspec URL. Raises `UserError` where there is no such file or no reader for it.
    """
    try:
        filesystem, path = fsspec.core.url_to_fs(location)
    except (ValueError, ImportError) as error:
        raise UserError(
            f"no such kind of place: {error}", where=location, next_step="Give a file, or a URL that fsspec can open."
        ) from error
    if filesystem.isdir(path):
        raise UserError("this is a folder", where=location, next_step="Name one file in it; each table has its own.")
    sample, encoding = _sample(filesystem, path)
    profiles = profile(sample)
    fit = best_fit(profiles, path)
    formulas, missing = _formulas(fit)
    matched = {match.header for match in fit.matches if match.confidence >= ENOUGH}
    left = [header for header in sample.column_names if header not in matched]
    words = " ".join([*sample.column_names, *(word for seen in profiles for word in seen.words)])
    return Draft(
        path=path,
        fit=fit,
        formulas=formulas,
        vocabularies=tuple(_vocabularies(fit)),
        missing=missing,
        unknown=tuple(header for header in left if not is_personal(header)),
        personal=tuple(header for header in left if is_personal(header)),
        encoding=encoding,
        timezone="Asia/Shanghai" if CHINESE.search(words) else "Europe/Warsaw" if POLISH.search(words) else None,
    )


def _sample(filesystem: fsspec.AbstractFileSystem, path: str) -> tuple[pa.Table, Detection | None]:
    """The first chunk of the file."""
    for chunk in read_file(filesystem, path, ReadOptions()):
        return chunk.rows, chunk.encoding
    return pa.table({}), None


def _formulas(fit: Fit) -> tuple[tuple[Formula, ...], tuple[str, ...]]:
    """Conversions and stand-ins, and the required columns that have no entry even so."""
    found: list[Formula] = []
    missing: list[str] = []
    for column in fit.table.columns:
        match = fit.of(column.name)
        formula = conversion(match, column, fit) if match else None
        if match is None and not column.null:
            formula = implied(column, fit)
        if formula:
            found.append(formula)
        if not column.null and not (formula.sure if formula else match):
            missing.append(column.name)
    return tuple(found), tuple(missing)


def _vocabularies(fit: Fit) -> list[Vocabulary]:
    found = []
    for column in fit.table.columns:
        match = fit.of(column.name)
        if match is None or column.name not in WORDS:
            continue
        own = set(column.words or WORDS[column.name])
        known, unknown = {}, []
        for word in match.profile.words:
            if word in own:
                continue
            if ours := KNOWN_WORDS[column.name].get(normal(word)):
                known[word] = ours[0]
            else:
                unknown.append(word)
        too_many = match.profile.filled > 0 and not match.profile.words
        if known or unknown or too_many:
            found.append(Vocabulary(column.name, known, tuple(unknown), too_many))
    return found


def _joined(formats: list[tuple[str, ...] | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(form for some in formats for form in some or ()))

"""A draft as the text of a `source.toml`, with the reasons as comments beside the entries."""

import re
from collections.abc import Iterator

import tomli_w

from data.schema import Column
from data.suggesting.draft import Draft, Vocabulary
from data.suggesting.formulas import Formula
from data.suggesting.matching import ENOUGH, Match

#: confidence from which a detected encoding is written as an entry
SURE_ENCODING = 0.8

_LONG_NUMBER = re.compile(r"\d{7,}")


def render(found: Draft) -> str:
    """The text; `data.mapping.parse_mapping` accepts it as it stands."""
    table = found.table.name
    parts = [_general(found), [f"[tables.{table}]"]]
    if found.files:
        parts[-1].append(_entry("files", [found.files]))
    parts.append([f"[tables.{table}.headers]", *_headers(found)])
    parts.append([f"[tables.{table}.formulas]", *_formulas(found)])
    parts += [_words(table, vocabulary, found.table[vocabulary.column]) for vocabulary in found.vocabularies]
    parts.append(list(_left(found)))
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def _general(found: Draft) -> list[str]:
    name = found.path.rsplit("/", 1)[-1]
    lines = [
        _comment(f"Proposed by inturn source suggest from {name}. Read every line: a header is not a promise."),
        _comment(f"Table {found.table.name}: the best fit ({found.fit.confidence:.2f})."),
        _entry("title", name),
    ]
    if found.timezone:
        lines.append(_entry("timezone", found.timezone, "guessed from the language"))
    else:
        lines.append(_comment('timezone = "…": unknown, so the zone of the home'))
    if found.encoding:
        why = f"{found.encoding.confidence:.2f}: {found.encoding.why}"
        line = _entry("encoding", found.encoding.encoding, why)
        sure = found.encoding.confidence >= SURE_ENCODING and not found.encoding.why.startswith("nothing but ASCII")
        lines.append(line if sure else f"# {line}")
    lines += [
        _entry(key, list(formats))
        for key, formats in (("date_formats", found.date_formats), ("time_formats", found.time_formats))
        if formats
    ]
    if found.day_or_month:
        headers = ", ".join(map(_quoted, found.day_or_month))
        lines.append(_comment(f"day or month first? No day after the 12th in the sample tells: {headers}"))
    return lines


def _headers(found: Draft) -> Iterator[str]:
    used = {match.column for match in found.used()}
    for match in found.fit.matches:
        if match.column in used and match.header == match.column:
            yield _comment(f"{match.column}: {match.why}")
        elif match.column in used:
            yield _entry(match.column, match.header, _reason(match))
        elif match.confidence < ENOUGH:
            yield f"# {_entry(match.column, match.header, f'unsure, {_reason(match)}')}"


def _formulas(found: Draft) -> Iterator[str]:
    by_column = {formula.column: formula for formula in found.formulas}
    for column in found.table.columns:
        formula = by_column.get(column.name)
        if column.name in found.missing:
            yield _comment(f"missing: {column.name} (required: {column.meaning}); write a header or a formula")
        if formula and (formula.sure or "…" not in formula.expression):
            line = _entry(formula.column, formula.expression, _reason(formula))
            yield line if formula.sure else f"# {line}"


def _words(table: str, vocabulary: Vocabulary, column: Column) -> list[str]:
    lines = [f"[tables.{table}.words.{vocabulary.column}]"]
    if vocabulary.too_many:
        lines.append(_comment("more different words than a vocabulary has: is this the right header?"))
    lines += [_entry(theirs, ours) for theirs, ours in vocabulary.known.items()]
    if vocabulary.unknown:
        allowed = ", ".join(column.words) if column.words else "any word; empty: an ordinary person"
        lines.append(_comment(f"unknown words, to be given one of: {allowed}"))
        lines += [_comment(f'{_quoted(_LONG_NUMBER.sub("#######", word))} = ""') for word in vocabulary.unknown]
    return lines


def _left(found: Draft) -> Iterator[str]:
    if found.unknown:
        yield _comment(f"headers not recognised, so not read: {', '.join(map(_quoted, found.unknown))}")
        here = {match.column for match in found.used()} | {formula.column for formula in found.formulas}
        lacking = [column.name for column in found.table.columns if column.name not in here | set(found.missing)]
        if lacking:
            yield _comment(f"columns not found, so not assessed: {', '.join(lacking)}")
        if lacking or found.missing:
            line = f"column = {_quoted(found.unknown[0])}"
            yield _comment(f"where one of those headers is a column that is missing or not found, say so above: {line}")
    if found.personal:
        yield _comment(f"personal and of no use here, so not read: {', '.join(map(_quoted, found.personal))}")


def _reason(proposal: Match | Formula) -> str:
    return f"{proposal.confidence:.2f}: {proposal.why}" if proposal.confidence else f"if {proposal.why}"


def _entry(key: str, value: object, reason: str = "") -> str:
    """One line of TOML, with its reason behind it."""
    if isinstance(value, list):
        array = ", ".join(_quoted(item) for item in value)
        line = f"{_key(key)} = [{array}]"
    else:
        line = f"{_key(key)} = {_quoted(str(value))}"
    return f"{line}  {_comment(reason)}" if reason else line


def _key(key: str) -> str:
    return tomli_w.dumps({key: 0}).removesuffix(" = 0\n")


def _quoted(text: str) -> str:
    """A TOML string on one line, without escapes where the text allows it."""
    if '"' in text and text.isprintable():
        if "'" not in text:
            return f"'{text}'"
        if "'''" not in text and not text.endswith("'"):
            return f"'''{text}'''"
    return tomli_w.dumps({"x": text}).removeprefix("x = ").removesuffix("\n")


def _comment(text: str) -> str:
    """A comment on one line, whatever a header holds."""
    return "# " + "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)

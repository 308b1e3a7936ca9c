"""The pages say what is there: the generated one is fresh, and every path, command and term they name exists."""

import re
import shlex
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import typer

from data import contract_page
from data.contract import TABLES
from detection import page as flags_page
from features import page as features_page
from inturn.main import program
from tests.command import Command

ROOT = Path(__file__).parent.parent.parent
PAGES = [ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "CHANGELOG")] + sorted(ROOT.glob("docs/**/*.md"))
PACKAGES = ("data", "features", "detection", "review", "inturn", "dags")
IN_TREE = re.compile(
    r"(?:data|features|detection|review|inturn|dags|docs|tests|benchmarks|requirements|\.ci)/[\w./*-]*$"
)
FENCE = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
#: what stands for a name of the reader's choice
PLACEHOLDER = re.compile(r"NNN|NAME")


def of_page(path: Path) -> str:
    return str(path.relative_to(ROOT))


def code(text: str) -> Iterator[str]:
    """Lines of fenced code, and code spans of the prose, whose lines may break."""
    for block in FENCE.findall(text):
        yield from block.splitlines()
    for span in re.findall(r"`([^`]+)`", FENCE.sub("", text)):
        yield span.replace("\n", " ")


def prose_links(text: str) -> list[str]:
    links = re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", text))
    return [link for link in links if not re.match(r"[a-z]+:", link)]


def anchors(text: str) -> set[str]:
    heads = re.findall(r"^#+ (.*)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


def rows(text: str) -> list[list[str]]:
    """The cells of every table row of a page."""
    return [
        [cell.strip() for cell in line.strip("| ").split(" | ")] for line in text.splitlines() if line.startswith("| ")
    ]


@pytest.mark.parametrize(
    ("name", "made"),
    [("contract", contract_page.page), ("features", features_page.page), ("flags", flags_page.page)],
)
def test_a_page_made_from_the_code_is_fresh(name: str, made: Callable[[], str]) -> None:
    assert (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") == made(), "make docs writes it anew"


@pytest.mark.parametrize("name", TABLES)
def test_every_column_stands_in_its_table(name: str) -> None:
    section = contract_page.page().split(f"\n### {name}\n")[1].split("\n### ")[0]
    assert {column.name for column in TABLES[name].columns} <= {row[0].strip("`") for row in rows(section)}


@pytest.mark.parametrize("path", PAGES, ids=of_page)
def test_links_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for link in prose_links(text):
        place, _, anchor = link.partition("#")
        target = path.parent / place if place else path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target.read_text(encoding="utf-8")), link


@pytest.mark.parametrize("path", PAGES, ids=of_page)
def test_named_paths_exist(path: Path) -> None:
    words = [word for line in code(path.read_text(encoding="utf-8")) for word in line.split()]
    named = {word for word in words if IN_TREE.match(PLACEHOLDER.sub("*", word))}
    assert [word for word in sorted(named) if not any(ROOT.glob(PLACEHOLDER.sub("*", word)))] == []


@pytest.mark.parametrize("path", PAGES, ids=of_page)
def test_named_commands_exist(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for line in code(path.read_text(encoding="utf-8")):
        for words in re.findall(r"(?:^|&& )inturn +([^#&|;]*)", line):
            assert_command(shlex.split(words.replace("'", "")))
        for target in re.findall(r"^make (?:[A-Z_]+=\S+ )*([a-z-]+)", line):
            assert target in targets, line


def assert_command(words: list[str]) -> None:
    """The words lead to a command, and every option among them is one of its own or of the program's."""
    known = typer.main.get_command(program())
    options = {option for parameter in known.params for option in parameter.opts}
    rest = list(words)
    while rest and hasattr(known, "commands") and not rest[0].startswith("-"):
        assert rest[0] in known.commands, f"inturn {' '.join(words)}"
        known = known.commands[rest.pop(0)]
    if known.name == "cli":  # what follows is Airflow's
        return
    options |= {option for parameter in known.params for option in parameter.opts}
    used = {word.strip("[]") for word in rest if word.strip("[").startswith("-")}
    assert used <= options, f"inturn {' '.join(words)}"


def test_decisions_are_numbered_and_say_what_follows() -> None:
    found = sorted((ROOT / "docs" / "adr").glob("*.md"))
    numbers = [int(path.name[:4]) for path in found]
    assert numbers == list(range(1, len(found) + 1))
    for path, number in zip(found, numbers, strict=True):
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {number:04} ")
        parts = [text.index(f"**{part}.**") for part in ("Context", "Decision", "Consequences")]
        assert all(before < after for before, after in pairwise(parts)), path.name


def test_the_glossary_has_one_meaning_a_word_and_only_words_in_use() -> None:
    terms = [row for row in rows((ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")) if len(row) == 4]
    terms = [row for row in terms if row[0] not in {"word", "---"}]
    for column in (0, 1):
        words = [row[column] for row in terms]
        assert sorted(words) == sorted(set(words))
    source = "\n".join(
        path.read_text(encoding="utf-8") for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))
    )
    names = [re.findall(r"`(\w+)`", row[3]) for row in terms]
    assert all(names)
    assert [name for found in names for name in found if not re.search(rf"\b{name}\b", source)] == []


@pytest.mark.slow
def test_the_readme_shows_what_the_commands_print(tmp_path: Path, inturn: Command) -> None:
    shown = [row for row in rows((ROOT / "README.md").read_text(encoding="utf-8")) if re.match(r"\d{4}-", row[0])]
    days = ("--from", "2026-03-02", "--to", "2026-03-26")
    home = ("--home", tmp_path / "home")
    assert inturn("simulate", "small", tmp_path / "world").status == 0
    assert inturn("ingest", tmp_path / "world", *home).status == 0
    assert inturn.start("run", *days, *home).end(patience=400).status == 0
    assert inturn("flags", *days, *home, "--format", "parquet", "-o", tmp_path / "flags.parquet").status == 0
    flags = pq.read_table(tmp_path / "flags.parquet").to_pylist()
    assert [row[:5] for row in shown] == [
        [
            str(flag["service_day"]),
            str(flag["rank"]),
            flag["centre_id"],
            flag["booking_id"],
            f"{flag['q_value']:.2g}",
        ]
        for flag in flags
    ]

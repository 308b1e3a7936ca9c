"""The words of the console: which there are in its pages and code, and the catalogue that has them in Chinese.

`python -m tests.review.catalogue` adds what is missing to the catalogue, untranslated, takes out what is gone, and
compiles it: `make words`. Babel does what GNU gettext would.
"""

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "review" / "locale" / "zh_Hans" / "LC_MESSAGES"
#: the same texts are the same bytes on whatever day they are written
NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)
KEYWORDS = {"gettext": None, "_": None, "said": None, "ngettext": (1, 2)}


def used() -> Catalog:
    """Every text that the console says, with where."""
    found = Catalog(locale="zh_Hans", domain="django", charset="utf-8")
    for path in sorted((ROOT / "review").rglob("*")):
        if path.suffix not in {".py", ".html"}:
            continue
        text = path.read_text(encoding="utf-8")
        source = templatize(text) if path.suffix == ".html" else text
        for _, message, _, _ in extract("python", io.BytesIO(source.encode()), KEYWORDS, options={"encoding": "utf-8"}):
            found.add(message, locations=[(str(path.relative_to(ROOT)), None)])
    return found


def known() -> Catalog:
    """The catalogue as it is kept."""
    path = FOLDER / "django.po"
    if not path.exists():
        return Catalog(locale="zh_Hans")
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue as Django reads it."""
    content = io.BytesIO()
    write_mo(content, catalogue)
    return content.getvalue()


def untranslated(catalogue: Catalog) -> list[str]:
    """Texts without their Chinese."""
    return [str(message.id) for message in catalogue if message.id and not all(_strings(message.string))]


def main() -> int:
    """Write catalogue and compiled catalogue; 1 where a text has no Chinese yet."""
    catalogue = known()
    catalogue.update(used(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.header_comment, catalogue.fuzzy = "# The console in Chinese; `make words` finds what is missing.", False
    catalogue.project, catalogue.version = "inturn", "console"
    catalogue.last_translator = catalogue.language_team = "The inturn authors"
    catalogue.msgid_bugs_address = ""
    catalogue.creation_date = catalogue.revision_date = NO_DATE
    with (FOLDER / "django.po").open("wb") as file:
        write_po(file, catalogue, width=120, omit_header=False, sort_output=True, include_lineno=False)
    (FOLDER / "django.mo").write_bytes(compiled(catalogue))
    for text in untranslated(catalogue):
        sys.stderr.write(f"no Chinese yet: {text}\n")
    return 1 if untranslated(catalogue) else 0


def _strings(string: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """One text, or one a form of the plural; babel has none where a plural is not translated."""
    return string if isinstance(string, tuple) else (string or "",)


if __name__ == "__main__":
    sys.exit(main())

"""What an attached file is, by its content."""

import io
import unicodedata
import zipfile
from pathlib import PurePath

MOST_BYTES = 10 * 1024**2
PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TEXT = "text/plain; charset=utf-8"
ENDINGS = {
    PDF: (".pdf",),
    PNG: (".png",),
    JPEG: (".jpg", ".jpeg"),
    XLSX: (".xlsx",),
    DOCX: (".docx",),
    TEXT: (".txt", ".csv"),
}
STARTS = {PDF: b"%PDF-", PNG: b"\x89PNG\r\n\x1a\n", JPEG: b"\xff\xd8\xff"}
#: what an office document of each kind holds, and what makes it one with macros
PARTS = {XLSX: "xl/workbook.xml", DOCX: "word/document.xml"}
MACROS = "vbaProject.bin"


def kind_of(content: bytes, name: str) -> str | None:
    """The kind of a file; null where it is none that is kept, or its name claims to be another."""
    found = _by_content(content)
    return found if found and PurePath(name).suffix.lower() in ENDINGS[found] else None


def safe_name(name: str) -> str:
    """A file's name without folders and control characters, cut to 200 characters before its ending."""
    last = PurePath(name.replace("\\", "/")).name
    clean = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").strip(". ")
    path = PurePath(clean or "file")
    return path.stem[: 200 - len(path.suffix)] + path.suffix[:20]


def _by_content(content: bytes) -> str | None:
    for kind, start in STARTS.items():
        if content.startswith(start):
            return kind
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    printable = all(letter in "\r\n\t" or unicodedata.category(letter) != "Cc" for letter in text)
    return TEXT if printable else None


def _office(content: bytes) -> str | None:
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    # the second is what zipfile raises for archives of a version that it cannot read
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return None
    if any(name.endswith(MACROS) for name in names):
        return None
    return next((kind for kind, part in PARTS.items() if part in names), None)

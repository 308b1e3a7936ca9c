"""Names of columns as a file gives them."""

from collections import Counter

from data.errors import UnreadableFileError


def checked_headers(names: list[str], path: str) -> list[str]:
    """Return `names`, or raise `UnreadableFileError` where one is blank, repeated or no text."""
    if spoilt := next((name for name in names if "\0" in name or "\ufffd" in name), None):
        raise UnreadableFileError(
            f"the header {spoilt[:40]!r} is not readable text",
            where=path,
            next_step="Check that the file is what its name says, and state its encoding in source.toml.",
        )
    if not all(name.strip() for name in names):
        blank = next(place for place, name in enumerate(names, start=1) if not name.strip())
        raise UnreadableFileError(
            f"column {blank} has no header",
            where=path,
            next_step="Give every column a name in the first row.",
        )
    name, times = Counter(names).most_common(1)[0] if names else ("", 1)
    if times > 1:
        raise UnreadableFileError(
            f"the header {name!r} stands over {times} columns",
            where=path,
            next_step="Give every column a name of its own in the first row.",
        )
    return names

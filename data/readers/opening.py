"""Opens a delivered file, unpacking gzip, and turns every way that can fail into a sentence."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from fsspec import AbstractFileSystem

from data.errors import UnreadableFileError

AGAIN = "Ask the source to deliver it again"


@contextmanager
def opened(filesystem: AbstractFileSystem, path: str) -> Iterator[BinaryIO]:
    """Open `path` for reading bytes; a name that ends in `.gz` is unpacked on the way.

    Failures of the file system or of gzip inside the `with` block, also late ones while reading, come out as
    `UnreadableFileError`.
    """
    try:
        with filesystem.open(path, "rb") as raw:
            if path.lower().endswith(".gz"):
                with gzip.GzipFile(fileobj=raw, mode="rb") as unpacked:
                    yield cast(BinaryIO, unpacked)
            else:
                yield raw
    except FileNotFoundError as error:
        raise UnreadableFileError(
            "there is no such file", where=path, next_step="Check the name and the folder of the source."
        ) from error
    except PermissionError as error:
        raise UnreadableFileError(
            "no right to read it", where=path, next_step="Let the account that runs inturn read the file."
        ) from error
    except IsADirectoryError as error:
        raise UnreadableFileError(
            "a folder has the name of a file", where=path, next_step="Rename or remove the folder."
        ) from error
    except EOFError as error:
        raise UnreadableFileError("the compressed file ends early", where=path, next_step=f"{AGAIN}, whole.") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise UnreadableFileError(
            f"the gzip compression is damaged ({error})", where=path, next_step=f"{AGAIN}."
        ) from error
    except OSError as error:
        raise UnreadableFileError(
            f"reading failed ({error})",
            where=path,
            next_step="Check the disk or the connection and start again.",
        ) from error

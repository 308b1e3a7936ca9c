"""Any text file as a stream of clean UTF-8, in flat memory."""

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from fsspec import AbstractFileSystem

from data.errors import BadMappingError
from data.readers.encoding import ASCII, SAMPLE_BYTES, Detection, detect_encoding, detect_later
from data.readers.opening import opened

#: bytes handed to a parser at a time; also the longest row that the text readers take
BLOCK_BYTES = 16 * 2**20

#: bytes checked or converted at a time: what fits a processor's cache is fastest
_PIECE_BYTES = 2**20

#: GB 2312 and GBK are parts of GB 18030, and files that claim them often hold more
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030"}


class TextStream:
    """Reads bytes of one encoding, hands out UTF-8.

    A byte order mark is dropped and bytes that do not decode become U+FFFD, for the rows that hold them to be
    refused. Valid UTF-8 passes unchanged. `detection` says what the text is read as; where no encoding is
    declared it is found out at the first byte that is not ASCII, however late that comes.
    """

    def __init__(self, raw: BinaryIO, encoding: str | None) -> None:
        self.detection = declared_encoding(encoding) if encoding else ASCII
        self.closed = False
        self._raw = raw
        self._pieces = self._clean_pieces(declared=encoding is not None)
        self._ready = b""
        self._ending = b""

    def read(self, size: int = -1) -> bytes:
        """Return `size` bytes of UTF-8, fewer only at the end of the file (all of them if negative)."""
        parts = [self._ready]
        have = len(self._ready)
        while size < 0 or have < size:
            piece = self._next_piece()
            if not piece:
                break
            parts.append(piece)
            have += len(piece)
        joined = b"".join(parts)
        if size < 0:
            size = have
        self._ready = joined[size:]
        return joined[:size]

    def unread(self, data: bytes) -> None:
        """Put back what was read too far; the next `read` begins with it."""
        self._ready = data + self._ready

    def end_with(self, ending: bytes) -> None:
        """Let `ending` follow the last byte of the file."""
        self._ending = ending

    def close(self) -> None:
        """Mark the stream closed; whoever opened the file closes it."""
        self.closed = True

    def _next_piece(self) -> bytes:
        for piece in self._pieces:
            if piece:
                return piece
        ending, self._ending = self._ending, b""
        return ending

    def _clean_pieces(self, declared: bool) -> Iterator[bytes]:
        piece = self._next_raw()
        if not declared:
            self.detection = detect_encoding(piece)
        piece = piece.removeprefix(codecs.BOM_UTF8)
        while self.detection is ASCII and piece:
            yield piece
            piece = self._next_raw()
            self.detection = detect_later(piece)
        if codecs.lookup(self.detection.encoding).name == "utf-8":
            yield from _checked_utf8(piece, self._raw)
        else:
            yield from _transcoded(piece, self._raw, self.detection.encoding)

    def _next_raw(self) -> bytes:
        """Return the next piece; from where it is not ASCII, enough of it to judge the encoding by."""
        piece = self._raw.read(_PIECE_BYTES)
        return piece if piece.isascii() else piece + self._raw.read(SAMPLE_BYTES)


@contextmanager
def text_stream(filesystem: AbstractFileSystem, path: str, encoding: str | None) -> Iterator[TextStream]:
    """Open a text file (unpacking `.gz`) as UTF-8; `encoding` None: found out.

    Raises `UnreadableFileError` where the file fails and `BadMappingError` for an unknown encoding.
    """
    with opened(filesystem, path) as raw:
        stream = TextStream(raw, encoding)
        try:
            yield stream
        finally:
            stream.close()


def declared_encoding(encoding: str) -> Detection:
    """Return what a `source.toml` declares; raises `BadMappingError` if Python knows no such encoding."""
    try:
        name = codecs.lookup(encoding).name
        "".encode(name)  # base64 and the like are codecs too, but not of text
    except LookupError as error:
        raise BadMappingError(
            f"there is no encoding {encoding!r}",
            where="source.toml",
            next_step='Write one such as "utf-8", "gb18030" or "utf-16", or leave it out to have it found.',
        ) from error
    if name == "utf-8-sig":
        name = "utf-8"
    return Detection(_WIDER.get(name, name), 1.0, "declared by the source")


def _checked_utf8(piece: bytes, raw: BinaryIO) -> Iterator[bytes]:
    rest = b""
    while piece or rest:
        final = not piece
        data = rest + piece
        try:
            # only the check is wanted: the bytes themselves go on
            _, used = codecs.utf_8_decode(data, "strict", final)
            yield data[:used]
        except UnicodeDecodeError:
            text, used = codecs.utf_8_decode(data, "replace", final)
            yield text.encode()
        rest = data[used:]
        piece = b"" if final else raw.read(_PIECE_BYTES)


def _transcoded(piece: bytes, raw: BinaryIO, encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    first = True
    while True:
        text = decoder.decode(piece, final=not piece)
        if first and text:
            text, first = text.removeprefix("\ufeff"), False
        # "replace": half a surrogate pair, which odd codecs let through, has no UTF-8
        yield text.encode("utf-8", "replace")
        if not piece:
            return
        piece = raw.read(_PIECE_BYTES)

"""Keyed pseudonyms: HMAC-SHA-256 (RFC 2104) of kind and value under a key that never leaves the home."""

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.errors import HomeError
from data.hashing import Hmac

KEY_FILE = "pseudonym.key"
MARK_FILE = "pseudonym.mark"
KEY_BYTES = 32  # RFC 2104, section 3: at least the length of the hash's output
#: hex digits kept; 64 bits: among 100 million people the chance that any two share one is 3 in 10,000,
#: and kernels can hold it as an integer
DIGITS = 16
#: the two hex digits of each byte, as they lie in memory
HEX = np.frombuffer(bytes(range(256)).hex().encode(), np.uint16)
#: how a value begins that stands for nobody in particular: the citizen was not identified
UNIDENTIFIED = "?"

#: what is the same identifier written differently, per kind: SQL over the value `{0}`, which has no blanks around it.
#: Nearly all are in the usual form already, and looking whether one is costs half of bringing it there
NORMAL_FORM = {
    "person": """CASE WHEN regexp_matches({0}, '[^0-9A-Z]')
        THEN upper(regexp_replace(nfc_normalize({0}), '\\s', '', 'g')) ELSE {0} END""",
    "phone": """CASE WHEN regexp_matches({0}, '[^0-9]|^0086')
        THEN regexp_replace(regexp_replace({0}, '[^0-9+#*]', '', 'g'), '^(\\+|00)86', '') ELSE {0} END""",
    "device": "lower(trim({0}))",
    "address": "lower(trim({0}))",
}


@dataclass(frozen=True)
class Key:
    """The secret of one home. Its value shows in no text, log or error."""

    secret: bytes = field(repr=False)

    @classmethod
    def make(cls, folder: Path) -> "Key":
        """Make a key, readable by its owner only; one that exists is loaded, never replaced."""
        if (folder / KEY_FILE).exists() or (folder / MARK_FILE).exists():
            return cls.load(folder)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_once(folder / KEY_FILE, secrets.token_bytes(KEY_BYTES).hex())
        return cls.load(folder)  # which marks the key that is there: somebody else's, if theirs came first

    @classmethod
    def load(cls, folder: Path) -> "Key":
        """Load the key; `HomeError` if it is lost, is not the one the home began with, or is open to others."""
        path, restore = (
            folder / KEY_FILE,
            "Restore the key from its backup; without it no pseudonym can be matched.",
        )
        if not path.exists():
            raise HomeError("the pseudonym key is lost", where=str(path), next_step=restore)
        if path.stat().st_mode & 0o077:
            raise HomeError("others can read the pseudonym key", where=str(path), next_step=f"Run: chmod 600 {path}")
        try:
            key = cls(bytes.fromhex(path.read_text(encoding="ascii")))
        except ValueError:  # which would quote the key
            key = cls(b"")
        if len(key.secret) != KEY_BYTES:
            raise HomeError("the pseudonym key is damaged", where=str(path), next_step=restore)
        mark = folder / MARK_FILE
        if not mark.exists():  # a new key
            _write_once(mark, key.mark)
        if not hmac.compare_digest(mark.read_bytes().strip(), key.mark.encode("ascii")):
            raise HomeError("the pseudonym key is not the one this home began with", where=str(path), next_step=restore)
        return key

    @property
    def mark(self) -> str:
        """A digest that tells keys apart and reveals nothing of them."""
        return hmac.new(self.secret, b"inturn key mark", hashlib.sha256).hexdigest()[:DIGITS]

    def pseudonyms(self, values: pa.ChunkedArray, kind: str) -> pa.ChunkedArray:
        """Pseudonyms (16 hex digits) of normalised values of one kind; null stays null.

        One hash a distinct value and batch. An unidentified citizen keeps the leading '?', so that
        nobody mistakes the stand-in for a person.
        """
        encoded = pc.dictionary_encode(values.combine_chunks())
        return pa.chunked_array([self._named(encoded.dictionary, kind).take(encoded.indices)])

    def _named(self, values: pa.StringArray, kind: str) -> pa.StringArray:
        first = self._hmac.digests(kind.encode() + b"\0", values.cast(pa.binary()))[:, : DIGITS // 2]
        ends = np.arange(len(values) + 1, dtype=np.int32) * DIGITS
        names = pa.StringArray.from_buffers(len(values), pa.py_buffer(ends), pa.py_buffer(HEX[first]))
        unidentified = pc.starts_with(values, UNIDENTIFIED)
        if not pc.any(unidentified).as_py():
            return names
        return pc.if_else(unidentified, pc.binary_join_element_wise(UNIDENTIFIED, names, ""), names)

    @cached_property
    def _hmac(self) -> Hmac:
        return Hmac(self.secret)


def _write_once(path: Path, text: str) -> None:
    """A file for the owner's eyes, whole or not at all; one that exists stays: whoever comes first wins."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()

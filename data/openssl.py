"""A compiled loop over SHA-256 as OpenSSL computes it.

Between two calls of the library Python spends more time than the library in them, and holds its lock all the while. The
hash stays the library's: the very one behind `hashlib`, by its public functions.
"""

import _hashlib
import ctypes
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

DIGEST_BYTES = 32  # FIPS 180-4

STATE, BYTES, SIZE, DONE = ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int


class OpenSslLoop:
    """Double hashes of many values; threads may share it.

    Making it compiles. `OSError` or `AttributeError` where the library cannot be reached from outside Python.
    """

    def __init__(self) -> None:
        library = ctypes.CDLL(_hashlib.__file__)
        self._new = _function(library.EVP_MD_CTX_new, STATE)
        self._free = _function(library.EVP_MD_CTX_free, None, STATE)
        self._sha256 = _function(library.EVP_sha256, ctypes.c_void_p)
        self._begin = _function(library.EVP_DigestInit_ex, DONE, STATE, ctypes.c_void_p, ctypes.c_void_p)
        self._update = _function(library.EVP_DigestUpdate, DONE, STATE, BYTES, SIZE)
        copy = _function(library.EVP_MD_CTX_copy_ex, DONE, STATE, STATE)
        finish = _function(library.EVP_DigestFinal_ex, DONE, STATE, BYTES, ctypes.c_void_p)
        self._fill = _compiled(copy, self._update, finish)
        self(b"", b"", pa.array([b""]))  # compiled by the first call

    def __call__(self, inner: bytes, outer: bytes, values: pa.BinaryArray) -> npt.NDArray[np.uint8]:
        """The SHA-256 of `outer` and the SHA-256 of `inner` and the value: a row of 32 bytes for each."""
        digests = np.empty((len(values), DIGEST_BYTES), np.uint8)
        _, ends, text = values.buffers()
        places = np.frombuffer(ends, np.int32)[values.offset :][: len(values) + 1]
        with ExitStack() as stack:
            begun, ended, work = (self._state(stack, start) for start in (inner, outer, b""))
            if not self._fill(begun, ended, work, text.address if text else 0, places, digests):
                raise MemoryError("OpenSSL could not hash")
        return digests

    def _state(self, stack: ExitStack, start: bytes) -> int:
        """A state of the hash behind some bytes; it goes with the stack."""
        state: int | None = self._new()
        stack.callback(self._free, state)
        if not (state and self._begin(state, self._sha256(), None) and self._update(state, start, len(start))):
            raise MemoryError("OpenSSL could not begin to hash")
        return state


def _function(found: Any, result: Any, *arguments: Any) -> Any:
    found.restype, found.argtypes = result, arguments
    return found


def _compiled(copy: Any, update: Any, finish: Any) -> Callable[..., bool]:
    import numba  # noqa: PLC0415 # half a second, for many values only

    @numba.njit(nogil=True)  # type: ignore[untyped-decorator]
    def fill(
        begun: int, ended: int, work: int, text: int, places: npt.NDArray[np.int32], digests: npt.NDArray[np.uint8]
    ) -> bool:
        done = True
        for row in range(len(digests)):
            digest = digests.ctypes.data + row * DIGEST_BYTES
            done &= copy(work, begun) == 1
            done &= update(work, text + places[row], places[row + 1] - places[row]) == 1
            done &= finish(work, digest, 0) == 1
            done &= copy(work, ended) == 1
            done &= update(work, digest, DIGEST_BYTES) == 1
            done &= finish(work, digest, 0) == 1
        return done

    return fill  # type: ignore[no-any-return]

"""Hashing many values: the loop over OpenSSL gives what Python gives, and takes over unnoticed."""

import _hashlib
import hashlib
import hmac
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.hashing import FEW, Hmac, in_python
from data.openssl import OpenSslLoop

SECRET = bytes(range(32))


@pytest.fixture(scope="module")
def loop() -> OpenSslLoop:
    try:
        return OpenSslLoop()
    except (OSError, AttributeError) as error:
        pytest.skip(f"the OpenSSL of this Python cannot be reached from outside: {error}")


@settings(max_examples=150, derandomize=True, deadline=None)
@given(values=st.lists(st.binary(max_size=300)), start=st.integers(0, 3), inner=st.binary(max_size=200))
def test_the_loop_gives_what_python_gives(loop: OpenSslLoop, values: list[bytes], start: int, inner: bytes) -> None:
    some = pa.array(values, pa.binary()).slice(start)
    assert np.array_equal(loop(inner, b"outer", some), in_python(inner, b"outer", some))


def many() -> pa.BinaryArray:
    return pa.array([f"199{number:08}".encode() for number in range(FEW // 4)])


def test_the_loop_takes_over_unnoticed_while_threads_hash() -> None:
    values, shared = many(), Hmac(SECRET)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: shared.digests(b"phone\0", values), range(10)))
    assert all(np.array_equal(one, found[0]) for one in found)
    assert found[0][7].tobytes() == hmac.digest(SECRET, b"phone\0" + values[7].as_py(), hashlib.sha256)


def test_where_the_library_cannot_be_reached_python_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(_hashlib, "__file__")
    values, alone = many(), Hmac(SECRET)
    found = [alone.digests(b"phone\0", values) for _ in range(6)]
    assert all(np.array_equal(one, found[0]) for one in found)

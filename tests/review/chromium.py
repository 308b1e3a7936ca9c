"""Debian's Chromium, driven by Playwright; installed where that is allowed, else it is said how."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

PACKAGES = ("chromium", "fonts-noto-cjk")
HOW = f"Chromium is not here: apt-get install {' '.join(PACKAGES)}"


def executable() -> str:
    """Where Chromium is; root installs it where it is missing, anybody else is told how."""
    found = shutil.which("chromium")
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *PACKAGES]):
            subprocess.run(["apt-get", *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        found = shutil.which("chromium")
    if found is None:
        raise RuntimeError(HOW)
    return found


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    """A browser; no window, and no sandbox where root runs it, which Chromium refuses otherwise."""
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=flags)
        yield browser
        browser.close()

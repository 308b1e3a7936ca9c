"""Homes to run nights in: real ones, with the small world as their source."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from airflow_support import World

from data.home import Home
from data.worlds import simulate


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("world") / "small"
    return World(folder, date.fromisoformat(simulate("small", folder).first_day))


@pytest.fixture
def home_of(tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Home]:
    """Makes a home whose sources are copies of the small world, by name."""
    monkeypatch.delenv("INTURN_HOME", raising=False)

    def make(*sources: str) -> Home:
        root = tmp_path / "home"
        Home.create(root)
        lines = []
        for name in sources:
            shutil.copytree(world.folder, tmp_path / name)
            lines.append(f'[[sources]]\nname = "{name}"\nlocation = "{(tmp_path / name).as_posix()}"\n')
        (root / "inturn.toml").write_text("wait_s = 30\n" + "\n".join(lines), encoding="utf-8")
        return Home.open(root)

    return make

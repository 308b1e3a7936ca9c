"""Settings: what is misspelt or impossible is an error that names it."""

import os
from pathlib import Path

import pytest

from data.errors import HomeError
from data.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("INTURN_")]:
        monkeypatch.delenv(name)


def load(tmp_path: Path, text: str | bytes) -> Settings:
    path = tmp_path / "inturn.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_settings(path)


def test_an_empty_file_is_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path, "").model_dump() == load(tmp_path, "# nothing").model_dump() == Settings().model_dump()


def test_the_environment_stands_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTURN_WAIT_S", "7")
    assert load(tmp_path, "wait_s = 3\ntraining_days = 5").wait_s == 7
    assert load(tmp_path, "wait_s = 3\ntraining_days = 5").training_days == 5


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("wait = 3", "'wait'"),
        ('timezone = "Asia/Shangai"', "no such time zone: 'Asia/Shangai'"),
        ("max_reject_share = 1.5", "'max_reject_share'"),
        ("training_days = 0", "'training_days'"),
        ("false_discovery_rate = 0", "'false_discovery_rate'"),
        ('wait_s = "long"', "'wait_s'"),
        ('[[sources]]\nname = "a b"\nlocation = "x"', "'sources.0.name'"),
        ('[[sources]]\nname = "hall"', "'sources.0.location'"),
        ('[[sources]]\nname = "hall"\nlocation = "x"\nmaping = "y"', "'sources.0.maping'"),
        ("wait_s = ", "not TOML"),
        pytest.param("sources = " + "[" * 5_000 + "]" * 5_000, "nested too deeply", id="nested"),
        ("timezone = '上海'".encode("gb18030"), "not TOML"),
    ],
)
def test_what_is_wrong_is_named_with_its_file(tmp_path: Path, text: str | bytes, named: str) -> None:
    with pytest.raises(HomeError, match=r"inturn\.toml: ") as raised:
        load(tmp_path, text)
    assert named in str(raised.value)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("INTURN_WAITS", "3", "no such setting: INTURN_WAITS"),
        ("INTURN_WAIT_S", "long", r"environment, INTURN_WAIT_S: setting 'wait_s': .*\. Unset it, or mend its value\."),
        ("INTURN_TIMEZONE", "Mars", "environment, INTURN_TIMEZONE: setting 'timezone': .*no such time zone: 'Mars'"),
        ("INTURN_SOURCES", "[{}]", r"environment, INTURN_SOURCES: setting 'sources\.0\.name'"),
        ("INTURN_SOURCES", "not json", "environment, INTURN_SOURCES: setting 'sources' cannot be read. Unset it"),
    ],
)
def test_a_wrong_variable_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(HomeError, match=said):
        load(tmp_path, "")


def test_only_what_a_night_s_result_hangs_on_makes_other_settings(tmp_path: Path) -> None:
    """Replays compare the digest, and say that others may explain what differs."""
    plain = load(tmp_path, "").digest()
    beside = 'wait_s = 5\nvault = true\nmax_reject_share = 0.2\n[[sources]]\nname = "hall"\nlocation = "x"'
    assert load(tmp_path, beside).digest() == plain
    assert load(tmp_path, "training_days = 5").digest() != plain

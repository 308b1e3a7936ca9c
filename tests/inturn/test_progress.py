"""Progress where nobody looks at a terminal."""

import pytest

from inturn import progress
from inturn.progress import Bars


@pytest.mark.parametrize(("every", "said"), [(0, "Nights: 50 %  2026-03-02\n"), (3600, "")], ids=["due", "not yet"])
def test_a_line_a_while_says_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], every: int, said: str
) -> None:
    monkeypatch.setattr(progress, "LINE_S", every)
    with Bars() as bars:
        bars.start("Nights", 2)
        bars.advance(1, "2026-03-02")
    assert capsys.readouterr().err == said

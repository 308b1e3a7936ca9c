"""The font of everything that is printed: Noto Sans SC, which comes with the set-up, the same on every machine."""

from functools import cache
from pathlib import Path

from matplotlib.font_manager import FontProperties
from pylopdf_fonts_zh_cn import sans_path

#: its name in its own file
FAMILY = "Noto Sans SC"


def folder() -> Path:
    """Where the font's file lies."""
    return Path(sans_path()).parent


@cache
def of_size(points: float) -> FontProperties:
    """The font at a size, for a static picture."""
    return FontProperties(fname=str(sans_path()), size=points)

"""Parts of an option that several pictures of bars share."""

from collections.abc import Sequence
from typing import Any

from review.wording import plain

#: px that a bar's row takes, and its name beside it
ROW_PX, NAME_PX = 34, 216
#: px of a page that is narrow, and of a name there
NARROW_PX, NARROW_NAME_PX = 500, 116
#: px of the letters of names, there and elsewhere, and between their lines
NARROW_FONT_PX, FONT_PX, LEADING_PX = 10, 12, 2
#: px for what stands above and below the rows
FRAME_PX = 84

TIP = {"trigger": "item", "renderMode": "richText", "confine": True}


def names_axis(names: Sequence[str], width: int = NAME_PX) -> dict[str, Any]:
    """The axis of horizontal bars, first name on top, long names on several lines."""
    return {
        "type": "category",
        "inverse": True,
        "data": list(names),
        "axisTick": {"show": False},
        "axisLabel": {
            "width": width,
            "overflow": "break",
            "interval": 0,
            "fontSize": FONT_PX,
            "lineHeight": FONT_PX + LEADING_PX,
        },
    }


def on_phones(option: dict[str, Any]) -> dict[str, Any]:
    """The option with names on more and shorter lines where the page is narrow; others as they are."""
    width = option["yAxis"].get("axisLabel", {}).get("width")
    if width is None:
        return option
    left = option["grid"]["left"]

    def laid_out(left: int, width: int, size: int) -> dict[str, Any]:
        label = {"width": width, "fontSize": size, "lineHeight": size + LEADING_PX}
        return {"grid": {"left": left}, "yAxis": {"axisLabel": label}}

    narrow = min(width, NARROW_NAME_PX)
    media = [
        {"query": {"maxWidth": NARROW_PX}, "option": laid_out(left - width + narrow, narrow, NARROW_FONT_PX)},
        {"option": laid_out(left, width, FONT_PX)},
    ]
    return option | {"media": media}


def series(name: str, colour: str, values: Sequence[float | None], labels: Sequence[str] | None = None) -> Any:
    """Bars of one colour, each with its label at its end."""
    data: list[Any] = [None if value is None else {"value": value} for value in values]
    for item, label in zip(data, labels or (), strict=False):
        if item is not None:
            item["label"] = {"show": True, "formatter": plain(label, 60), "position": "right"}
    return {"type": "bar", "name": name, "itemStyle": {"color": colour}, "barMaxWidth": 18, "data": data}


def height(rows: int, px: int = ROW_PX) -> int:
    """Height of a picture with so many rows."""
    return FRAME_PX + px * rows

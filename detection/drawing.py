"""How pictures of reports are drawn: as SVG text, in colours that keep apart also for the colour-blind."""

import io
import re
import warnings
from collections.abc import Callable
from typing import TypeVar

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

Subject = TypeVar("Subject")

#: inches; two stand side by side on an A4 page
SIZE = (4.6, 3.2)
#: inches of height that a name beside a picture needs to be read
LINE = 0.22
#: Okabe and Ito 2008, Color Universal Design; the product's own first
OWN, OTHERS = "#0072B2", ("#E69F00", "#009E73", "#CC79A7", "#666666")
#: text stays text, set in the reader's fonts; the same report gives the same bytes
SETTINGS = {"svg.fonttype": "none", "svg.hashsalt": "inturn", "font.size": 9, "axes.spines.top": False}
SETTINGS |= {"axes.spines.right": False}


def svg(draw: Callable[[Axes, Subject], None], subject: Subject, names: int = 0, prefix: str = "") -> str:
    """One picture as an SVG element.

    `names`: how many stand one below the other beside it; `prefix`: letters and digits that set it apart from others of
    the same kind on one page.
    """
    with mpl.rc_context(SETTINGS), warnings.catch_warnings():
        # the reader's fonts draw the names, not this machine's
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure = Figure((SIZE[0], max(SIZE[1], 1 + LINE * names)), layout="constrained")
        draw(figure.subplots(), subject)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    text = out.getvalue()
    # several pictures stand on one page, where a name may be given once
    return re.sub(r'( id="|="#|url\(#)', rf"\1{prefix}{draw.__name__}-", text[text.index("<svg") :])


def legend(axes: Axes) -> None:
    """Above the picture, where it hides nothing."""
    axes.legend(frameon=False, fontsize=7, loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0.2)

"""A report as one page that needs nothing else: no script, no network; it prints on A4."""

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from detection.drawing import svg
from detection.evaluation.plots import first_flag, precision_recall, recall_by_scheme, reliability
from detection.evaluation.report import Report
from detection.evaluation.wording import calibrated, figure, fraction, of_flagged, percent, verdict


def page(report: Report) -> str:
    """The page as HTML; whatever comes from data is escaped."""
    environment = Environment(
        loader=PackageLoader("detection.evaluation", "."), autoescape=True, undefined=StrictUndefined
    )
    environment.filters |= {"figure": figure, "fraction": fraction, "percent": percent}
    pictures = []
    if report.curve:
        pictures.append(("Precision and recall", svg(precision_recall, report)))
    if report.schemes:
        pictures.append(("Found by scheme", svg(recall_by_scheme, report, 2 * len(report.schemes))))
    if report.first_flags:
        pictures.append(("First flag of each ring (cross: never)", svg(first_flag, report, len(report.first_flags))))
    if report.calibration:
        pictures.append(("Score and truth (larger: more bookings)", svg(reliability, report)))
    return environment.get_template("page.html.j2").render(
        report=report,
        verdict=verdict(report),
        of_flagged=of_flagged,
        calibrated=calibrated,
        # drawn by matplotlib, which escapes the names in them
        pictures=[(title, Markup(picture)) for title, picture in pictures],  # noqa: S704
        ways=[
            ("inturn", report.ranking, report.flagged),
            *((peer.name, peer.ranking, peer.flagged) for peer in report.peers),
        ],
        firsts={first.ring: first for first in report.first_flags},
    )

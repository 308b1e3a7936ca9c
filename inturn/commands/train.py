"""`inturn train`."""

import typer
from rich.markup import escape

from inturn.learning import STEPS, labels, learn
from inturn.options import AsOfOption, HomeOption, open_home, today
from inturn.progress import Bars, safe


def add_to(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("train")(train)


def train(as_of: AsOfOption = None, home: HomeOption = None) -> None:
    """Learn from the verdicts that were known at the end of a day, and put the model in service if it is better.

    Better means: on nights that followed its training, with a bound, and for no centre or age group worse beyond
    one. Otherwise it is kept with the reason (inturn models). With too few verdicts nothing is done. It serves from
    the night after the last scored one on; docs/learning.md tells the rest.

    Example: inturn train --as-of 2026-03-31
    """
    opened = open_home(home)
    day = as_of or today(opened)
    with Bars() as bars:
        bars.start("Training", 1 + len(STEPS))
        known = labels(opened, day)
        bars.advance(1, "labels")
        done = {}
        for step in STEPS if not known["missing"] else ():
            done[step] = learn(opened, day, step)
            bars.advance(1, step)
    typer.echo(
        f"Verdicts known on {day}: {known['manipulated']:,} manipulated, {known['lawful']:,} lawful, "
        f"{known['unclear']:,} unclear; on {known['conflicts']:,} bookings inspectors differ."
    )
    if known["not_scored"]:
        typer.echo(f"On bookings that no night has scored, and left out: {known['not_scored']:,}.")
    if known["known_later"]:
        typer.echo(f"Known only later, and left out: {known['known_later']:,}; a later --as-of counts them.")
    for pair, agreed in known["agreement"].items():
        typer.echo(f"Agreement of {escape(pair)}: kappa {agreed:.2f}")
    if known["second_look"]:
        place = opened.path("learning", str(day), "second_look.parquet")
        typer.echo(f"Against strong evidence, for a second look: {known['second_look']:,}, in {place}")
    if not done:
        lacking = " and ".join(f"{number} more {kind}" for kind, number in known["missing"].items())
        typer.echo(f"Too few to learn from: {lacking} needed. Scores stay as they are.")
        return
    result = done["promote"]
    state = f"in service from {result['first_day']} on" if result["promoted"] else "kept, not in service"
    typer.echo(f"{result['version']}: {state}: {result['reason']}.")
    if done["train"]["without"]:
        spared = ", ".join(map(safe, done["train"]["without"]))
        typer.echo(f"Spared centres, which keep the score without a model since it was worse there: {spared}")
    typer.echo(f"Next: inturn models show {result['version']}")

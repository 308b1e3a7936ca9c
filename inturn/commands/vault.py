"""`inturn vault`: upkeep of the encrypted identities."""

import typer

from data.vault import rotate as rotate_keys
from inturn.options import HomeOption, open_home

vault = typer.Typer(no_args_is_help=True, help="Upkeep of the vault of identities: rotate.")


def add_to(app: typer.Typer) -> None:
    """Mount the commands."""
    app.add_typer(vault, name="vault")


@vault.callback()
def _keep_as_group() -> None:
    """One command alone would take the group's place."""


@vault.command()
def rotate(home: HomeOption = None) -> None:
    """Encrypt the vault anew under a new key; the old one is then no longer needed.

    Where INTURN_VAULT_KEYS gives the keys, under the first of them. A backup of the old vault still needs the old key.
    """
    count = rotate_keys(open_home(home))
    typer.echo(f"{count:,} identities are encrypted under the new key.")

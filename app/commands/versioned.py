"""``behorig version``: which version is installed."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

import click


@click.command("version")
def show_version() -> None:
    """Vilken version som är installerad."""
    try:
        click.echo(version("behorig"))
    except PackageNotFoundError:
        click.echo("inte installerad som paket")

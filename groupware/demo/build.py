"""Build the demo."""

import click
from flask import Flask


def build_demo(app: Flask, size: str, *, if_empty: bool = False) -> None:
    """Fill the database of `app`."""
    click.echo(f"{app.name} {size} {if_empty}")

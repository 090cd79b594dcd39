"""The command `technopole`: its own commands and those of every folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from typing import Annotated, Any

import typer

from technopole import __version__

# Small products of vectors gain nothing from threads, and threads that fight over busy cores were
# measured at a third of the speed; read by the numeric library when it is first loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

app = typer.Typer(
    name="technopole",
    help="The open platform of a regional technology-transfer office · 区域技术转移机构的开放平台",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def django_ready(*, sample_accounts: bool = False) -> None:
    """Set Django up for a command that uses the office's records."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "technopole.config.settings")
    if sample_accounts:
        os.environ.setdefault("TECHNOPOLE_SAMPLE_ACCOUNTS", "1")
    import django

    django.setup()


def _later(module: str, function: str) -> Callable[..., Any]:
    """The function, imported only when the command runs: `technopole match` needs no Django."""
    return getattr(import_module(module), function)


@app.callback(invoke_without_command=True)
def version(show: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Global options."""
    if show:
        typer.echo(__version__)
        raise typer.Exit


@app.command()
def serve(
    sample: Annotated[
        bool, typer.Option("--sample", help="Load the sample region when there are no records yet.")
    ] = False,
    port: Annotated[int | None, typer.Option(help="First port to try; the next free one is taken.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Serve the portal with its background worker until Ctrl-C."""
    django_ready(sample_accounts=sample)
    raise typer.Exit(_later("technopole.cli.serve", "serve")(sample=sample, port=port, host=host))


@app.command()
def loop(
    results: Annotated[
        str, typer.Option(help="Your own results (csv, xlsx, jsonl); - for standard input.")
    ] = "",
    needs: Annotated[str, typer.Option(help="Your own needs.")] = "",
    sites: Annotated[str, typer.Option(help="Your own sites; the sample's parks when left out.")] = "",
    out: Annotated[str, typer.Option(help="Folder for matches.csv and results.csv.")] = "",
    sample_folder: Annotated[
        str, typer.Option("--sample", help="Another sample folder than the project's.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Run the four steps on a throw-away database, on the sample region or on your own files."""
    raise typer.Exit(
        _later("technopole.cli.throwaway", "run_loop")(
            results=results, needs=needs, sites=sites, out=out, sample=sample_folder, as_json=as_json
        )
    )


@app.command()
def load(
    folder: Annotated[str, typer.Argument(help="A sample folder; the project's own when left out.")] = "",
) -> None:
    """Load a sample region into the office's database; records that exist are left as they are."""
    django_ready()
    raise typer.Exit(_later("technopole.cli.serve", "load")(folder))


@app.command()
def migrate() -> None:
    """Bring the database to this version's shape."""
    django_ready()
    _later("technopole.cli.serve", "prepare")()


@app.command()
def worker() -> None:
    """Run background jobs until stopped; `serve` starts one by itself."""
    django_ready()
    from django.core.management import call_command

    call_command("db_worker", interval=1, verbosity=0)


@app.command()
def account(
    username: Annotated[str, typer.Argument(help="Name to sign in with.")],
    role: Annotated[
        str,
        typer.Option(help="director, officer, researcher, clinician, scout, park_manager, approver, analyst"),
    ],
    name: Annotated[str, typer.Option(help="The person's name.")],
    organisation: Annotated[str, typer.Option(help="The person's organisation; made when it is new.")],
) -> None:
    """Make an account with a role; asks for the password."""
    django_ready()
    _later("technopole.cli.serve", "prepare")()
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    raise typer.Exit(
        _later("technopole.cli.accounts", "make_account")(username, password, role, name, organisation)
    )


def _add_folders() -> None:
    for module, name in (
        ("technopole.matching.cli", "match"),
        ("technopole.evidence.cli", "evidence"),
        ("technopole.landing.cli", "landing"),
    ):
        app.add_typer(import_module(module).app, name=name)


def main() -> None:
    """The entry point of the script."""
    _add_folders()
    app()

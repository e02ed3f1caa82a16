"""``turnout drill``: the commands of a drill, each a few lines that call what does the work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli import options as o
from sim.cli.drill_commands import COMMANDS
from sim.cli.say import mends, voice

drill_app = typer.Typer(help=voice.text("help.drill"), context_settings={"help_option_names": ["-h", "--help"]})

LogArgument = Annotated[Path, typer.Argument(help=voice.text("arg.drill_log"), show_default=False, **o.ARGUMENTS)]
DrillOption = Annotated[
    Path | None, typer.Option("--drill", "-d", help=voice.text("opt.drill"), show_default=False, **o.PANEL)
]
ReviewOutOption = Annotated[
    Path | None, typer.Option("--out", "-o", help=voice.text("opt.review_out"), show_default=False, **o.PANEL)
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help=voice.text("opt.yes"), show_default=False, **o.PANEL)]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help=voice.text("opt.dry_run"), show_default=False, **o.PANEL)
]
ConfirmedOption = Annotated[
    Path | None, typer.Option("--confirmed", help=voice.text("opt.confirmed"), show_default=False, **o.PANEL)
]
EarlierOption = Annotated[
    list[Path] | None, typer.Option("--earlier", help=voice.text("opt.earlier"), show_default=False, **o.PANEL)
]
AsRunOption = Annotated[
    bool | None, typer.Option("--as-run/--no-as-run", help=voice.text("opt.as_run"), show_default=False, **o.PANEL)
]
CopiesOption = Annotated[
    int | None, typer.Option("--replications", "-n", help=voice.text("opt.copies"), show_default=False, **o.PANEL)
]

CalibrateOption = Annotated[
    bool, typer.Option("--calibrate", help=voice.text("opt.calibrate"), show_default=False, **o.PANEL)
]
DrawsOption = Annotated[int, typer.Option("--draws", help=voice.text("opt.draws"), **o.PANEL)]


@drill_app.callback(invoke_without_command=True)
@mends
def begin(context: typer.Context) -> None:
    """Without a command, show the help."""
    if context.invoked_subcommand is None:
        context.get_help()
        raise typer.Exit


for name, command in COMMANDS.items():
    drill_app.command(
        name, help=voice.text(f"help.drill.{name}"), rich_help_panel=voice.text("panel.commands"),
    )(command)


@drill_app.command(help=voice.text("help.drill.review"), rich_help_panel=voice.text("panel.commands"))
@mends
def review(
    log: LogArgument, drill: DrillOption = None, folder: ReviewOutOption = None, confirmed: ConfirmedOption = None,
    yes: YesOption = False, dry_run: DryRunOption = False, earlier: EarlierOption = None, as_run: AsRunOption = None,
    calibrate: CalibrateOption = False, draws: DrawsOption = 1024, city: o.CityOption = None,
    copies: CopiesOption = None, workers: o.WorkersOption = None, lang: o.LangOption = None,
) -> None:
    """Compare the log of a drill with its simulated law."""
    from sim.cli.drill_review import Wishes, review_log

    voice.speak(lang)
    o.check_at_least(replications=(copies, 1), workers=(workers, 1), draws=(draws, 256))
    review_log(Wishes(
        log=log, drill=drill, out=folder, confirmed=confirmed, yes=yes, dry_run=dry_run, earlier=tuple(earlier or ()),
        as_run=as_run, calibrate=calibrate, draws=draws, city=city, copies=copies, workers=workers,
    ))

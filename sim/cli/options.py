"""The words of the command line: arguments and options, with their help in the language of the user."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.say import voice
from sim.common.errors import InputError, Problem

PANEL = {"rich_help_panel": voice.text("panel.options")}
ARGUMENTS = {"rich_help_panel": voice.text("panel.arguments")}

CityArgument = Annotated[Path, typer.Argument(help=voice.text("arg.city"), show_default=False, **ARGUMENTS)]
StudyArgument = Annotated[Path, typer.Argument(help=voice.text("arg.study"), show_default=False, **ARGUMENTS)]
PlayArgument = Annotated[
    Path, typer.Argument(help=voice.text("arg.study_or_hazard"), show_default=False, **ARGUMENTS)
]
HazardArgument = Annotated[
    Path | None, typer.Argument(help=voice.text("arg.hazard"), show_default=False, **ARGUMENTS)
]
BatchArgument = Annotated[Path, typer.Argument(help=voice.text("arg.batch"), show_default=False, **ARGUMENTS)]
SensitivityArgument = Annotated[
    Path, typer.Argument(help=voice.text("arg.sensitivity"), show_default=False, **ARGUMENTS)
]
RunArgument = Annotated[Path, typer.Argument(help=voice.text("arg.run"), show_default=False, **ARGUMENTS)]
SqlArgument = Annotated[str | None, typer.Argument(help=voice.text("arg.sql"), show_default=False, **ARGUMENTS)]
OutArgument = Annotated[Path, typer.Argument(help=voice.text("arg.export_out"), show_default=False, **ARGUMENTS)]
FolderArgument = Annotated[Path, typer.Argument(help=voice.text("arg.folder"), show_default=False, **ARGUMENTS)]

LangOption = Annotated[str | None, typer.Option("--lang", help=voice.text("opt.lang"), show_default=False, **PANEL)]
DebugOption = Annotated[bool, typer.Option("--debug", help=voice.text("opt.debug"), show_default=False, **PANEL)]
VersionOption = Annotated[
    bool, typer.Option("--version", help=voice.text("opt.version"), show_default=False, is_eager=True, **PANEL)
]
ListOption = Annotated[str | None, typer.Option("--list", help=voice.text("opt.list"), show_default=False, **PANEL)]
ReplicationsOption = Annotated[
    int | None, typer.Option("--replications", "-n", help=voice.text("opt.replications"), show_default=False, **PANEL)
]
WorkersOption = Annotated[
    int | None, typer.Option("--workers", "-w", help=voice.text("opt.workers"), show_default=False, **PANEL)
]
OutOption = Annotated[
    Path | None, typer.Option("--out", "-o", help=voice.text("opt.out"), show_default=False, **PANEL)
]
ClusterOption = Annotated[
    str | None, typer.Option("--cluster", help=voice.text("opt.cluster"), show_default=False, **PANEL)
]
YearArgument = Annotated[Path, typer.Argument(help=voice.text("arg.year"), show_default=False, **ARGUMENTS)]
BaselineOption = Annotated[
    str | None, typer.Option("--baseline", help=voice.text("opt.baseline"), show_default=False, **PANEL)
]
CsvOption = Annotated[bool, typer.Option("--csv", help=voice.text("opt.csv"), show_default=False, **PANEL)]
ToOption = Annotated[str, typer.Option("--to", help=voice.text("opt.to"), show_default=False, **PANEL)]
TableOption = Annotated[
    list[str] | None, typer.Option("--table", "-t", help=voice.text("opt.table"), show_default=False, **PANEL)
]
TargetOption = Annotated[
    str | None, typer.Option("--target", help=voice.text("opt.target"), show_default=False, **PANEL)
]
MeasureOption = Annotated[
    str | None, typer.Option("--measure", help=voice.text("opt.measure"), show_default=False, **PANEL)
]
AboveOption = Annotated[
    float | None, typer.Option("--above", help=voice.text("opt.above"), show_default=False, **PANEL)
]
BelowOption = Annotated[
    float | None, typer.Option("--below", help=voice.text("opt.below"), show_default=False, **PANEL)
]
FreshOption = Annotated[bool, typer.Option("--fresh", help=voice.text("opt.fresh"), show_default=False, **PANEL)]
NoReportOption = Annotated[
    bool, typer.Option("--no-report", help=voice.text("opt.no_report"), show_default=False, **PANEL)
]
LayoutOption = Annotated[
    str | None, typer.Option("--layout", help=voice.text("opt.layout"), show_default=False, **PANEL)
]
CityOption = Annotated[Path | None, typer.Option("--city", help=voice.text("opt.city"), show_default=False, **PANEL)]
SeedOption = Annotated[int | None, typer.Option("--seed", help=voice.text("opt.seed"), show_default=False, **PANEL)]
ReplicationOption = Annotated[
    int | None, typer.Option("--replication", help=voice.text("opt.replication"), show_default=False, **PANEL)
]
DemandOption = Annotated[
    int | None, typer.Option("--demand", help=voice.text("opt.demand"), show_default=False, **PANEL)
]
CrewOption = Annotated[str | None, typer.Option("--crew", help=voice.text("opt.crew"), show_default=False, **PANEL)]
AllOption = Annotated[bool, typer.Option("--all", help=voice.text("opt.all"), show_default=False, **PANEL)]
SaveOption = Annotated[Path | None, typer.Option("--save", help=voice.text("opt.save"), show_default=False, **PANEL)]
ShowOption = Annotated[Path | None, typer.Option("--show", help=voice.text("opt.show"), show_default=False, **PANEL)]


def check_at_least(**options: tuple[int | None, int]) -> None:
    """Raise :class:`InputError` for each option, given as (value, least sensible value), that is too small."""
    problems = [
        Problem(code="cli.at_least", file=f"--{name}", value=str(value), params={"bound": bound})
        for name, (value, bound) in options.items()
        if value is not None and value < bound
    ]
    if problems:
        raise InputError(problems)
SelectMeasureOption = Annotated[
    str, typer.Option("--measure", help=voice.text("opt.select_measure"), show_default=False, **PANEL)
]
DeltaOption = Annotated[float, typer.Option("--delta", help=voice.text("opt.delta"), show_default=False, **PANEL)]
AlphaOption = Annotated[float, typer.Option("--alpha", help=voice.text("opt.alpha"), **PANEL)]
LessOption = Annotated[
    bool | None,
    typer.Option("--less-is-better/--more-is-better", help=voice.text("opt.less"), show_default=False, **PANEL),
]
MaxOption = Annotated[int | None, typer.Option("--max", help=voice.text("opt.max"), show_default=False, **PANEL)]

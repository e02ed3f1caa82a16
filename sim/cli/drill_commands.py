"""``turnout drill design``, ``package``, ``import``: what the command line asks for, see ``drill_make``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from sim.cli import options as o
from sim.cli.say import mends, voice

DesignArgument = Annotated[Path, typer.Argument(help=voice.text("arg.design"), show_default=False, **o.ARGUMENTS)]
MselArgument = Annotated[Path, typer.Argument(help=voice.text("arg.msel"), show_default=False, **o.ARGUMENTS)]
DrillOutOption = Annotated[
    Path | None, typer.Option("--out", "-o", help=voice.text("opt.drill_out"), show_default=False, **o.PANEL)
]
AlternativeOption = Annotated[
    int, typer.Option("--alternative", "-a", help=voice.text("opt.alternative"), show_default=False, **o.PANEL)
]
CopiesOption = Annotated[
    int | None,
    typer.Option("--replications", "-n", help=voice.text("opt.benchmark_copies"), show_default=False, **o.PANEL),
]
DraftOption = Annotated[bool, typer.Option("--draft", help=voice.text("opt.draft"), show_default=False, **o.PANEL)]
FreshOption = Annotated[
    bool, typer.Option("--fresh", help=voice.text("opt.search_fresh"), show_default=False, **o.PANEL)
]
DrillOption = Annotated[
    Path, typer.Option("--drill", "-d", help=voice.text("opt.msel_drill"), show_default=False, **o.PANEL)
]
YesOption = Annotated[
    bool, typer.Option("--yes", "-y", help=voice.text("opt.take_yes"), show_default=False, **o.PANEL)
]


@mends
def design(
    file: DesignArgument, workers: o.WorkersOption = None, folder: DrillOutOption = None, lang: o.LangOption = None
) -> None:
    """Search disasters for a drill."""
    from sim.cli.drill_make import design_drill

    voice.speak(lang)
    o.check_at_least(workers=(workers, 1))
    design_drill(file, workers, folder)


@mends
def package(
    file: DesignArgument, alternative: AlternativeOption = 1, copies: CopiesOption = None,
    draft: DraftOption = False, workers: o.WorkersOption = None, folder: DrillOutOption = None,
    fresh: FreshOption = False, lang: o.LangOption = None,
) -> None:
    """Write the package of a drill."""
    from sim.cli.drill_make import DRAFT, Asked, package_drill
    from sim.drill.ask.form import LEAST_COPIES

    voice.speak(lang)
    o.check_at_least(replications=(copies, LEAST_COPIES), workers=(workers, 1), alternative=(alternative, 1))
    package_drill(Asked(
        file=file, alternative=alternative, copies=copies or (DRAFT if draft else None), workers=workers, out=folder,
        fresh=fresh,
    ))


@mends
def import_(sheet: MselArgument, drill: DrillOption, yes: YesOption = False, lang: o.LangOption = None) -> None:
    """Take an edited master list back."""
    from sim.cli.drill_make import import_msel

    voice.speak(lang)
    import_msel(sheet, drill, yes=yes)


COMMANDS: Mapping[str, Callable[..., None]] = {"design": design, "package": package, "import": import_}
"""By name, in the order in which a designer needs them."""

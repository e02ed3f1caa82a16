"""The commands of ``turnout``, each a few lines that call what does the work."""

from __future__ import annotations

from pathlib import Path

import typer

from sim import __version__
from sim.cli import options as o
from sim.cli.drill import drill_app
from sim.cli.say import mends, out, voice

app = typer.Typer(
    help=voice.text("help"), add_completion=False, pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(drill_app, name="drill", rich_help_panel=voice.text("panel.commands"))


@app.callback(invoke_without_command=True)
@mends
def begin(
    context: typer.Context, lang: o.LangOption = None, debug: o.DebugOption = False, version: o.VersionOption = False
) -> None:
    """Take the options that stand before the command; without a command, show the help."""
    voice.speak(lang)
    voice.debug = debug
    if version:
        out().print(f"turnout {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        context.get_help()
        raise typer.Exit


@app.command(help=voice.text("help.check"), rich_help_panel=voice.text("panel.commands"))
@mends
def check(city: o.CityArgument, what: o.ListOption = None, lang: o.LangOption = None) -> None:
    """Check a city folder, or list what it holds."""
    from sim.cli.check import show_city, show_list
    from sim.cli.examples import find

    voice.speak(lang)
    folder = find(city, "city")
    if what is not None:
        show_list(folder, what)
    elif not show_city(folder):
        raise typer.Exit(2)


@app.command(help=voice.text("help.compare"), rich_help_panel=voice.text("panel.commands"))
@mends
def compare(
    study: o.StudyArgument, replications: o.ReplicationsOption = None, workers: o.WorkersOption = None,
    folder: o.OutOption = None, fresh: o.FreshOption = False, no_report: o.NoReportOption = False,
    lang: o.LangOption = None,
) -> None:
    """Run a study, judge it and write the report."""
    from sim.cli.compare import run_and_judge
    from sim.cli.examples import find

    voice.speak(lang)
    o.check_at_least(replications=(replications, 1), workers=(workers, 1))
    run_and_judge(find(study, "study"), replications, workers, folder, fresh=fresh, report=not no_report)


@app.command(help=voice.text("help.batch"), rich_help_panel=voice.text("panel.commands"))
@mends
def batch(
    study: o.BatchArgument, replications: o.ReplicationsOption = None, workers: o.WorkersOption = None,
    cluster: o.ClusterOption = None, folder: o.OutOption = None, fresh: o.FreshOption = False,
    lang: o.LangOption = None,
) -> None:
    """Run a grid of hazards and parameters."""
    from sim.cli.batch import run_grid
    from sim.cli.examples import find

    voice.speak(lang)
    o.check_at_least(replications=(replications, 1), workers=(workers, 1))
    run_grid(find(study, "study"), replications, workers, cluster, folder, fresh=fresh)


@app.command(help=voice.text("help.indicators"), rich_help_panel=voice.text("panel.commands"))
@mends
def indicators(
    source: o.YearArgument, baseline: o.BaselineOption = None, replications: o.ReplicationsOption = None,
    workers: o.WorkersOption = None, folder: o.OutOption = None, no_report: o.NoReportOption = False,
    lang: o.LangOption = None,
) -> None:
    """Say what a year of disasters means for the plan's core indicators."""
    from sim.cli.indicators import tell_year

    voice.speak(lang)
    o.check_at_least(replications=(replications, 1), workers=(workers, 1))
    tell_year(source, baseline, replications, workers, folder, report=not no_report)


@app.command(help=voice.text("help.sensitivity"), rich_help_panel=voice.text("panel.commands"))
@mends
def sensitivity(
    study: o.SensitivityArgument, workers: o.WorkersOption = None, folder: o.OutOption = None,
    fresh: o.FreshOption = False, lang: o.LangOption = None,
) -> None:
    """Find the unknown numbers that matter."""
    from sim.cli.examples import find
    from sim.cli.sensitivity import screen_and_share

    voice.speak(lang)
    o.check_at_least(workers=(workers, 1))
    screen_and_share(find(study, "study"), workers, folder, fresh=fresh)


@app.command(help=voice.text("help.discover"), rich_help_panel=voice.text("panel.commands"))
@mends
def discover(
    folder: o.RunArgument, target: o.TargetOption = None, measure: o.MeasureOption = None,
    above: o.AboveOption = None, below: o.BelowOption = None, layout: o.LayoutOption = None,
    lang: o.LangOption = None,
) -> None:
    """Say what sets the misses of a run apart."""
    from sim.cli.sensitivity import discover_limits

    voice.speak(lang)
    discover_limits(folder, target, measure, above, below, layout)


@app.command(help=voice.text("help.select"), rich_help_panel=voice.text("panel.commands"))
@mends
def select(
    study: o.StudyArgument, measure: o.SelectMeasureOption, delta: o.DeltaOption, alpha: o.AlphaOption = 0.05,
    less: o.LessOption = None, most: o.MaxOption = None, workers: o.WorkersOption = None, folder: o.OutOption = None,
    fresh: o.FreshOption = False, lang: o.LangOption = None,
) -> None:
    """Play a study until it is known which layout is best."""
    from sim.cli.examples import find
    from sim.cli.select import select_layout

    voice.speak(lang)
    o.check_at_least(workers=(workers, 1))
    select_layout(find(study, "study"), measure, delta, alpha, less, most, workers, folder, fresh=fresh)


@app.command(help=voice.text("help.report"), rich_help_panel=voice.text("panel.commands"))
@mends
def report(folder: o.RunArgument, lang: o.LangOption = None) -> None:
    """Write the report of a finished comparison anew."""
    from sim.cli.report import write_again

    voice.speak(lang)
    write_again(folder)


@app.command(help=voice.text("help.status"), rich_help_panel=voice.text("panel.commands"))
@mends
def status(folder: o.RunArgument, lang: o.LangOption = None) -> None:
    """Show how far a run is."""
    from sim.cli.query import show_status

    voice.speak(lang)
    show_status(folder)


@app.command(help=voice.text("help.query"), rich_help_panel=voice.text("panel.commands"))
@mends
def query(
    folder: o.RunArgument, sql: o.SqlArgument = None, csv: o.CsvOption = False, lang: o.LangOption = None
) -> None:
    """Ask the tables of a run."""
    from sim.cli.query import answer, show_tables

    voice.speak(lang)
    if sql is None:
        show_tables(folder)
    else:
        answer(folder, sql, as_csv=csv)


@app.command(help=voice.text("help.export"), rich_help_panel=voice.text("panel.commands"))
@mends
def export(
    folder: o.RunArgument, out: o.OutArgument, to: o.ToOption, table: o.TableOption = None, lang: o.LangOption = None
) -> None:
    """Write the tables of a run for other programs."""
    from sim.cli.query import write_tables

    voice.speak(lang)
    write_tables(folder, to, out, table or [])


@app.command(help=voice.text("help.run"), rich_help_panel=voice.text("panel.commands"))
@mends
def run(
    source: o.PlayArgument, layout: o.LayoutOption = None, city: o.CityOption = None, seed: o.SeedOption = None,
    replication: o.ReplicationOption = None, demand: o.DemandOption = None, crew: o.CrewOption = None,
    every_line: o.AllOption = False, lang: o.LangOption = None,
) -> None:
    """Play one scenario and tell what happened."""
    from sim.cli.examples import find
    from sim.cli.play import play
    from sim.cli.tell import tell

    voice.speak(lang)
    o.check_at_least(replication=(replication, 0), seed=(seed, 0))
    played = play(find(source, "play"), layout, city, seed, replication)
    tell(played, demand, crew, every_line=every_line)


@app.command(help=voice.text("help.scenario"), rich_help_panel=voice.text("panel.commands"))
@mends
def scenario(
    hazard: o.HazardArgument = None, city: o.CityOption = None, seed: o.SeedOption = None,
    replication: o.ReplicationOption = None, save: o.SaveOption = None, show: o.ShowOption = None,
    lang: o.LangOption = None,
) -> None:
    """Draw or load one scenario; save it or show it."""
    from sim.cli.scenario import draw_from, save_to, saved_in, show_scenario

    voice.speak(lang)
    o.check_at_least(replication=(replication, 0), seed=(seed, 0))
    drawn = saved_in(show, city, seed, replication) if show is not None else draw_from(hazard, city, seed, replication)
    if save is None:
        show_scenario(*drawn)
    else:
        save_to(save, *drawn)


@app.command(help=voice.text("help.new"), rich_help_panel=voice.text("panel.commands"))
@mends
def new(folder: o.FolderArgument, lang: o.LangOption = None) -> None:
    """Copy the examples out."""
    from sim.cli.examples import copy_out

    voice.speak(lang)
    copy_out(folder)
    city = next(path.name for path in sorted((folder / "scenarios").iterdir()) if (path / "city.yaml").is_file())
    study = Path("experiments", "demo.yaml")
    quoted = f'"{folder}"' if " " in str(folder) else str(folder)
    words = voice.text("new.done", folder=folder, quoted=quoted, city=Path("scenarios", city), study=study)
    out().print(words, markup=False)

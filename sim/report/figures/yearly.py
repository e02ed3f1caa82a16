"""Figures of a year: what each hazard adds, and how often a loss is exceeded."""

from __future__ import annotations

import plotly.graph_objects as go

from sim.report.figures.style import LAYOUT_COLOURS, Figure, Title, faded, finished, new
from sim.report.yearly import YearWords
from sim.study.indicators import NATURE
from sim.study.loss_curves import LossCurve
from sim.study.year_result import MEASURES, YearResult
from sim.study.year_samples import LOSS

PERCENT = 100.0


def stacked(result: YearResult, words: YearWords, *, quakes: bool) -> Figure:
    """Return what each group of hazards adds to the year of the baseline, as shares of each measure."""
    groups = [g for g in result.samples.catalogue.groups if g != "chemical" and (quakes or g != "earthquake")]
    figure = new(250, barmode="stack", margin={"l": 60, "r": 16, "t": 70, "b": 40, "pad": 2})
    sums = {
        m: sum(result.figures[m, result.baseline, g].yearly.estimate for g in groups if _has(result, m, g))
        for m in MEASURES
    }
    places = {group: n for n, group in enumerate(result.samples.catalogue.groups)}  # one colour in both figures
    for group in groups:
        values = [
            result.figures[m, result.baseline, group].yearly.estimate if _has(result, m, group) else 0.0
            for m in MEASURES
        ]
        shares = [PERCENT * v / sums[m] if sums[m] else 0.0 for v, m in zip(values, MEASURES, strict=True)]
        amounts = [words.number(v * (1e-6 if m == LOSS else 1.0)) for v, m in zip(values, MEASURES, strict=True)]
        figure.add_trace(go.Bar(
            name=words.scope(group), orientation="h", x=shares, y=[words(f"year.col.{m}") for m in MEASURES],
            customdata=amounts, marker={"color": LAYOUT_COLOURS[places[group] % len(LAYOUT_COLOURS)]},
            hovertemplate="%{fullData.name}<br>%{y}: %{customdata} (%{x:.1f} %)<extra></extra>",
        ))
    figure.update_xaxes(ticksuffix=" %", range=[0, PERCENT])
    figure.update_yaxes(autorange="reversed")
    key = "year.figure.shares" if quakes else "year.figure.shares_without"
    return finished(figure, Title(f"shares-{int(quakes)}", words(key), words(key)))


def _has(result: YearResult, measure: str, group: str) -> bool:
    return (measure, result.baseline, group) in result.figures


def exceedance_figure(result: YearResult, words: YearWords) -> Figure:
    """Return the curves of the largest event and the sum of a year, with the interval of the former."""
    figure = new(480, margin={"l": 60, "r": 16, "t": 84, "b": 48, "pad": 2})
    for n, curve in enumerate(result.curves):
        colour = LAYOUT_COLOURS[0 if curve.scope == NATURE else 1]
        _add(figure, curve, words, colour, n)
    figure.update_xaxes(type="log", title={"text": words("year.axis.loss")}, dtick=1, exponentformat="none")
    figure.update_yaxes(
        type="log", title={"text": words("year.axis.probability")}, range=[-3.3, 0.05],
        tickvals=[1, 0.1, 0.02, 0.01, 0.002, 0.001],
        ticktext=["1", "1/10", "1/50", "1/100", "1/500", "1/1000"],
    )
    return finished(figure, Title("exceedance", words("year.figure.exceedance"), words("year.figure.exceedance")))


def _add(figure: go.Figure, curve: LossCurve, words: YearWords, colour: str, number: int) -> None:
    loss = (curve.loss_yuan * 1e-6).tolist()
    floor = 1e-5
    low, high = curve.largest_low.clip(floor).tolist(), curve.largest_high.clip(floor).tolist()
    name = words.scope(curve.scope)
    figure.add_trace(go.Scatter(
        x=[*loss, *reversed(loss)], y=[*high, *reversed(low)], fill="toself", fillcolor=faded(colour, 0.18),
        line={"width": 0}, hoverinfo="skip", showlegend=False,
    ))
    for key, values, dash in (("largest", curve.largest, "solid"), ("total", curve.total, "dot")):
        figure.add_trace(go.Scatter(
            x=loss, y=[value if value > 0.0 else None for value in values.tolist()],
            name=words(f"year.curve.{key}", scope=name),
            line={"color": colour, "dash": dash, "width": 2}, mode="lines",
            hovertemplate="%{x:,.0f}: %{y:.4f}<extra></extra>", legendrank=number,
        ))

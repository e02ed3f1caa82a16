"""The report of a leak: where the gas went, who got out of its way, how it was stopped, and what led to what."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import clouds
import numpy as np
import pytest
import tiny_world as tw
from ring_leak import a_release, ring_cells

from sim.common.texts import LANGUAGES, catalogue
from sim.common.types import NEVER
from sim.hazard.scenario import Event
from sim.measure.verdict import Comparison
from sim.report import chain, evacuation, gas, hazard, leaks
from sim.report.figures.gas import frame_of, nice
from sim.report.figures.shapes import Shape, shapes_of
from sim.report.source import Source
from sim.report.spans import stretches
from sim.report.write import render
from sim.response.log import Entry, GasLog
from sim.response.works import WORKS
from sim.study.run import RunResult
from sim.study.story import Story

Maker = Callable[[str], Source]
PageMaker = Callable[[str], str]


def figures(page: str) -> dict[str, dict[str, Any]]:
    found = re.findall(r'<script type="application/json" data-for="([^"]+)">(.*?)</script>', page, re.S)
    return {figure: json.loads(content) for figure, content in found}


@pytest.fixture(params=LANGUAGES)
def page(request: pytest.FixtureRequest, leak_page_in: PageMaker) -> str:
    return leak_page_in(request.param)


# ---- the page -----------------------------------------------------------------------------------------------


def test_the_page_has_maps_courses_steps_flow_and_trees(page: str) -> None:
    names = set(figures(page))
    assert {"gas-1-footprint", "gas-1-moment-1", "gas-1-steps", "gas-1-flow", "chain-A", "chain-B"} <= names
    assert {"gas-1-course-A", "gas-1-course-B"} <= names
    assert not [name for name in names if name.startswith("gas-2")]


def test_limits_of_the_model_stand_beside_the_maps(leak_page_in: PageMaker) -> None:
    for lang in LANGUAGES:
        assert leak_page_in(lang).count(catalogue(lang)["report.gas.limits"]) == 2


def test_the_page_leaves_no_blank_no_raw_number_and_no_double_id(page: str) -> None:
    plain = re.sub(r"<script.*?</script>|<style>.*?</style>", " ", page, flags=re.S)
    words = re.sub(r"<[^>]+>", " ", plain)
    assert not re.search(r"\b(nan|inf|None)\b(?! meets all)", words)
    assert "{" not in words
    ids = re.findall(r'<[a-z][^<>]* id="([^"]+)"', plain)
    assert len(ids) == len(set(ids))


def test_names_of_vessels_do_not_break_the_page(page: str) -> None:
    assert "tank &lt;1&gt;" in page or "一号罐" in page
    assert "tank <1>" not in page


def test_an_earthquake_alone_has_neither_gas_nor_chain(page_in: PageMaker) -> None:
    page = page_in("en")
    assert 'id="gas"' not in page
    assert 'id="chain"' not in page
    assert catalogue("en")["report.leak.why"] not in page.split('id="origins"')[0]


# ---- concentrations -----------------------------------------------------------------------------------------


def test_the_map_shows_the_concentration_that_the_response_reckons_with(leak_source_in: Maker) -> None:
    """Added up over time, what the maps show is the dose of the log."""
    played = leak_source_in("en").played
    release, row = played.scenario.releases[0], played.logs[0].gas[0]
    step = 0.25
    minutes = np.arange(0.5 * step, float(row.edges_min[-1]), step)
    dose = sum(gas.concentration(release, row.rate_kg_min, minute) for minute in minutes.tolist()) * step
    assert row.cell_dose.max() > 0.0
    np.testing.assert_allclose(dose, row.cell_dose, rtol=0.02)


def test_a_puff_is_there_only_while_it_passes() -> None:
    release = a_release(cells=ring_cells(puff_mg_m3=50.0), air_kg=np.zeros(120))
    still = np.zeros(120)
    delay = release.cells.delay_min
    far = int(delay.argmax())
    assert gas.concentration(release, still, float(delay[far]) - 0.1)[far] == 0.0
    assert gas.concentration(release, still, float(delay[far]) + 1.0)[far] == 50.0
    assert gas.concentration(release, still, float(delay[far]) + 3.1)[far] == 0.0


def test_bands_are_those_of_an_hour() -> None:
    release = clouds.release()  # for an hour: 1, 8 and 60 mg/m3
    assert gas.band(release, np.array([0.9, 1.0, 7.9, 8.0, 59.0, 60.0])).tolist() == [0, 1, 1, 2, 2, 3]


def test_moments_follow_the_cloud_until_the_last_gas(leak_source_in: Maker) -> None:
    played = leak_source_in("en").played
    release, row = played.scenario.releases[0], played.logs[0].gas[0]
    shown = gas.moments(release, row)
    assert 2 <= len(shown) <= gas.MOMENTS
    assert shown == sorted(shown)
    assert row.flow_ended_min < shown[-1] < row.ended_min  # the last gas is still on its way after the flow
    nothing = replace(row, rate_kg_min=np.zeros_like(row.rate_kg_min))
    assert gas.moments(release, nothing) == []


def test_only_the_largest_releases_are_shown(leak_source_in: Maker) -> None:
    row = leak_source_in("en").played.logs[0].gas[0]

    def other(number: int, orange: float, aired: float) -> GasLog:
        return replace(row, release=number, people=np.array([0.0, 0.0, orange, 0.0]), aired_kg=aired)

    rows = (other(0, 0.0, 10.0), other(1, 5.0, 1.0), other(2, 0.0, 20.0))
    assert [r.release for r in gas.largest(rows)] == [1, 2]


# ---- shapes -------------------------------------------------------------------------------------------------


def area_km2(shape: Shape) -> float:
    x, y = shape.east, shape.north
    return abs(float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum())) / 2.0


def test_cells_of_rings_are_drawn_as_sectors_of_their_own_area() -> None:
    release = a_release()
    shapes = shapes_of(release)
    areas = np.pi * (release.cells.radius_m / 1e3) ** 2
    np.testing.assert_allclose([area_km2(shape) for shape in shapes], areas, rtol=5e-3)
    far = [float(np.hypot(shape.east, shape.north).max()) for shape in shapes]
    np.testing.assert_allclose(sorted({round(r, 3) for r in far}), [0.2, 0.4, 0.8, 1.6])


def test_a_cell_apart_from_all_rings_is_a_disc() -> None:
    release = clouds.release(lon=105.99)
    (shape,) = shapes_of(release)
    assert float(np.ptp(shape.east)) == pytest.approx(0.2)
    assert float(np.ptp(shape.north)) == pytest.approx(0.2)


def test_the_frame_holds_the_cloud_and_the_vessel() -> None:
    shape = Shape(east=np.array([1.0, 6.0, 6.0]), north=np.array([0.0, 0.0, 1.0]))
    frame = frame_of([shape], (10.0, 20.0))
    assert frame.x[0] < 10.0 < 16.0 < frame.x[1]
    assert frame.y[0] < 20.0 < 21.0 < frame.y[1]
    assert 0.6 <= (frame.y[1] - frame.y[0]) / (frame.x[1] - frame.x[0]) <= 1.0
    assert nice(11.0, 4.0) == 2.0


def test_cells_are_drawn_in_the_colour_of_their_level(leak_source_in: Maker) -> None:
    source = leak_source_in("en")
    row = source.played.logs[0].gas[0]
    traces = json.loads(gas.gas_panels(source)[0].footprint.json)["data"]  # type: ignore[union-attr]
    for level in (1, 2, 3):
        trace = next(t for t in traces if t.get("name") == source.words(f"gas.zone.{level}"))
        drawn = sum(x is None for x in trace["x"]) + 1 if trace["x"] != [None] else 0
        assert drawn == int((row.cell_level == level).sum())


# ---- people -------------------------------------------------------------------------------------------------


def test_people_of_the_zones_add_up(leak_source_in: Maker) -> None:
    source = leak_source_in("en")
    for log in source.played.logs:
        row = log.gas[0]
        away, shut = leaks.safe_people(source.played.scenario.releases[0], row)
        assert (away + shut <= row.people + 1e-9).all()
        assert float(shut[1:].sum()) > 0.0  # warned at ten minutes, the farthest cells get gas later
        assert float(shut[1:].sum()) < float(row.sheltered[-1, 1:].sum())


def test_gas_comes_later_to_cells_farther_away(leak_source_in: Maker) -> None:
    played = leak_source_in("en").played
    release, row = played.scenario.releases[0], played.logs[0].gas[0]
    step = leaks.came_in_step(release, row)
    assert step[2] == 0
    assert step[17] == int(release.cells.delay_min[17] // 5.0)


def test_courses_of_all_layouts_have_one_scale(leak_source_in: Maker) -> None:
    drawn = [json.loads(figure.json) for figure in leaks.course_figures(leak_source_in("en"), 0, 1)]
    assert len(drawn) == 2
    assert drawn[0]["layout"]["yaxis"]["range"] == drawn[1]["layout"]["yaxis"]["range"]


def test_those_who_shut_themselves_in_have_a_part_of_the_bar(leak_source_in: Maker, flood_source_in: Maker) -> None:
    source = leak_source_in("en")
    figure = evacuation.evacuation_figure(source)
    assert figure is not None
    parts = {trace["name"]: trace["x"] for trace in json.loads(figure.json)["data"]}
    shut_in = parts[source.words("evacuation.shut_in")]
    assert min(shut_in) > 0.0
    np.testing.assert_allclose(np.sum(list(parts.values()), axis=0), 800.0, rtol=1e-3)
    flood = evacuation.evacuation_figure(flood_source_in("en"))
    assert flood is not None
    assert source.words("evacuation.shut_in") not in {trace["name"] for trace in json.loads(flood.json)["data"]}


def test_maps_of_water_do_not_count_people_before_a_cloud(leak_source_in: Maker) -> None:
    assert hazard.exposure_notes(leak_source_in("en")) == {}


# ---- step by step -------------------------------------------------------------------------------------------


def test_the_layout_that_closes_the_leak_sooner_lets_less_out(leak_source_in: Maker) -> None:
    source = leak_source_in("en")
    rows = {row.name: row.cells for row in leaks.step_rows(source, 0)}
    assert rows["vessel lets nothing out any more"] == ("2.1 h", "94 min")
    near, far = (log.gas[0] for log in source.played.logs)
    assert near.aired_kg > far.aired_kg
    assert rows["into the air in all"] == (source.words.tonnes(near.aired_kg), source.words.tonnes(far.aired_kg))
    assert [row.cells for row in leaks.step_rows(source, 0) if row.name.startswith("works")] == []


def test_what_the_vessel_held_adds_up(leak_source_in: Maker) -> None:
    source = leak_source_in("en")
    rows = {row.name: row.cells for row in leaks.step_rows(source, 0)}
    for log in source.played.logs:
        row = log.gas[0]
        held = row.aired_kg + row.washed_kg + row.pool_kg + row.vessel_kg
        assert held == pytest.approx(source.played.scenario.releases[0].held_kg)
    names = [source.words(f"leak.{part}_kg") for part in ("aired", "washed", "pool", "vessel")]
    assert list(rows)[-4:] == names


def test_a_leak_to_which_nobody_came_ended_by_itself(leak_source_in: Maker) -> None:
    source = leak_source_in("en")
    demand, log = source.played.scenario.releases[0].demand, source.played.logs[0]
    arrived = log.demands.arrived_min.copy()
    arrived[demand] = NEVER
    alone = replace(log, demands=replace(log.demands, arrived_min=arrived))
    spent = replace(source, played=replace(source.played, logs=(alone, source.played.logs[1])))
    done = source.words.duration(float(log.demands.done_min[demand]) - log.gas[0].began_min)
    before, now = ({row.name: row.cells for row in leaks.step_rows(s, 0)} for s in (source, spent))
    closed, itself = source.words("leak.step.closed"), source.words("leak.step.spent")
    assert itself not in before
    assert before[closed][0] == done
    assert now[closed] == ("–", before[closed][1])
    assert now[itself] == (done, "–")
    assert itself not in leaks.lane_figure(spent, 0, 1).json


def test_a_low_level_in_a_large_orange_zone_is_explained(leak_source_in: Maker) -> None:
    source = leak_source_in("en")
    level = replace(source.inputs.plan.levels[0], indicators={"people_in_danger": 10.0})
    high = replace(level, rank=2, name=tw.text("Level II"), indicators={"people_in_danger": 100.0})
    plan = replace(source.inputs.plan, levels=(level, high))
    source = replace(source, run=replace(source.run, inputs=replace(source.run.inputs, plan=plan)))
    row = source.played.logs[0].gas[0]
    assert [rank for _, rank in source.played.logs[0].levels] == [4]
    many = replace(row, people=np.array([0.0, 0.0, 99.6, 1.0]))
    assert "Level IV is the highest that opened, though 101 people" in gas._level(source, many)
    assert gas._level(source, replace(row, people=np.array([0.0, 500.0, 98.0, 1.0]))) == ""


def test_only_an_accident_that_begins_with_a_fire_says_that_nobody_is_warned(leak_source_in: Maker) -> None:
    source = leak_source_in("en")
    assert not evacuation.is_unwarned_fire(source)
    scenario = source.played.scenario
    events = tuple(replace(event, kind="fire") if event.parent < 0 else event for event in scenario.events)
    fire = replace(source, played=replace(source.played, scenario=replace(scenario, events=events)))
    assert evacuation.is_unwarned_fire(fire)
    assert render(fire).count(source.words("fire.unwarned")) == 1
    assert render(replace(fire, evacuation={})).count(source.words("fire.unwarned")) == 1
    quiet = replace(source.played, scenario=replace(scenario, events=()))
    assert not evacuation.is_unwarned_fire(replace(source, played=quiet))


def test_a_works_brigade_is_told_apart_from_other_crews(leak_source_in: Maker) -> None:
    source = leak_source_in("en")
    inputs = source.run.inputs
    layouts = tuple(
        replace(layout, teams=tuple(replace(team, type=WORKS) for team in layout.teams)) for layout in inputs.layouts
    )
    works = replace(source, run=replace(source.run, inputs=replace(inputs, layouts=layouts)))
    first = leaks._first_there(source, 0, [0])
    assert first[0] == NEVER
    assert leaks._first_there(works, 0, [0]) == (first[1], NEVER)


def test_the_flow_ends_where_it_ends_under_each_layout(leak_source_in: Maker) -> None:
    source = leak_source_in("en")
    figure = leaks.flow_figure(source, 0, 1)
    assert figure is not None
    for trace, log in zip(json.loads(figure.json)["data"], source.played.logs, strict=True):
        flowing = [x for x, y in zip(trace["x"], trace["y"], strict=True) if y is not None]
        assert flowing[-1] ** 2 == pytest.approx(log.gas[0].flow_ended_min, abs=5.0)


def test_why_tells_what_closing_sooner_saved(leak_source_in: Maker, source_in: Maker) -> None:
    near, other = leaks.why_sentences(leak_source_in("en"))
    assert near.startswith("A near <by>: ")
    assert "−30 min" in other
    assert leaks.why_sentences(source_in("en")) == []


def test_the_conclusion_tells_of_the_leak(leaked: tuple[RunResult, Comparison]) -> None:
    rows = {(row.measure, row.layout_id): row for row in leaked[1].measures}
    assert rows["leak_flow_min", "b"].difference == pytest.approx(-30.0)
    assert rows["gas_aired_kg", "b"].difference < 0.0


# ---- what led to what ---------------------------------------------------------------------------------------


def test_what_was_averted_is_dashed_and_hollow(leak_source_in: Maker) -> None:
    trees, more = chain.chain_figures(leak_source_in("en"))
    assert more == 0
    traces = json.loads(trees[0].json)["data"]
    assert [t["line"]["dash"] for t in traces if t["mode"] == "lines"] == ["dash", "dash"]
    names = [t["name"] for t in traces if t["mode"] == "markers"]
    assert names == ["release", "fire at a plant (averted)", "explosion (averted)"]


def test_the_table_counts_what_came_and_what_was_averted(leak_source_in: Maker) -> None:
    lines = {line.name: line.cells for line in chain.chain_lines(leak_source_in("en"))}
    assert list(lines) == ["release", "fire at a plant", "explosion"]
    assert [(cell.mean, cell.share, cell.averted) for cell in lines["release"]] == [("1.0", "100%", "0")] * 2
    assert [(cell.mean, cell.share, cell.averted) for cell in lines["explosion"]] == [("0", "0%", "1.0")] * 2


def an_event(kind: str, minute: float, parent: int) -> Event:
    return Event(name=tw.text(kind), start_min=minute, parent=parent, lon=106.0, lat=39.0, size=1.0, kind=kind)


def test_aftershocks_that_lead_to_nothing_are_left_out(leak_source_in: Maker) -> None:
    events = (
        an_event("earthquake", 0.0, -1), an_event("earthquake", 60.0, 0), an_event("earthquake", 90.0, 0),
        an_event("release", 95.0, 2), an_event("release", 5.0, 0), an_event("fire", 5000.0, 4),
    )
    scenario = replace(leak_source_in("en").played.scenario, events=events)
    assert chain.events_shown(scenario) == [(0, 0), (4, 1), (2, 1), (3, 2)]


def test_a_tree_that_is_too_large_keeps_its_long_branches(leak_source_in: Maker) -> None:
    events = [an_event("earthquake", 0.0, -1), *(an_event("release", float(i), 0) for i in range(1, 40))]
    events += [an_event("fire", 50.0, 39), an_event("explosion", 60.0, 40)]
    scenario = replace(leak_source_in("en").played.scenario, events=tuple(events))
    kept = [event for event, _ in chain.most_telling(scenario, chain.events_shown(scenario))]
    assert len(kept) == chain.ROWS
    assert {0, 39, 40, 41} <= set(kept)
    assert all(events[event].parent in {-1, *kept} for event in kept)


# ---- words --------------------------------------------------------------------------------------------------


def test_a_warning_of_a_cloud_says_what_was_decided(leak_source_in: Maker) -> None:
    source = leak_source_in("en")
    log, scenario = source.played.logs[0], source.played.scenario

    def told(*actions: str) -> str:
        rows = tuple(replace(log.evacuations[0], action=action) for action in actions)
        story = Story(
            source.city, source.inputs.plan, source.inputs.layouts[0], scenario, replace(log, evacuations=rows), "en"
        )
        return story.sentence(Entry(minute=10.0, what="warning_issued", value=0.0))

    assert "to stay in with windows and doors shut" in told("shelter")
    assert "people are to leave" in told("leave", "leave")
    assert "a warning of gas is issued" in told("leave", "shelter")
    assert all("tank <1> leaks" in told(action) for action in ("shelter", "leave", ""))


def test_the_end_of_a_flow_is_told_without_needless_digits(leak_source_in: Maker) -> None:
    source = leak_source_in("en")
    log = source.played.logs[0]
    story = Story(source.city, source.inputs.plan, source.inputs.layouts[0], source.played.scenario, log, "en")
    assert "about 1,278 kg" in story.sentence(Entry(minute=1.0, what="flow_ended", demand=0, value=1277.687))


def test_a_crew_that_is_hurt_works_no_longer() -> None:
    timeline = [
        Entry(minute=0.0, what="crew_arrived", demand=0, crew=1), Entry(minute=30.0, what="crew_hurt", demand=1, crew=1)
    ]
    assert [(s.from_min, s.to_min) for s in stretches(timeline, 600.0)] == [(0.0, 30.0)]

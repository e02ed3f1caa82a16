"""Chemical accident files: what they may say, what is said of their mistakes, and the cascades of every hazard."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
import quakes

from sim.city.model import City, Vessels
from sim.city.substances import substances
from sim.common.errors import InputError, Problem
from sim.common.texts import LANGUAGES
from sim.hazard.assumptions import CHEMICAL_TABLES, assumptions_of
from sim.hazard.cascade import NONE, Cascade, all_links, cascade_of
from sim.hazard.chemical.spec import ChemicalSpec, read_chemical
from sim.hazard.chemical.tables import CONSTANTS, OVERRIDABLE, chemical_coefficients
from sim.hazard.chemical.toxic import toxicity
from sim.hazard.draw import HazardSpec
from sim.hazard.flood.tables import flood_coefficients
from sim.hazard.read import read_hazard
from sim.hazard.tables import earthquake_coefficients

HEAD = "hazard: chemical\nid: c\nname: {zh: 泄漏, en: leak}\n"
CHEMICALS = quakes.REFERENCE / "chemicals"
SHIPPED = sorted(path.stem for path in CHEMICALS.glob("*.yaml"))
HEADS = {
    "earthquake": "hazard: earthquake\nid: e\nname: {zh: 震, en: quake}\n",
    "flood": "hazard: flood\nkind: flash\nid: f\nname: {zh: 洪, en: flood}\n", "chemical": HEAD,
}


def vessels() -> Vessels:
    found = quakes.city().vessels
    assert found is not None
    return found


def ids(spec: ChemicalSpec) -> list[str]:
    return [vessels().vessel_id[i] for i in spec.vessels]


def read(tmp_path: Path, body: str, city: City | None = None, **overrides: float) -> ChemicalSpec:
    path = tmp_path / "c.yaml"
    path.write_text(HEAD + body, encoding="utf-8")
    return read_chemical(path, city or quakes.city(), overrides or None)


def of_kind(tmp_path: Path, kind: str, body: str, **overrides: float) -> HazardSpec:
    path = tmp_path / "h.yaml"
    path.write_text(HEADS[kind] + body, encoding="utf-8")
    return read_hazard(path, quakes.city(), overrides or None)


def said(error: pytest.ExceptionInfo[InputError]) -> list[Problem]:
    """Return the problems; none of them is in the words of a library, or lacks a word."""
    for lang in LANGUAGES:
        for line in error.value.lines(lang):
            assert "Input should" not in line
            assert "pydantic" not in line
            assert "{" not in line
    return list(error.value.problems)


def problems(tmp_path: Path, body: str, city: City | None = None) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        read(tmp_path, body, city)
    return said(caught)


# ---- what a file may say -------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_files_are_read(name: str) -> None:
    spec = read_hazard(CHEMICALS / f"{name}.yaml", quakes.city())
    assert isinstance(spec, ChemicalSpec)
    assert spec.hazard_id == name
    assert spec.name.zh
    assert spec.name.en
    assert spec.vessels


def test_the_wind_of_the_shipped_chlorine_blows_at_the_town() -> None:
    spec = read_hazard(CHEMICALS / "chlorine-night.yaml", quakes.city())
    assert isinstance(spec, ChemicalSpec)
    (vessel,) = spec.vessels
    v, zones = vessels(), quakes.city().zones
    town = next(i for i, name in enumerate(zones.name) if name.en.startswith("Hebinjie"))
    north = float(v.lat[vessel] - zones.lat[town])
    east = 0.774 * float(v.lon[vessel] - zones.lon[town])
    assert spec.from_deg is not None
    assert north > 0.0
    assert spec.from_deg == pytest.approx(math.degrees(math.atan2(east, north)), abs=2.0)
    assert (spec.hole_mm, spec.valve) == (25.0, False)


def test_everything_left_out_is_drawn(tmp_path: Path) -> None:
    spec = read(tmp_path, "")
    drawn = (spec.size, spec.hole_mm, spec.ignites, spec.wind_ms, spec.from_deg, spec.stability, spec.month, spec.hour)
    assert drawn == (None,) * 8
    assert (spec.fire, spec.turns, spec.weekend, spec.horizon_min) == (False, True, None, 1440.0)
    assert spec.coefficients is chemical_coefficients()
    solid = {i for i, storage in enumerate(vessels().storage) if storage == "solid"}
    assert solid
    assert set(spec.vessels) == set(range(len(vessels()))) - solid


def test_everything_given_is_kept(tmp_path: Path) -> None:
    spec = read(
        tmp_path,
        "site: C01\nvessel: C01-05\nsubstance: vinyl chloride\nrelease: {hole_mm: 25, ignites: false}\n"
        "weather: {wind_ms: 3, from_deg: 360, stability: D, turns: false}\n"
        "when: {month: 2, hour: 23.5, weekend: true}\nhorizon_h: 6\noverrides: {valve_works: 0.5}\n",
    )
    assert ids(spec) == ["C01-05"]
    assert (spec.hole_mm, spec.ignites, spec.wind_ms, spec.from_deg) == (25.0, False, 3.0, 360.0)
    assert (spec.stability, spec.turns, spec.month, spec.hour, spec.weekend) == ("D", False, 2, 23.5, True)
    assert spec.horizon_min == 360.0
    assert spec.coefficients["valve_works"] == 0.5
    assert spec.coefficients.rows["valve_works"].evidence == "U"


def test_places_narrow_what_may_be_hit(tmp_path: Path) -> None:
    assert ids(read(tmp_path, "site: C09\nsubstance: ammonia\n")) == ["C09-04", "C09-05"]
    everywhere = read(tmp_path, "substance: chlorine\n")
    assert {vessels().substance[i] for i in everywhere.vessels} == {"chlorine"}
    assert len({int(vessels().site[i]) for i in everywhere.vessels}) > 2


def test_a_fire_hits_only_what_burns(tmp_path: Path) -> None:
    spec = read(tmp_path, "site: C03\nrelease: {fire: true}\n")
    held = {vessels().substance[i] for i in spec.vessels}
    assert held == {"hydrogen", "hydrazine hydrate"}
    assert all(substances()[key].burns for key in held)


def test_a_cloud_that_catches_fire_is_none_that_poisons_first(tmp_path: Path) -> None:
    spec = read(tmp_path, "site: C06\nrelease: {ignites: true}\n")
    held = {vessels().substance[i] for i in spec.vessels}
    assert held == {"methanol", "toluene"}
    assert all(toxicity(key) is None for key in held)
    assert "ammonia" in {vessels().substance[i] for i in read(tmp_path, "site: C06\n").vessels}


def test_overrides_of_a_study_go_before_those_of_the_file(tmp_path: Path) -> None:
    spec = read(tmp_path, "overrides: {valve_works: 0.5}\n", valve_works=0.25, something_of_the_response=3.0)
    assert spec.coefficients["valve_works"] == 0.25


# ---- mistakes ------------------------------------------------------------------------------

MISTAKES: list[tuple[str, str, str]] = [
    ("site: C99", "chemical.no_such_site", "site"),
    ("vessel: C01-99", "chemical.no_such_vessel", "vessel"),
    ("substance: ammoniac", "chemical.no_such_substance", "substance"),
    ("substance: phosgene", "chemical.no_such_substance", "substance"),
    ("{site: C02, vessel: C01-01}", "chemical.other_site", "vessel"),
    ("{site: C02, substance: chlorine}", "chemical.not_held", "substance"),
    ("{vessel: C01-01, substance: ammonia}", "chemical.not_held", "substance"),
    ("site: C54", "chemical.nothing_leaks", "site"),
    ("vessel: C01-10", "chemical.nothing_leaks", "vessel"),
    ("substance: calcium carbide", "chemical.nothing_leaks", "substance"),
    ("release: {size: small, hole_mm: 10}", "chemical.given_twice", "release.hole_mm"),
    ("release: {size: huge}", "chemical.size", "release.size"),
    ("release: {hole_mm: 501}", "chemical.range", "release.hole_mm"),
    ("release: {hole_mm: wide}", "chemical.range", "release.hole_mm"),
    ("release: {fire: perhaps}", "yes_or_no", "release.fire"),
    ("release: {fire: true, hole_mm: 10}", "chemical.fire_alone", "release.fire"),
    ("release: {fire: true, ignites: true}", "chemical.fire_alone", "release.fire"),
    ("{substance: chlorine, release: {fire: true}}", "chemical.nothing_burns", "release.fire"),
    ("{substance: ammonia, release: {ignites: true}}", "chemical.nothing_ignites", "release.ignites"),
    ("{release: {ignites: true}, cascades: false}", "chemical.ignites_unlinked", "release.ignites"),
    ("weather: {wind_ms: 0}", "chemical.calm", "weather.wind_ms"),
    ("weather: {wind_ms: 0.4}", "chemical.calm", "weather.wind_ms"),
    ("weather: {wind_ms: -1}", "chemical.range", "weather.wind_ms"),
    ("weather: {wind_ms: 31}", "chemical.range", "weather.wind_ms"),
    ("weather: {wind_ms: .nan}", "chemical.range", "weather.wind_ms"),
    ("weather: {from_deg: 361}", "chemical.range", "weather.from_deg"),
    ("weather: {from_deg: north}", "chemical.range", "weather.from_deg"),
    ("weather: {stability: G}", "chemical.stability", "weather.stability"),
    ("weather: {turns: 3}", "yes_or_no", "weather.turns"),
    ("weather: {wind: 3}", "unknown_key", "weather.wind"),
    ("when: {month: 13}", "month_range", "when.month"),
    ("when: {weekend: perhaps}", "weekend_form", "when.weekend"),
    ("horizon_h: 0", "chemical.range", "horizon_h"),
    ("horizon_h: 169", "chemical.range", "horizon_h"),
    ("overrides: {valve_works: often}", "override_number", "overrides.valve_works"),
    ("overrides: {valve_works: 1.5}", "bad_override", "overrides.valve_works"),
    ("overrides: {liquid_discharge: 0}", "bad_override", "overrides.liquid_discharge"),
    ("overrides: {burning_kg_m2_s: -1}", "bad_override", "overrides.burning_kg_m2_s"),
    ("overrides: {no_such_number: 1}", "unknown_override", "overrides.no_such_number"),
    ("kind: flash", "unknown_key", "kind"),
]


@pytest.mark.parametrize(("body", "code", "column"), MISTAKES, ids=[body for body, _, _ in MISTAKES])
def test_a_mistake_is_told_once_with_its_line(tmp_path: Path, body: str, code: str, column: str) -> None:
    lines = body.removeprefix("{").removesuffix("}").split(", ", 1) if body.startswith("{") else [body]
    found = problems(tmp_path, "\n".join(lines) + "\n")
    key = column.split(".")[0]
    row = 4 + next((i for i, line in enumerate(lines) if line.startswith(f"{key}:")), 0)
    assert [(p.code, p.column, p.row) for p in found] == [(code, column, row)]


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        "site: C99\nvessel: C1-01\nrelease: {size: small, hole_mm: 5}\ncascades: [fire>fire]\noverrides: {none: 1}\n",
    )
    assert [p.code for p in found] == [
        "chemical.no_such_site", "chemical.no_such_vessel", "chemical.given_twice", "cascade_itself",
        "unknown_override",
    ]


def test_what_was_meant_is_named(tmp_path: Path) -> None:
    def line(body: str) -> str:
        (found,) = problems(tmp_path, body)
        return found.line("en")

    assert "C01-01" in line("vessel: c01-01\n")
    assert "C02-01" in line("site: C02\nvessel: C01-01\n")
    assert "chlorine" in line("vessel: C01-01\nsubstance: ammonia\n")
    assert "0.5" in line("weather: {wind_ms: 0}\n")


def test_a_city_without_vessels_says_so(tmp_path: Path) -> None:
    city = replace(quakes.city(), vessels=None)
    assert [p.code for p in problems(tmp_path, "site: C01\n", city)] == ["chemical.no_vessels"]
    (found,) = problems(tmp_path, "", city)
    assert "vessels.csv" in found.line("zh")


def test_a_plant_without_vessels_says_so(tmp_path: Path) -> None:
    city, v = quakes.city(), vessels()
    others = v.site.copy()
    others[v.site == 53] = 0
    found = problems(tmp_path, "site: C54\n", replace(city, vessels=replace(v, site=others)))
    assert [p.code for p in found] == ["chemical.empty_site"]


def test_another_hazard_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("hazard: flood\nid: c\nname: {zh: 洪}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_chemical(path, quakes.city())
    assert [p.code for p in said(caught)] == ["chemical.hazard_kind"]


# ---- cascades, in the files of every hazard ------------------------------------------------


@pytest.mark.parametrize(("kind", "usual"), [("earthquake", False), ("flood", False), ("chemical", True)])
def test_cascades_if_nothing_is_said(tmp_path: Path, kind: str, usual: bool) -> None:
    assert of_kind(tmp_path, kind, "").cascade == cascade_of(usual)
    assert of_kind(tmp_path, kind, "cascades: false\n").cascade == NONE
    assert of_kind(tmp_path, kind, "cascades: []\n").cascade == NONE
    assert of_kind(tmp_path, kind, "cascades: true\n").cascade.links == set(all_links())
    assert of_kind(tmp_path, kind, "cascades: yes\n").cascade.links == set(all_links())
    assert of_kind(tmp_path, kind, "cascades: No\n").cascade == NONE


@pytest.mark.parametrize(
    ("given", "shown"),
    [("null", "null"), ("[true]", "true"), ("[[release>fire], 2]", "[release>fire]")],
)
def test_a_wrong_value_is_shown_as_the_file_has_it(tmp_path: Path, given: str, shown: str) -> None:
    (found,) = problems(tmp_path, f"cascades: {given}\n")
    assert found.line("en").count(f"'{shown}'") == 1


def test_a_coefficient_that_was_meant_is_named(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "overrides: {detect_low_mni: 1}\n")
    assert "nearest: detect_low_min" in found.line("en")
    assert "sim/hazard/tables" in found.line("zh")


def test_listed_cascades_are_those_that_happen(tmp_path: Path) -> None:
    cascade = of_kind(tmp_path, "earthquake", "cascades: [earthquake > release, release>fire]\n").cascade
    assert cascade.links == {"earthquake>release", "release>fire"}
    assert cascade.allows("release", "fire")
    assert not cascade.allows("fire", "release")
    assert not cascade.allows("fire", "explosion")


def test_a_chain_can_cause_what_its_links_lead_to() -> None:
    chain = Cascade(frozenset({"earthquake>release", "release>fire", "explosion>release"}))
    assert chain.can_cause(("earthquake",), "fire")
    assert not chain.can_cause(("flood",), "fire")
    assert not chain.can_cause(("earthquake",), "explosion")
    assert not NONE.can_cause(("earthquake",), "release")


@pytest.mark.parametrize(
    ("kind", "links", "codes"),
    [
        ("chemical", "fire>fire", ["cascade_itself"]),
        ("flood", "storm>storm", ["cascade_itself"]),
        ("earthquake", "earthquake>tsunami", ["cascade_unknown"]),
        ("earthquake", "fire", ["cascade_link"]),
        ("earthquake", "fire>", ["cascade_link"]),
        ("flood", "'>'", ["cascade_link"]),
        ("chemical", "release>fire, release >fire", ["cascade_twice"]),
        ("chemical", "release>fire, fire>fire, fire>water", ["cascade_itself", "cascade_unknown"]),
        ("earthquake", "flood>fire", ["cascade_idle"]),
        ("earthquake", "earthquake>release, flood>fire, fire>explosion", ["cascade_idle"]),
        ("flood", "release>explosion, explosion>release", ["cascade_idle"]),
        ("flood", "earthquake>release", ["cascade_idle"]),
        ("chemical", "flood>fire", ["cascade_idle"]),
        ("earthquake", "earthquake>flood, flood>fire", []),
        ("flood", "flood>fire, fire>explosion, explosion>release", []),
        ("chemical", "release>explosion, explosion>release", []),
    ],
)
def test_links_that_cannot_be(tmp_path: Path, kind: str, links: str, codes: list[str]) -> None:
    body = f"cascades: [{links}]\n"
    if not codes:
        assert len(of_kind(tmp_path, kind, body).cascade.links) == links.count(",") + 1
        return
    with pytest.raises(InputError) as caught:
        of_kind(tmp_path, kind, body)
    found = said(caught)
    assert [p.code for p in found] == codes
    assert {p.row for p in found} == {HEADS[kind].count("\n") + 1}
    assert all("cascades" in p.line("en") for p in found)


def test_a_link_is_named_by_its_place_in_the_list(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "cascades:\n  - release>fire\n  - fire>fire\n")
    assert (found.row, found.item) == (6, ("cascades", 2))


def test_what_nothing_can_start_is_told_with_what_can(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "release: {fire: true}\ncascades: [release>fire]\n")
    assert found.code == "cascade_idle"
    assert found.params["known"] == "fire>explosion"


@pytest.mark.parametrize("kind", HEADS)
@pytest.mark.parametrize("given", ["sometimes", "3", "{fire: explosion}", "[{fire: explosion}]", "fire>explosion"])
def test_cascades_are_yes_no_or_a_list(tmp_path: Path, kind: str, given: str) -> None:
    with pytest.raises(InputError) as caught:
        of_kind(tmp_path, kind, f"cascades: {given}\n")
    (found,) = caught.value.problems
    assert (found.code, found.column, found.item) == ("cascade_form", "cascades", None)


def test_cascades_bring_in_the_numbers_of_their_models(tmp_path: Path) -> None:
    """Without them a hazard has its own table as shipped, and knows no other key."""
    own = {"earthquake": earthquake_coefficients(), "flood": flood_coefficients()}
    for kind, table in own.items():
        assert of_kind(tmp_path, kind, "").coefficients is table
        with pytest.raises(InputError, match="valve_works"):
            of_kind(tmp_path, kind, "overrides: {valve_works: 0.5}\n")
        spec = of_kind(tmp_path, kind, "cascades: true\noverrides: {valve_works: 0.5}\n")
        assert spec.coefficients["valve_works"] == 0.5
        assert all(spec.coefficients[key] == value for key, value in table.items())
        studied = of_kind(tmp_path, kind, "cascades: true\n", valve_works=0.25)
        assert studied.coefficients["valve_works"] == 0.25
    quake = of_kind(tmp_path, "earthquake", "cascades: [earthquake>release]\n")
    assert "valve_works" in quake.coefficients
    assert "breach_formation_h" not in quake.coefficients
    assert "breach_formation_h" in of_kind(tmp_path, "earthquake", "cascades: [earthquake>flood]\n").coefficients


def test_each_table_keeps_its_rule_for_overrides(tmp_path: Path) -> None:
    """A number of the earthquake may be 0; one of a plant that is never 0 may not, in an earthquake file either."""
    assert of_kind(tmp_path, "earthquake", "overrides: {spread_sample: 0}\n").coefficients["spread_sample"] == 0.0
    with pytest.raises(InputError) as caught:
        of_kind(tmp_path, "earthquake", "cascades: true\noverrides: {liquid_discharge: 0, spread_sample: 0}\n")
    assert [p.column for p in said(caught)] == ["overrides.liquid_discharge"]


# ---- the numbers for the report ------------------------------------------------------------


def keys(tmp_path: Path, kind: str, body: str) -> list[str]:
    return [row.key for row in assumptions_of(of_kind(tmp_path, kind, body))]


def test_every_chemical_table_is_among_the_assumptions(tmp_path: Path) -> None:
    folder = quakes.ROOT / "sim" / "hazard" / "tables"
    wide = {path.stem for path in folder.glob("chemical_*.csv") if path.name not in (*OVERRIDABLE, *CONSTANTS)}
    assert wide == set(CHEMICAL_TABLES)
    listed = keys(tmp_path, "chemical", "")
    assert len(listed) == len(set(listed))
    assert all(any(key.startswith(f"{name}: ") for key in listed) for name in wide)
    assert set(chemical_coefficients()) <= set(listed)
    assert "substances: chlorine molar_mass_g" in listed
    assert all(row.source and row.evidence for row in assumptions_of(of_kind(tmp_path, "chemical", "")))


def test_cascades_add_the_assumptions_of_their_models(tmp_path: Path) -> None:
    chemical = set(keys(tmp_path, "chemical", "")) - set(earthquake_coefficients())
    for kind, start in (("earthquake", "release"), ("flood", "fire")):
        plain = keys(tmp_path, kind, "")
        assert not chemical & set(plain)
        more = keys(tmp_path, kind, f"cascades: [{kind}>{start}]\n")
        assert set(more) == set(plain) | chemical
    assert set(flood_coefficients()) <= set(keys(tmp_path, "earthquake", "cascades: true\n"))

"""Turns what ``scenario.json`` lists into records of the scenario: events, alerts, dangers, bursts, losses ..."""

from __future__ import annotations

from typing import Any

from sim.common.types import NEVER, Text
from sim.hazard import saved_tables as t
from sim.hazard.release import Burst
from sim.hazard.saved_form import ABOUT, AboutForm, DangerForm
from sim.hazard.saved_refer import Place, Refer
from sim.hazard.scenario import Alert, AvoidableLoss, Danger, Event, FacilityOut


def load_about(about: AboutForm, refer: Refer) -> dict[str, Any]:
    """Return the fields of the scenario that ``scenario.json`` alone holds; what does not fit goes to *refer*."""
    return {
        "events": _events(about, refer),
        "alerts": tuple(
            Alert(known_min=float(a.known_min), indicator=a.indicator, value=float(a.value)) for a in about.alerts
        ),
        "dangers": tuple(_danger(danger, Place(ABOUT, "dangers", i), refer) for i, danger in enumerate(about.dangers)),
        "bursts": _bursts(about, refer), "facilities": _facilities(about, refer), "avoidable": _avoidable(about, refer),
        "notes": {key: _minute(value) for key, value in about.notes.items()},
    }


def _events(about: AboutForm, refer: Refer) -> tuple[Event, ...]:
    events = []
    for i, e in enumerate(about.events):
        place = Place(ABOUT, "events", i)
        if e.parent >= i:
            refer.problems.append(place.problem("saved.parent_later", "parent", e.parent))
        events.append(
            Event(name=Text(e.name.zh, e.name.en), start_min=float(e.start_min), parent=e.parent, lon=float(e.lon),
                  lat=float(e.lat), size=float(e.size), kind=e.kind, only_if=refer.demand(e.only_if, place, "only_if"))
        )
    return tuple(events)


def _danger(danger: DangerForm, place: Place, refer: Refer) -> Danger:
    return Danger(
        event=refer.event(danger.event, place), issue_from_min=float(danger.issue_from_min),
        deadline_min=_minute(danger.deadline_min), strike_min=_minute(danger.strike_min), evacuate=danger.evacuate,
        zones=t.ints([refer.zone(code, place, "people") for code in danger.people]),
        people=t.ints(list(danger.people.values())), release=refer.release(danger.release, place),
    )


def _bursts(about: AboutForm, refer: Refer) -> tuple[Burst, ...]:
    return tuple(
        Burst(demand=refer.demand(b.demand, Place(ABOUT, "bursts", i), "demand"), warned_min=float(b.warned_min),
              crews_hurt_share=float(b.crews_hurt_share), place=b.place)
        for i, b in enumerate(about.bursts)
    )


def _facilities(about: AboutForm, refer: Refer) -> tuple[FacilityOut, ...]:
    places = [Place(ABOUT, "facilities", i) for i in range(len(about.facilities))]
    return tuple(
        FacilityOut(kind=f.kind, place=refer.place(f.kind, f.place, place), from_min=float(f.from_min),
                    to_min=_minute(f.to_min), prevented_by=refer.demand(f.prevented_by, place, "prevented_by"))
        for place, f in zip(places, about.facilities, strict=True)
    )


def _avoidable(about: AboutForm, refer: Refer) -> tuple[AvoidableLoss, ...]:
    places = [Place(ABOUT, "avoidable", i) for i in range(len(about.avoidable))]
    return tuple(
        AvoidableLoss(demand=refer.demand(a.demand, place, "demand"), by_min=float(a.by_min),
                      zone=refer.zone(a.zone, place, "zone"), loss_yuan=float(a.loss_yuan))
        for place, a in zip(places, about.avoidable, strict=True)
    )


def _minute(value: float | None) -> float:
    return NEVER if value is None else float(value)

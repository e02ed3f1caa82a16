"""What the files of all hazards share: how one is opened, when it happens, what a user puts in place of our numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypedDict

from pydantic import Discriminator, Field, Tag

from sim.common.coefficients import Coefficients
from sim.common.document import Form, FormT, read_document
from sim.common.errors import InputError, Problem


def shape(value: Any) -> str:
    """Say which way of giving a value the user has chosen."""
    if isinstance(value, Mapping | Form):
        return "fault" if "fault" in dict(value) else "parts"
    return "word" if isinstance(value, str) else "number"


Anywhere = Annotated[Literal["random"], Tag("word")]
Month = Annotated[Annotated[int, Field(ge=1, le=12, strict=True), Tag("number")] | Anywhere, Discriminator(shape)]
Hour = Annotated[Annotated[float, Field(ge=0, lt=24, strict=True), Tag("number")] | Anywhere, Discriminator(shape)]
Weekend = Annotated[Annotated[bool, Field(strict=True), Tag("number")] | Anywhere, Discriminator(shape)]


class When(Form):
    """Month, hour and weekend; each may be ``random``."""

    month: Month = "random"
    hour: Hour = "random"
    weekend: Weekend = "random"


class GivenMoment(TypedDict):
    """Month, hour and weekend as far as they are given; ``None`` is drawn."""

    month: int | None
    hour: float | None
    weekend: bool | None


def given_moment(when: When) -> GivenMoment:
    """Return what *when* gives of the moment."""
    return GivenMoment(
        month=None if when.month == "random" else when.month,
        hour=None if when.hour == "random" else float(when.hour),
        weekend=None if when.weekend == "random" else when.weekend,
    )


def read_form(
    path: Path, form: type[FormT], in_our_words: Callable[[Iterable[Problem]], list[Problem]]
) -> tuple[FormT, Any]:
    """Read *path* as *form*; returns it with the YAML nodes.

    Raises :class:`InputError` with every mistake of the form, as *in_our_words* says them.
    """
    try:
        return read_document(path, form)
    except InputError as error:
        raise InputError(in_our_words(error.problems)) from None


def given_overrides(
    of_file: Mapping[str, float], of_study: Mapping[str, float] | None, known: Coefficients
) -> dict[str, float]:
    """Return what replaces our numbers: those of the file, and before them those of a study that *known* has."""
    return {**of_file, **{key: value for key, value in (of_study or {}).items() if key in known}}


def overridden(known: Coefficients, given: Mapping[str, float], file: str) -> Coefficients:
    """Return *known* with the numbers *given* in the file in their places; *known* itself if there are none."""
    return known.with_overrides(given, file) if given else known

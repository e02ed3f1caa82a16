"""Fills a template: one HTML file that holds everything it shows and never calls out."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from sim.report.figures.style import config


def rendered(template: str, lang: str, **context: object) -> str:
    """Return the *template* of this package in *lang*, filled with *context* and with what every page needs."""
    environment = Environment(
        loader=PackageLoader("sim.report", "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    return environment.get_template(template).render(
        lang={"zh": "zh-CN", "en": "en"}[lang], plotly=Markup(get_plotlyjs()), config=Markup(config(lang)), **context
    )

"""Designs for the tests of the search: files in a folder of their own, on the reference city."""

from __future__ import annotations

from pathlib import Path

import folders

SMALL = """\
id: small
name: {zh: 小演练, en: A small drill}
city: CITY
hazard: CITY/chemicals/ammonia-day.yaml
date: 2027-06-17
stress:
  - {kind: breach, measure: gas_hurt, limit: 20, band: [0.4, 0.6]}
"""


def written(folder: Path, body: str = SMALL, more: str = "") -> Path:
    """Write a design at *folder* and return it; ``CITY`` stands for the reference city."""
    file = folder / "drill.yaml"
    file.write_text((body + more).replace("CITY", folders.CITY.as_posix()), encoding="utf-8")
    return file

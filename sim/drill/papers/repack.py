"""Makes office files (docx, xlsx) equal byte for byte when their content is equal: no clock, no machine in the zip."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a zip can hold."""
FIRST = "[Content_Types].xml"
STAMPS = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")


def repack(data: bytes, date: str) -> bytes:
    """Return the office file *data* with its parts sorted, zip dates at 1980 and both dates of ``core.xml`` at *date*.

    *date* is an ISO date (``2027-05-12``), written as midnight UTC. Raises ``zipfile.BadZipFile`` if *data* is no zip.
    """
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for name in sorted(old.namelist(), key=lambda each: (each != FIRST, each)):
            part = old.read(name)
            if name == "docProps/core.xml":
                part = STAMPS.sub(rb"\g<1>" + f"{date}T00:00:00Z".encode() + rb"\g<3>", part)
            new.writestr(_entry(name), part, zipfile.ZIP_DEFLATED, 9)
    return made.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.create_system = 0
    entry.external_attr = 0
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry

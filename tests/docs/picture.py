"""Takes the picture of the README from the report of the demo: two verdicts, and the maps of relief.

::

    python tests/docs/picture.py RUN/report-en.html docs/images/report.png
    python tests/docs/picture.py RUN/report-zh.html docs/images/report.zh-CN.png
"""

from __future__ import annotations

import base64
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

WIDTH = 1180
KEPT = [2, 5]
"""The targets in the picture by their place in the table: people relieved within 10 hours, timely reports.

Of the maps, those of the first and the third layout: the second hardly differs from the first.
"""

SHORTEN = """kept => {
    document.querySelectorAll('#verdicts table.verdicts tbody').forEach((body, i) => {
        body.style.display = kept.includes(i) ? '' : 'none';
    });
    const table = document.querySelector('#verdicts table.verdicts').getBoundingClientRect();
    const title = document.querySelector('#verdicts h2').getBoundingClientRect();
    return [title.top + scrollY - 12, table.bottom + scrollY + 14];
}"""
MAPS = """() => {
    const title = [...document.querySelectorAll('#maps h3')].at(-1);
    const figures = [...document.querySelectorAll('#maps .grid')].at(-1).querySelectorAll('figure');
    figures[1].style.display = 'none';
    return [title.getBoundingClientRect().top + scrollY - 8, figures[0].getBoundingClientRect().bottom + scrollY];
}"""


def clip(page: Page, ends: list[float]) -> str:
    area = {"x": 0, "y": ends[0], "width": WIDTH, "height": ends[1] - ends[0]}
    return base64.b64encode(page.screenshot(full_page=True, clip=area)).decode()


def take(report: Path, picture: Path) -> None:
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=next(filter(None, map(shutil.which, names)), None), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": 900})
        page.goto(report.resolve().as_uri())
        page.wait_for_timeout(4000)
        parts = [clip(page, page.evaluate(SHORTEN, KEPT)), clip(page, page.evaluate(MAPS))]
        images = "".join(f"<img style='display:block' src='data:image/png;base64,{part}'>" for part in parts)
        sheet = browser.new_page(viewport={"width": WIDTH, "height": 100})
        sheet.set_content(f"<body style='margin:0'>{images}</body>")
        sheet.wait_for_timeout(500)
        sheet.screenshot(path=str(picture), full_page=True)
        browser.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]), Path(sys.argv[2]))

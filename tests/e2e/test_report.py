"""Reports of the reference city in a real browser, opened by double click: no network, no errors, all drawn."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from folders import CITY, LAYOUTS
from playwright.sync_api import Browser, Page, expect, sync_playwright

from sim.common.types import Text
from sim.report import write_report
from sim.study.compare import compare
from sim.study.model import Study
from sim.study.run import run_study

pytestmark = pytest.mark.browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NOT_DRAWN = ".plot:not([data-drawn])"


def find_browser() -> str | None:
    """Return the first Chromium on this machine."""
    asked = os.environ.get("BROWSER_PATH")
    return asked or next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = find_browser()
    if path is None:
        message = "no Chromium found: set BROWSER_PATH, or install one"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, headless=True, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture(scope="module")
def reports(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The report of a short study of an earthquake in both languages."""
    return written(tmp_path_factory.mktemp("study"), CITY / "earthquakes" / "m65-day.yaml")


@pytest.fixture(scope="module")
def flood_reports(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The report of a short study of a flash flood in both languages."""
    return written(tmp_path_factory.mktemp("flood"), CITY / "floods" / "storm-2018-07-22.yaml")


def written(folder: Path, scenario: Path) -> dict[str, Path]:
    """Run a short study and write its report in both languages."""
    study = Study(
        study_id="short",
        name=Text("两种布局", "Two layouts"),
        file=folder / "short.yaml",
        city=CITY,
        scenario=scenario,
        layouts=(LAYOUTS / "current.yaml", LAYOUTS / "spread-rescue.yaml"),
        replications=3,
        seed=5,
    )
    run = run_study(study, workers=1, out=folder / "run")
    comparison = compare(run)
    paths = {lang: folder / f"report-{lang}.html" for lang in ("zh", "en")}
    for lang, path in paths.items():
        write_report(run, comparison, lang, path)
    return paths


@pytest.fixture
def opened(browser: Browser, reports: dict[str, Path], request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of (language, width) that must neither call out nor fail."""
    lang, width = request.param
    yield from open_page(browser, reports[lang], width)


@pytest.fixture
def flooded(browser: Browser, flood_reports: dict[str, Path], request: pytest.FixtureRequest) -> Iterator[Page]:
    """The same for the flood."""
    lang, width = request.param
    yield from open_page(browser, flood_reports[lang], width)


def open_page(browser: Browser, path: Path, width: int) -> Iterator[Page]:
    """Give the page at *path* and see that it neither calls out nor fails."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    wrong: list[str] = []
    page.on("request", lambda r: None if r.url.startswith(("file:", "data:", "blob:")) else wrong.append(r.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.goto(path.as_uri())
    expect(page.locator(NOT_DRAWN)).to_have_count(0, timeout=30_000)  # no script of ours: the page forbids eval
    yield page
    page.close()
    assert wrong == []


both = pytest.mark.parametrize("opened", [("zh", 1280), ("en", 1280)], indirect=True)
phone = pytest.mark.parametrize("opened", [("zh", 390)], indirect=True)
english = pytest.mark.parametrize("opened", [("en", 1280)], indirect=True)
chinese = pytest.mark.parametrize("opened", [("zh", 1280)], indirect=True)


@both
def test_every_figure_is_drawn_with_marks_in_it(opened: Page) -> None:
    empty = opened.eval_on_selector_all(
        ".plot", "plots => plots.filter(p => !p.querySelector('.scatterlayer path, .barlayer path')).map(p => p.id)"
    )
    assert empty == []
    assert (
        opened.locator(".plot").count() == 2 + 1 + 4 * 2 + 4 + 1 + 2 + 1
    )  # times, kit, maps, curves, tiers, teams, timetable


@both
def test_nothing_is_wider_than_the_page(opened: Page) -> None:
    assert opened.evaluate("document.documentElement.scrollWidth") <= 1280
    assert outside(opened) == []


@phone
def test_a_phone_can_show_it(opened: Page) -> None:
    assert opened.evaluate("document.documentElement.scrollWidth") <= 390
    assert outside(opened) == []


def outside(page: Page) -> list[str]:
    """Return the elements that stick out of the page without a scroll bar of their own."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('main *')]
            .filter(e => !e.closest('.scroll') && !e.closest('.plot'))
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
            .map(e => e.tagName + '.' + e.className)"""
    )
    return found


@chinese
def test_the_mode_bar_speaks_chinese_and_offers_no_cloud(opened: Page) -> None:
    titles = opened.eval_on_selector_all(".modebar-btn", "buttons => buttons.map(b => b.dataset.title)")
    assert "下载图片（PNG）" in titles
    assert not [title for title in titles if title and title.isascii()]


@english
def test_no_button_shares_a_chart(opened: Page) -> None:
    titles = opened.eval_on_selector_all(".modebar-btn", "buttons => buttons.map(b => b.dataset.title.toLowerCase())")
    assert "download plot as a png" in titles
    assert not [title for title in titles if "cloud" in title or "share" in title or "studio" in title]


@english
def test_the_townships_can_be_sorted_with_the_keyboard(opened: Page) -> None:
    def people() -> list[int]:
        cells = opened.locator("#townships table.sortable tbody td:nth-child(2)").all_inner_texts()
        return [int(cell.replace(",", "")) for cell in cells]

    button = opened.locator("#townships table.sortable thead button").nth(1)
    before = people()
    button.focus()
    opened.keyboard.press("Enter")
    assert people() == sorted(before, reverse=True) != before
    assert button.locator("xpath=ancestor::th").get_attribute("aria-sort") == "descending"
    opened.keyboard.press("Enter")
    assert people() == sorted(before)


@english
def test_sorting_by_a_layouts_column_keeps_the_empty_cells_last(opened: Page) -> None:
    headers = opened.locator("#townships table.sortable thead tr:last-child button")
    headers.nth(0).click()  # arrival under A
    keys = opened.eval_on_selector_all("table.sortable tbody tr", "rows => rows.map(row => row.cells[6].dataset.sort)")
    known = [float(key) for key in keys if key]
    assert known == sorted(known, reverse=True)
    assert keys == [key for key in keys if key] + [key for key in keys if not key]


@english
def test_hovering_over_a_township_names_it(opened: Page) -> None:
    plot = opened.locator("#map-relief-A")
    plot.scroll_into_view_if_needed()
    box = plot.locator(".nsewdrag").first.bounding_box()
    assert box is not None
    for share in (0.25, 0.35, 0.45, 0.6):
        opened.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] * 0.6)
        if plot.locator(".hovertext").count():
            break
    assert "people" in str(plot.locator(".hovertext").first.text_content())


@english
def test_printing_opens_what_is_folded(opened: Page) -> None:
    assert opened.locator("details[open]").count() == 0
    opened.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert opened.locator("details[open]").count() == opened.locator("details").count() == 2
    opened.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert opened.locator("details[open]").count() == 0


# ---- a flood ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("flooded", [("zh", 1280), ("en", 1280), ("zh", 390)], indirect=True)
def test_every_figure_of_a_flood_is_drawn_and_fits(flooded: Page) -> None:
    empty = flooded.eval_on_selector_all(
        ".plot", "plots => plots.filter(p => !p.querySelector('.scatterlayer path, .barlayer path')).map(p => p.id)"
    )
    assert empty == []
    assert flooded.locator("#evacuation .plot").count() == 1 + 2  # bars, a map for each layout
    assert 2 <= flooded.locator(".plot[id^=map-water-]").count() <= 6
    assert flooded.locator("#map-intensity").count() == 0
    width = flooded.viewport_size
    assert width is not None
    assert flooded.evaluate("document.documentElement.scrollWidth") <= width["width"]
    assert outside(flooded) == []


@pytest.mark.parametrize("flooded", [("en", 1280)], indirect=True)
def test_the_table_of_exposure_can_be_sorted(flooded: Page) -> None:
    button = flooded.locator("#evacuation table.sortable thead button").nth(2)
    button.click()
    keys = flooded.eval_on_selector_all(
        "#evacuation table.sortable tbody tr", "rows => rows.map(row => Number(row.cells[2].dataset.sort))"
    )
    assert len(keys) > 1
    assert keys == sorted(keys, reverse=True)

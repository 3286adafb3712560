"""The facing page, as a reader uses it in a real browser."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from corpus.page import histogram, write_page
from corpus.pair import Pair

ATTACK = "<script>document.title = 'preso'</script><img src=x onerror=\"document.title='preso'\">"
PAIRS = [
    Pair("a#p01s01", "Primo titolo", "First title", 91, 80),
    Pair("a#p02s01", "Costa 1.200 euro.", "It costs 12 euros.", 35, 60, flags=("low", "numbers"), note="caro"),
    Pair("a#p02s02", ATTACK, f"{ATTACK} \" onclick='x'", 50),
    Pair("a#p03s01", "Fine.", "The end.", 77, status="edited", machine="End."),
    Pair("b#p01s01", "Boh.", "", 0, flags=("empty",), status="rejected"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium, the system's own."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The page of PAIRS, open, with no way to anything outside the file."""
    write_page(tmp_path / "a.html", PAIRS, "Prova & <b>altro</b>")
    context = browser.new_context(viewport={"width": 1200, "height": 800}, offline=True)
    opened = context.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    opened.goto((tmp_path / "a.html").as_uri())
    yield opened
    assert problems == []
    context.close()


def lit(page: Page) -> list[str]:
    """The ids of the sentences that are lit up."""
    found: list[str] = page.eval_on_selector_all(".lit", "nodes => nodes.map(node => node.id)")
    return found


@pytest.mark.slow
def test_what_an_article_says_is_text_and_nothing_else(page: Page) -> None:
    assert page.title() == "Prova & <b>altro</b> · testo a fronte"
    assert page.inner_text("h1") == "Prova & <b>altro</b>"
    assert page.inner_text("#i3") == ATTACK
    assert page.inner_text("#e3") == f"{ATTACK} \" onclick='x'"
    assert page.locator("main script, main img").count() == 0


@pytest.mark.slow
def test_a_click_lights_up_the_partner_and_says_what_is_doubtful(page: Page) -> None:
    page.click("#i2")
    assert lit(page) == ["i2", "e2"]
    assert page.inner_text("#about") == (
        "a#p02s01 · score 35 % · adequacy 60 % · low: score or adequacy is low: the meaning may be off; "
        "numbers: the numbers differ in value · note: caro"
    )
    assert (
        page.get_attribute("#e2", "title")
        == "low: score or adequacy is low: the meaning may be off\nnumbers: the numbers differ in value"
    )
    page.click("#e1")
    assert lit(page) == ["i1", "e1"]
    page.click("#e1")
    assert lit(page) == []


@pytest.mark.slow
def test_it_is_read_with_the_keyboard_alone(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the text"
    page.focus("#i1")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert (lit(page), page.evaluate("document.activeElement.id")) == (["i2", "e2"], "e2")
    page.keyboard.press("n")
    assert (lit(page), page.evaluate("document.activeElement.id")) == (["i5", "e5"], "e5")
    page.keyboard.press("n")
    assert lit(page) == ["i2", "e2"]
    page.keyboard.press("Escape")
    assert (lit(page), page.inner_text("#about")) == ([], "")
    # One stop for the Tab key in the text, wherever the reader was last.
    assert page.locator('main [tabindex="0"]').count() == 1


@pytest.mark.slow
def test_a_screen_reader_hears_languages_doubts_and_figures(page: Page) -> None:
    assert page.eval_on_selector_all("main p", "nodes => nodes.map(node => node.lang)") == ["it", "en"] * 4
    tree = page.locator("body").aria_snapshot()
    for expected in (
        "own confidence: mean 51 percent; 1 from 0 to 9; 1 from 30 to 39;",
        "It costs 12 euros. (doubtful: low: score or adequacy is low",
        'navigation "Articles"',
        'heading "b" [level=2]',
        "main:",
    ):
        assert expected in tree, tree
    assert page.locator(".rejected").count() == 1
    assert page.inner_text("#e4") == "The end."


@pytest.mark.slow
def test_buttons_go_to_doubts_and_change_the_light(page: Page) -> None:
    chips = page.eval_on_selector_all("[data-flag]", "nodes => nodes.map(node => node.innerText)")
    assert chips == ["low 1", "numbers 1", "empty 1"]
    page.click('[data-flag="empty"]')
    assert lit(page) == ["i5", "e5"]
    page.click("#only")
    assert page.get_attribute("#only", "aria-pressed") == "true"
    assert float(page.evaluate("getComputedStyle(document.getElementById('e1')).opacity")) < 0.5
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("#theme")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("#theme")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == light != dark
    page.emulate_media(media="print")
    assert not page.is_visible("#theme")


@pytest.mark.slow
def test_five_thousand_sentences_open_and_scroll_at_once(browser: Browser, tmp_path: Path) -> None:
    pairs = [
        Pair(f"a#p{i // 5 + 1:02}s{i % 5 + 1:02}", f"Questa è la frase numero {i}. " * 3, f"This is number {i}. " * 3, i % 100)
        for i in range(5000)
    ]
    write_page(tmp_path / "a.html", pairs, "lunga")
    page = browser.new_page(viewport={"width": 1200, "height": 800})
    page.goto((tmp_path / "a.html").as_uri())
    # The time between frames while it scrolls from end to end, in milliseconds.
    gaps = page.evaluate(
        """async () => {
            const gaps = []; let last = performance.now();
            for (let y = 0; y < document.body.scrollHeight && gaps.length < 120; y += document.body.scrollHeight / 120) {
                scrollTo(0, y); await new Promise(requestAnimationFrame);
                const now = performance.now(); gaps.push(now - last); last = now;
            }
            return gaps;
        }"""
    )
    assert len(gaps) == 120
    assert sorted(gaps)[60] < 100, gaps
    page.click("#e5000")
    assert lit(page) == ["i5000", "e5000"]
    page.close()


def test_the_page_needs_nothing_from_outside(tmp_path: Path) -> None:
    write_page(tmp_path / "a.html", PAIRS[:2], "x")
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert not re.search(r"https?://|src=|@import|url\(", text)
    write_page(tmp_path / "b.html", [], "vuota")
    assert "0 sentence pairs" in (tmp_path / "b.html").read_text(encoding="utf-8")


def test_a_histogram_has_ten_bars_and_the_highest_is_whole() -> None:
    assert histogram([0, 5, 95, 100, 99, 55]) == [(10 * i, n, n / 3) for i, n in enumerate((2, 0, 0, 0, 0, 1, 0, 0, 0, 3))]

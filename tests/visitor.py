"""A person at a browser, for journeys: signs in, fills in what a label says, presses what a button says."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Locator, Page, TimeoutError, expect

from stretchhub.people.models import User
from tests.asked import ALL
from tests.factories import PASSWORD

CODE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}\.[\w-]{43}")
MOST_TABS = 400
MOST_LOOKS = 5
# What Chromium and axe say when the page they were looking at has gone.
GONE = ("Execution context was destroyed", "Cannot find context", "axe is not defined")
axe = Axe()
# Of what axe asks, what has another answer in another light.
OF_COLOUR = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}
LIGHTS: dict[str, dict[str, Any]] = {"light": {"resultTypes": ["violations"]}, "dark": OF_COLOUR}
# Whether every panel that the page asks for by itself is there: one that comes while a link is pressed moves it away.
AT_REST = """() => !window.htmx || !document.querySelector("[hx-trigger='load'], .htmx-swapping, .htmx-settling")"""
PATIENCE = 10_000
# How what has the focus looks, with the label it may stand in, and as what it is named when it does not differ.
LOOKS = """e => [e, e.closest("label"), ...(e.labels || [])].filter(Boolean).map((each) => {
  const style = getComputedStyle(each);
  return [style.outline, style.boxShadow, style.borderColor, style.backgroundColor, style.textDecoration].join();
}).join("|")"""
NAMED = "e => e.outerHTML.slice(0, 160)"
# Whether it, or the label that is drawn for it, lies in the window with nothing above it.
IN_SIGHT = """e => [e, e.closest("label"), ...(e.labels || [])].filter(Boolean).some((each) =>
  [...each.getClientRects()].some((box) => {
    const [x, y] = [box.x + box.width / 2, box.y + Math.min(box.height / 2, 20)];
    const top = document.elementFromPoint(x, y);
    return box.width > 1 && top && (each.contains(top) || top.contains(each));
  }))"""
TO_THE_TOP = "() => { const b = document.body; b.tabIndex = -1; b.focus(); b.removeAttribute('tabindex') }"
ORDER = """() => [...document.querySelectorAll("*")].indexOf(document.activeElement)"""
# What is in the window: how wide that is, by how much the page is wider, its heading, and each kind of element on it.
SEEN = """() => ({
  width: window.innerWidth,
  wider: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  heading: document.querySelector("h1").innerText.replace(/\\s+/g, " "),
  kinds: [...new Set([...document.querySelectorAll("body, body *")].map((each) =>
    [each.localName, each.type || "", each.getAttribute("role") || "",
     ...[...each.classList].filter((name) => !name.startsWith("htmx-")).sort()].join(" ")))],
})"""
# How many stops Tab makes at most until it is there, as far as a page can tell: without what is hidden or turned off.
AWAY = """e => {
  const one = (radio) => radio.checked || !(radio.form || document).querySelector(
    `input[type=radio][name="${CSS.escape(radio.name)}"]:checked`) && radio === (radio.form || document).querySelector(
    `input[type=radio][name="${CSS.escape(radio.name)}"]`);
  const stops = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")].filter(
    (each) => each.tabIndex >= 0 && !each.disabled && each.checkVisibility({ visibilityProperty: true })
      && (each.type !== "radio" || one(each)));
  const [here, there] = [document.activeElement, e].map((each) => stops.findLastIndex(
    (stop) => stop === each || stop.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING));
  return there - here;
}"""


@dataclass(frozen=True)
class Screens:
    """How wide everybody's is, in pixels: their own, or the other one of a phone's and a desk's."""

    swapped: bool = False

    def of(self, part: str) -> int:
        return PHONE if (part in AT_A_DESK) == self.swapped else DESK

    def __str__(self) -> str:
        return "swapped" if self.swapped else "own"


PHONE, DESK = 390, 1280
AT_A_DESK = {"mentor", "hr", "calibrator"}
# With all tests a journey is made by everybody on either, so that each of its pages is seen on both.
on_screens = pytest.mark.parametrize("screens", [Screens(), *[Screens(swapped=True)] * ALL], ids=str)


class LookedAt:
    """What axe has found nothing on: addresses without their codes, and kinds of elements; one for all processes."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def without(self, names: set[str]) -> set[str]:
        """Those of these names that it has not looked at."""
        return names - set(self.file.read_text().splitlines()) if self.file.exists() else names

    def add(self, names: set[str]) -> None:
        with self.file.open("a") as lines:
            lines.write("".join(f"{name}\n" for name in names))


LOOKED_AT = LookedAt(Path(os.environ["TEST_DATA_DIR"]) / "looked-at")


class Visitor:
    """Axe looks, in light and in dark, at each page that somebody meets when its address is new, or when a kind of
    element is on it that was on none before; with all tests, at each width, and where the heading is another."""

    def __init__(self, page: Page, user: User, *, looks: bool = True) -> None:
        self.page, self.user, self.looks = page, user, looks

    def sign_in(self) -> Visitor:
        self.page.goto("/")
        self.look()
        self.page.get_by_label("Email").or_(self.page.get_by_label("E-mail")).first.fill(self.user.email)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.press("Sign in", exact=True)
        return self.sees("Today")

    def go(self, address: str) -> Visitor:
        self.page.goto(address)
        self.look()
        return self

    def follow(self, link: str | re.Pattern[str], **options: Any) -> Visitor:
        self._at_rest()
        self._change(self.page.get_by_role("link", name=link, **options).first.click)
        return self

    def press(self, button: str | re.Pattern[str], **options: Any) -> Visitor:
        self._at_rest()
        self._change(self.page.get_by_role("button", name=button, **options).first.click)
        return self

    def fill(self, **fields: Any) -> Visitor:
        """By the field's name: text is typed, True checks, a list of labels checks those."""
        for name, value in fields.items():
            inside = self.page.locator(f"[name='{name.replace('__', '-')}']")
            field = self.page.locator("main").locator(inside)
            if value is True:
                field.first.check()
            elif field.first.evaluate("field => field.tagName") == "SELECT":
                field.select_option(label=value)
            elif (kind := field.first.get_attribute("type")) in ("radio", "checkbox"):
                around = self.page.locator("main label", has=inside).filter(has_text=value)
                beside = self.page.locator("main").get_by_role(kind, name=value)
                around.or_(beside).first.click()
            else:
                field.first.fill(str(value))
        return self

    def choose_person(self, user: User) -> Visitor:
        """Search as one does: a part of the name, then the person."""
        self.page.locator("input[name=q]").fill(user.full_name)
        self.page.locator("main label", has_text=user.full_name).first.click()
        return self

    def rate(self, levels: Mapping[str, int]) -> Visitor:
        """Choose a level of each of these questions."""
        for name, level in levels.items():
            self.choose(name, str(level))
        return self

    def choose(self, name: str, value: str) -> Visitor:
        """One of several answers, by the value its field sends."""
        self.page.locator(f"main input[name='{name}'][value='{value}']").check()
        return self

    def move(self, title: str, stage: str) -> Visitor:
        """A card to another stage, by its “Move to…”."""
        card = self.page.locator("[data-card]", has_text=title)
        card.get_by_text("Move to…").click()
        self.page.get_by_role("dialog").get_by_role("button", name=stage, exact=True).click()
        return self

    def sees(self, words: str) -> Visitor:
        expect(self.page.locator("main").get_by_text(words).locator("visible=true").first).to_be_visible()
        return self

    def is_told(self, words: str) -> Visitor:
        expect(self.page.get_by_text(words).first).to_be_visible()
        return self

    def lowest(self, css: str) -> float:
        """Of all these that are seen, how high the lowest is, in pixels; what a closed part holds is not laid out."""
        boxes = [each.bounding_box() for each in self.page.locator(css).all() if each.is_visible()]
        return min(box["height"] for box in boxes if box)

    def look(self) -> None:
        """No violation for axe here, in either light; the page does not scroll sideways."""
        if not self.looks:
            return
        for _time in range(MOST_LOOKS):
            if self._has_looked():
                return
            # A key begins a navigation that nothing waits for: the page looked at has gone, and the next one is meant.
            self.page.wait_for_load_state("load")
        raise AssertionError(f"{self.page.url} never came to rest")

    def _has_looked(self) -> bool:
        try:
            self._look()
        except Error as error:
            if any(words in error.message for words in GONE):
                return False
            raise
        return True

    def _look(self) -> None:
        seen = self.page.locator("h1").first.evaluate(SEEN)
        address, width = CODE.sub("…", urlsplit(self.page.url).path), seen["width"]
        names = {address, *seen["kinds"]}
        if ALL:
            names = {f"{CODE.sub('…', self.page.url)} {seen['heading']}", *names}
            names = {f"{name} at {width}" for name in names}
        if new := LOOKED_AT.without(names):
            self._look_in_both_lights()
            LOOKED_AT.add(new)
        assert seen["wider"] <= 0, f"{self.page.url} scrolls sideways by {seen['wider']} px at {width} px"

    def _look_in_both_lights(self) -> None:
        self.page.evaluate(axe.axe_script)
        for scheme, asked in LIGHTS.items():
            self.page.emulate_media(color_scheme=scheme)
            found = AxeResults(self.page.evaluate("asked => axe.run(asked)", asked))
            assert found.violations_count == 0, f"{self.page.url} in {scheme}:\n{found.generate_report()}"
        self.page.emulate_media(color_scheme="light")

    def _at_rest(self) -> None:
        # Without a connection a panel never comes; then the page is used as it is.
        with suppress(TimeoutError):
            self.page.wait_for_function(AT_REST, timeout=PATIENCE)

    def _change(self, click: Callable[[], None]) -> None:
        click()
        # A form that waits for the answer of its draft is sent after that.
        self.page.wait_for_function("() => !document.querySelector('form[data-autosave-held]')")
        self.page.wait_for_load_state("load")
        self.look()


class KeyboardVisitor(Visitor):
    """Somebody without a pointer: everything is reached by Tab and done by keys."""

    def follow(self, link: str | re.Pattern[str], **options: Any) -> Visitor:
        self._at_rest()
        self._reach(self.page.get_by_role("link", name=link, **options).first)
        self._change(lambda: self.page.keyboard.press("Enter"))
        return self

    def press(self, button: str | re.Pattern[str], **options: Any) -> Visitor:
        self._at_rest()
        self._reach(self.page.get_by_role("button", name=button, **options).first)
        self._change(lambda: self.page.keyboard.press("Enter"))
        return self

    def fill(self, **fields: Any) -> Visitor:
        for name, value in fields.items():
            field = self.page.locator(f"main [name='{name.replace('__', '-')}']").first
            self._reach(field)
            if field.evaluate("field => field.tagName") == "SELECT":
                self._step_to(field, value)
            else:
                self.page.keyboard.press("Control+a")
                self.page.keyboard.type(value)
        return self

    def choose(self, name: str, value: str) -> Visitor:
        """Tab stops at the group once; the arrows go on to the answer."""
        wanted = self.page.locator(f"main input[name='{name}'][value='{value}']")
        self._reach(self.page.locator(f"main input[name='{name}']").first, group=name)
        for _step in range(wanted.page.locator(f"main input[name='{name}']").count()):
            if wanted.is_checked():
                return self
            self.page.keyboard.press("ArrowDown")
        if not wanted.is_checked():
            self.page.keyboard.press("Space")
        expect(wanted).to_be_checked()
        return self

    def move(self, title: str, stage: str) -> Visitor:
        card = self.page.locator("[data-card]", has_text=title)
        self._reach(card)
        self.page.keyboard.press("Alt+ArrowRight")
        return self

    def walk(self) -> KeyboardVisitor:
        """Tab through the whole page: in its order, each stop to be seen and to be told from the others."""
        self.page.evaluate("window.scrollTo(0, 0)")
        self.page.evaluate(TO_THE_TOP)
        stops: list[int] = []
        for _tab in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            place = self.page.evaluate(ORDER)
            if place in stops[-1:]:
                # A day and an hour have several places within.
                continue
            if place in stops or self.page.evaluate("document.activeElement === document.body"):
                break
            stops.append(place)
            stop = self.page.evaluate_handle("document.activeElement")
            name = f"{self.page.url}: {stop.evaluate(NAMED)}"
            focused = stop.evaluate(LOOKS)
            assert stop.evaluate(IN_SIGHT), f"{name} has the focus and is not to be seen"
            stop.evaluate("e => e.blur()")
            assert stop.evaluate(LOOKS) != focused, f"{name} looks the same with the focus"
            stop.evaluate("e => e.focus({ preventScroll: true })")
        assert stops == sorted(stops), f"{self.page.url} is not reached in its order"
        assert len(stops) > 5, f"{self.page.url} has only {len(stops)} stops"
        return self

    def open_details(self, words: str) -> KeyboardVisitor:
        self._reach(self.page.locator("summary", has_text=words).first)
        self.page.keyboard.press("Enter")
        return self

    def fill_time(self, name: str, hour: int, minute: int) -> KeyboardVisitor:
        """Digits go on to the next place by themselves; where hours go to twelve the last is the half of the day."""
        self._reach(self.page.locator(f"main [name='{name}']"))
        self.page.keyboard.type(f"{hour:02}{minute:02}AM")
        return self

    def _step_to(self, field: Locator, label: str) -> None:
        """Arrow keys through the choices of a closed list, from its first."""
        self.page.keyboard.press("Home")
        for _choice in range(field.evaluate("field => field.options.length")):
            if field.evaluate("field => field.selectedOptions[0].label.trim()") == label:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"“{label}” cannot be reached by arrow keys")

    def _reach(self, wanted: Locator, group: str = "") -> None:
        """Tab onwards until it has the focus; what Tab never reaches fails."""
        wanted.wait_for(state="attached")
        # Most of the way without asking after each step.
        for _tab in range(wanted.evaluate(AWAY) - 1):
            self.page.keyboard.press("Tab")
        found = "(e, group) => document.activeElement === e || (group && document.activeElement.name === group)"
        for _tab in range(MOST_TABS):
            if wanted.evaluate(found, group):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{wanted} is not reached by Tab")

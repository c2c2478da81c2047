"""A person at a browser, for journeys: signs in, fills in what a label says, presses what a button says."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from stretchhub.people.models import User
from tests.factories import PASSWORD

CODE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
axe = Axe()


class Visitor:
    """Each page this person meets is looked at once by axe, in light and in dark."""

    def __init__(self, page: Page, user: User, *, looks: bool = True) -> None:
        self.page, self.user, self.looks = page, user, looks
        self.met: set[tuple[str, str]] = set()

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

    def follow(self, link: str, **options: Any) -> Visitor:
        self._change(self.page.get_by_role("link", name=link, **options).first.click)
        return self

    def press(self, button: str, **options: Any) -> Visitor:
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

    def sees(self, words: str) -> Visitor:
        expect(self.page.locator("main").get_by_text(words).locator("visible=true").first).to_be_visible()
        return self

    def is_told(self, words: str) -> Visitor:
        expect(self.page.get_by_text(words).first).to_be_visible()
        return self

    def look(self) -> None:
        """No violation for axe here, in either light; the page does not scroll sideways."""
        if not self.looks:
            return
        key = (CODE.sub("…", self.page.url), self.page.locator("h1").first.inner_text())
        if key in self.met:
            return
        self.met.add(key)
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            found = axe.run(self.page)
            assert found.violations_count == 0, f"{self.page.url} in {scheme}:\n{found.generate_report()}"
        self.page.emulate_media(color_scheme="light")
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{self.page.url} scrolls sideways by {wide} px"

    def _change(self, click: Callable[[], None]) -> None:
        click()
        self.page.wait_for_load_state("load")
        self.look()

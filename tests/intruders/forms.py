"""The forms of a page as a browser would send them: what stands in them, and something honest in what is empty."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urlsplit

from stretchhub.env import today

UNTOUCHED = {"submit", "button", "image", "reset", "file"}
# Buttons that do something else than what the form is for.
SIDE_DOORS = {"keep", "keep_draft", "throw_away", "find", "undo", "add", "more", "preview", "count"}


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    # Where free text can be typed.
    texts: list[str] = field(default_factory=list)
    # Every name it has, also of what was not chosen.
    names: set[str] = field(default_factory=set)
    button: tuple[str, str] | None = None
    # What had to be made up although it may be left empty.
    made_up: set[str] = field(default_factory=set)

    def least(self) -> dict[str, list[str]]:
        """The same with nothing in what may be left empty."""
        return {name: [""] if name in self.made_up else values for name, values in self.data().items()}

    def data(self) -> dict[str, list[str]]:
        pressed = {self.button[0]: [self.button[1]]} if self.button else {}
        return {**self.fields, **pressed}


class Forms(HTMLParser):
    """Collects them, with the first choice of each group that nothing was chosen from."""

    def __init__(self, address: str) -> None:
        super().__init__(convert_charrefs=True)
        self.address, self.found = address, []
        self._form: Form | None = None
        self._select: tuple[str, bool] | None = None
        self._options: list[tuple[str, bool]] = []
        self._textarea: tuple[str, bool] | None = None
        self._typed, self._may_be_empty = "", False
        self._radios: dict[str, str] = {}

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in given}
        if tag == "form":
            action = urlsplit(has.get("action") or self.address).path
            self._form, self._radios = Form(action, has.get("method", "get").lower()), {}
        elif self._form is None:
            return
        elif tag == "input":
            self._input(has)
        elif tag == "select" and "name" in has:
            self._select, self._options = (has["name"], "required" not in has), []
        elif tag == "option" and self._select:
            self._options.append((has.get("value", ""), "selected" in has))
        elif tag == "textarea" and "name" in has:
            self._textarea, self._typed = (has["name"], "disabled" in has), ""
            self._may_be_empty = "required" not in has
        elif tag == "button" and has.get("type", "submit") == "submit":
            name = has.get("name", "")
            if self._form.button is None and name and name not in SIDE_DOORS and "formaction" not in has:
                self._form.button = (name, has.get("value", ""))

    def _input(self, has: dict[str, str]) -> None:
        form, kind, name = self._form, has.get("type", "text"), has.get("name", "")
        assert form is not None
        if not name or "disabled" in has:
            return
        form.names.add(name)
        if kind in UNTOUCHED:
            return
        if kind == "radio":
            self._radios.setdefault(name, has.get("value", "on"))
            if "checked" in has:
                form.fields[name] = [has.get("value", "on")]
        elif kind == "checkbox":
            if "checked" in has or "required" in has:
                form.fields.setdefault(name, []).append(has.get("value", "on"))
        else:
            if kind in ("text", "search", "url"):
                form.texts.append(name)
            form.fields.setdefault(name, []).append(has.get("value", "") or self._honest(kind, has))
            self._note(name, has)

    def _note(self, name: str, has: dict[str, str]) -> None:
        assert self._form is not None
        if not has.get("value") and "required" not in has:
            self._form.made_up.add(name)

    def _honest(self, kind: str, has: dict[str, str]) -> str:
        if kind == "date":
            return max(str(today() + timedelta(days=7)), has.get("min", ""))
        if kind in ("number", "range"):
            return has.get("min") or "3"
        if kind == "email":
            return "somebody.new@example.org"
        if kind == "url":
            return "https://example.org/"
        return {"hidden": "", "time": "09:00", "password": "", "datetime-local": ""}.get(kind, "Said in words.")

    def handle_endtag(self, tag: str) -> None:
        if self._form is None:
            return
        if tag == "select" and self._select:
            self._chosen()
        elif tag == "textarea" and self._textarea:
            name, off = self._textarea
            if not off:
                self._form.names.add(name)
                self._form.texts.append(name)
                if self._may_be_empty and not self._typed.strip():
                    self._form.made_up.add(name)
                self._form.fields[name] = [self._typed.removeprefix("\n") or "Written in words."]
            self._textarea = None
        elif tag == "form":
            for name, first in self._radios.items():
                self._form.fields.setdefault(name, [first])
            self.found.append(self._form)
            self._form = None

    def _chosen(self) -> None:
        assert self._form is not None
        assert self._select is not None
        name, may_be_empty = self._select
        self._form.names.add(name)
        values = [value for value, selected in self._options if selected and value]
        first = [value for value, _selected in self._options if value][:1]
        self._form.fields[name] = values or first
        if may_be_empty and not values and self._options[:1] and not self._options[0][0]:
            self._form.made_up.add(name)
        self._select = None

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._typed += data


def forms_of(page: bytes, address: str) -> list[Form]:
    """Those of a page that are sent by POST."""
    reader = Forms(address)
    reader.feed(page.decode())
    return [form for form in reader.found if form.method == "post"]

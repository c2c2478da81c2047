"""A form that remembers what it showed, so that saving it changes nothing but what was changed in it.

Others may have saved the same record since the page was opened. A field that was left as it was shown follows
what stands now. One that both have changed is a clash: the page shows both texts, and nothing is written.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext as _

# Far more than a record takes.
LONGEST = 20_000


class Clash(NamedTuple):
    """One field that somebody else has changed since the page was opened, and this form as well."""

    label: str
    saved: str
    typed: str


class ShownForm(forms.ModelForm):
    """A form of a record that others change too; what it showed is carried in the hidden field `seen`.

    Sent without it, say by a script, it counts as filled in a moment ago.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._shown: dict[str, list[str]] = {}
        self._now: dict[str, list[str]] = {}
        if self.instance.pk is None:
            del self.fields["seen"]
        else:
            self.fields["seen"].initial = self._as_opened

    def full_clean(self) -> None:
        if self.is_bound and "seen" in self.fields:
            self._follow()
        super().full_clean()

    def changes(self) -> dict[str, Any]:
        """The fields that were changed in this form, with what they are to be."""
        return {name: self.cleaned_data[name] for name in self._names() if self._touched(name)}

    def clashes(self) -> list[Clash]:
        """What somebody else has changed as well since the page was opened, otherwise than it was typed here."""
        return [
            Clash(str(self[name].label), self._words(name, self._now[name]), self._words(name, self._typed(name)))
            for name in self._names()
            if self._touched(name) and self._shown[name] != self._now[name] != self._typed(name)
        ]

    def show_now(self) -> None:
        """From here on the page has shown what stands now: sent once more, it is meant."""
        self._carry(self._now)

    def _follow(self) -> None:
        """Take what stands now for all that was left as it was shown."""
        self._now = {name: _lines(self[name].initial) for name in self._names()}
        shown = self._read()
        self.data = self.data.copy()
        for name, now in self._now.items():
            before = shown.get(name, now)
            if self._typed(name) == before != now:
                self.data.setlist(self.add_prefix(name), now)
                before = now
            self._shown[name] = before
        self._carry(self._shown)

    def _carry(self, shown: dict[str, list[str]]) -> None:
        self._shown = dict(shown)
        self.data[self.add_prefix("seen")] = json.dumps(shown)

    def _read(self) -> dict[str, list[str]]:
        """What the page had shown; nothing where that cannot be read."""
        try:
            said = json.loads(self.data.get(self.add_prefix("seen"), "")[:LONGEST])
        except (ValueError, RecursionError):
            return {}
        known = said.items() if isinstance(said, dict) else ()
        return {name: _lines(value) for name, value in known if isinstance(value, list)}

    def _as_opened(self) -> str:
        return json.dumps({name: _lines(self[name].initial) for name in self._names()})

    def _names(self) -> list[str]:
        return [name for name in self.fields if name != "seen"]

    def _touched(self, name: str) -> bool:
        return self._typed(name) != self._shown[name]

    def _typed(self, name: str) -> list[str]:
        return _lines(self.data.getlist(self.add_prefix(name)))

    def _words(self, name: str, values: list[str]) -> str:
        """As people read it: the words of a choice rather than its key."""
        labels = dict(getattr(self.fields[name], "choices", ()))
        return ", ".join(str(labels.get(value, value)) for value in values)


def _lines(value: Any) -> list[str]:
    """The values of a field as a browser sends them: no line ends, nothing around them, none where it is empty."""
    values = value if isinstance(value, list) else [value]
    found = ["".join(str(each).splitlines()).strip() for each in values if each is not None]
    return [each for each in found if each]


def beside(form: ShownForm, words: str) -> dict[str, Any]:
    """Both texts, for templates/assignments/stale.html, which tells what to do."""
    both = {"stale": f"{words} {_('What you did not change shows what is saved now.')}", "differences": form.clashes()}
    form.show_now()
    return both

"""Several people to ask, a row each: somebody here by name, or an outsider by name and address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models.functions import Lower
from django.forms.utils import flatatt
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from stretchhub.markup import format_html
from stretchhub.people.models import User

from ..actions.feedback import MOST_A_ROUND, Whom
from ..models import FeedbackGroup
from .competency import folded
from .people import find_people
from .rows import BlankRow, RowSet

SHOWN_NAMESAKES = 3
ROWS = 3


def label_of(person: User) -> str:
    """What is typed to mean this person: the name, and the job where there is one."""
    return f"{person.name}, {person.job_title}" if person.job_title else person.name


def people_named(text: str) -> tuple[list[User], list[User]]:
    """Whom a text means exactly, and whom it is like."""
    like = find_people(text.replace(",", " "), without=())
    wanted = folded(text)
    return [each for each in like if wanted in (folded(each.name), folded(label_of(each)))], like


class PersonInput(forms.TextInput):
    """A text field whose suggestions come as one types; without script the whole name is typed."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        attrs = dict(attrs or {})
        names_id = f"{attrs.get('id') or name}_names"
        attrs |= {
            "list": names_id,
            "autocomplete": "off",
            "hx-get": reverse("assignments:feedback-people"),
            "hx-trigger": "input changed delay:200ms",
            "hx-target": f"#{names_id}",
            "hx-swap": "innerHTML",
            "hx-push-url": "false",
            "hx-sync": "this:replace",
        }
        field = super().render(name, value, attrs, renderer)
        return format_html("{}<datalist{}></datalist>", field, flatatt({"id": names_id}))


class PersonRow(BlankRow, forms.Form):
    telling = ("who", "email")

    who = forms.CharField(
        label=_("Name"),
        max_length=200,
        widget=PersonInput,
        error_messages={"required": _("Say who it is: the name is in the mail.")},
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "inputmode": "email"}),
        error_messages={"invalid": _("This is not a whole address. It looks like name@example.org.")},
    )
    group = forms.ChoiceField(label=_("Asked as"), choices=FeedbackGroup.choices, initial=FeedbackGroup.PEER)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if {"who", "email"} <= set(cleaned):
            cleaned["giver"] = self._known(cleaned["email"]) if cleaned["email"] else self._named(cleaned["who"])
        return cleaned

    def _known(self, email: str) -> User | None:
        """Somebody with an account answers there, also when only the address was typed."""
        known = User.objects.annotate(lower=Lower("email")).filter(lower=email.lower()).first()
        if known is not None and not known.is_active:
            self.add_error("email", _now("This person has left and cannot be asked."))
        return known

    def _named(self, text: str) -> User | None:
        exact, like = people_named(text)
        if len(exact) == 1:
            return exact[0]
        near = "; ".join(label_of(each) for each in (exact or like)[:SHOWN_NAMESAKES])
        if len(exact) > 1:
            words = _now("Several people have this name: %(near)s. Choose one of them, or add the address.")
        elif near:
            words = _now("Nobody here has exactly this name. Is it one of these: %(near)s? Or add an address.")
        else:
            words = _now("Nobody here has this name. Add the address, and they are asked as an outsider.")
        self.add_error("who", words % {"near": near})
        return None

    def whom(self) -> Whom:
        said = self.cleaned_data
        return Whom(said["group"], said["giver"], said["who"], said["email"])


class PeopleSet(RowSet):
    """At least one person; nobody twice."""

    def clean(self) -> None:
        if any(self.errors):
            return
        seen: set[Any] = set()
        for form in self.forms:
            if not form.cleaned_data:
                continue
            giver = form.cleaned_data["giver"]
            key = giver.pk if giver else form.cleaned_data["email"].lower()
            if key in seen:
                form.add_error("who", _now("This person is named in another row."))
            seen.add(key)
        if not seen:
            raise forms.ValidationError(_now("Name at least one person to ask."))

    def people(self) -> list[Whom]:
        return [form.whom() for form in self.forms if form.cleaned_data]


def people_rows(data: Any = None, *, group: str = "") -> PeopleSet:
    made = forms.formset_factory(
        PersonRow, formset=PeopleSet, extra=ROWS, max_num=MOST_A_ROUND, absolute_max=MOST_A_ROUND, validate_max=True
    )
    initial = [{"group": group}] * ROWS if group in FeedbackGroup.values and data is None else None
    rows: Any = made(data, prefix="people", initial=initial)
    if initial:
        rows.extra = 0
    return rows

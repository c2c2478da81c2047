"""The forms about people: HR's, a person's own, and those for coming in."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .actions.invitation import ask_for_password
from .directory_rows import time_zones
from .models import User
from .shown import ShownForm
from .unseen import require_seen

DAYS = [
    ("1", _("Mon")),
    ("2", _("Tue")),
    ("3", _("Wed")),
    ("4", _("Thu")),
    ("5", _("Fri")),
    ("6", _("Sat")),
    ("7", _("Sun")),
]
# Fields in which somebody is named or placed, by whatever form.
NAMING = ("full_name", "preferred_name", "employee_id", "job_title", "department", "location")
LARGEST_IMPORT = 100 * 1024 * 1024


def zone_choices() -> list[tuple[str, str]]:
    """The zones people know by a place, by continent."""
    places = sorted(name for name in time_zones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in places)]


class ManagerField(forms.CharField):
    """Another person, named by e-mail address or employee id."""

    def clean(self, value: Any) -> User | None:
        typed = super().clean(value).strip()
        if not typed:
            return None
        by = {"email": typed.lower()} if "@" in typed else {"employee_id": typed}
        manager = User.objects.filter(**by).first()
        if manager is None:
            raise ValidationError(_("Nobody here has this e-mail address or employee id."))
        return manager


class PersonForm(ShownForm):
    """What HR knows about somebody."""

    manager = ManagerField(
        label=_("Line manager"),
        required=False,
        max_length=254,
        help_text=_("Their e-mail address or employee id."),
    )

    class Meta:
        model = User
        fields = [
            "full_name", "preferred_name", "email", "employee_id", "job_title", "department", "location",
            "time_zone", "locale",
        ]  # fmt: skip
        error_messages = {
            "employee_id": {"unique": _("Another person has this employee id. Check it, or leave it empty.")}
        }

    field_order = [
        "full_name", "preferred_name", "email", "employee_id", "job_title", "department", "location",
        "manager", "time_zone", "locale",
    ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        manager = self.instance.manager
        self.initial["manager"] = manager.email if manager else ""
        self.fields["time_zone"] = _zone_field(self.instance.time_zone)
        _language_only_if_many(self)
        _only_what_is_seen(self)

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip().lower()
        if User.objects.filter(email=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Another person already has this e-mail address."))
        return email

    def clean_employee_id(self) -> str | None:
        return (self.cleaned_data["employee_id"] or "").strip() or None

    def clean_manager(self) -> User | None:
        manager = self.cleaned_data["manager"]
        if manager is not None and manager.pk == self.instance.pk:
            raise ValidationError(_("A person cannot be their own line manager."))
        return manager


class SettingsForm(ShownForm):
    """What a person chooses for themselves."""

    working_days = forms.MultipleChoiceField(label=_("Working days"), choices=DAYS, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = User
        fields = ["preferred_name", "time_zone", "working_days", "theme", "locale"]
        labels = {"preferred_name": _("What should we call you?")}
        help_texts = {"preferred_name": _("Leave it empty to use your full name.")}
        widgets = {"theme": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["working_days"] = list(self.instance.working_days)
        self.fields["time_zone"] = _zone_field(self.instance.time_zone)
        _language_only_if_many(self)
        _only_what_is_seen(self)

    def clean_working_days(self) -> str:
        return "".join(sorted(self.cleaned_data["working_days"]))


def _zone_field(current: str) -> forms.ChoiceField:
    choices = zone_choices()
    if current not in dict(choices):
        choices.insert(0, (current, current))
    return forms.ChoiceField(label=_("Time zone"), choices=choices)


def _language_only_if_many(form: forms.BaseForm) -> None:
    if len(settings.LANGUAGES) < 2:
        del form.fields["locale"]
    else:
        form.fields["locale"] = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


def _only_what_is_seen(form: forms.BaseForm) -> None:
    for name in NAMING:
        if name in form.fields:
            form.fields[name].validators.append(require_seen)


class ImportForm(forms.Form):
    file = forms.FileField(label=_("CSV file"), widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_IMPORT:
            raise ValidationError(_("The file is larger than 100 MB. Split it and import the parts."))
        return file


class SetupForm(forms.Form):
    """The first administrator."""

    full_name = forms.CharField(label=_("Full name"), max_length=200, validators=[require_seen])
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least 12 characters."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "password" not in data:
            return data
        if data.get("again") and data["password"] != data["again"]:
            self.add_error("again", _("The two passwords differ. Type both again."))
        try:
            validate_password(data["password"], User(email=data.get("email", ""), full_name=data.get("full_name", "")))
        except ValidationError as error:
            self.add_error("password", error)
        return data


class AskForPasswordForm(ResetPasswordForm):
    """The same answer for every address; the mail is written down, and sent later."""

    def clean_email(self) -> str:
        email = get_adapter().clean_email(self.cleaned_data["email"].lower())
        self.users = []
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email = self.cleaned_data["email"]
        ask_for_password(User.objects.filter(email=email).first())
        return email

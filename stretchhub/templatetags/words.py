"""Dates, sizes, names and people's own text, written one way everywhere."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.utils import formats, timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from stretchhub import env, text
from stretchhub.markup import format_html

register = template.Library()


def _local_date(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


@lru_cache(maxsize=4096)
def _written(on: date, form: str, language: str | None) -> str:
    return formats.date_format(on, form)


def written(on: date, form: str) -> str:
    """A day in the reader's language by one of Django's date formats; pages name the same few days many times."""
    return _written(on, form, get_language())


@register.filter
def day(value: date | datetime | None) -> str:
    """“Tue 24 Nov”, with the year when it is another."""
    if not value:
        return ""
    return short(_local_date(value), timezone.localtime(env.now()).date())


def short(on: date, here: date) -> str:
    """A day as `day` has it, for somebody who is at this one."""
    return written(on, "D j M" if on.year == here.year else "D j M Y")


@register.filter
def moment(value: datetime | None) -> str:
    """“Tue 24 Nov, 14:05” in the reader's zone."""
    if not value:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(local)}, {formats.date_format(local, 'H:i')}"


@register.filter
def when(value: date | datetime | None) -> SafeString | str:
    """The same as `day` or `moment`, as a <time> element."""
    if not value:
        return ""
    words = moment(value) if isinstance(value, datetime) else day(value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words)


@register.filter
def days_away(value: date | datetime | None) -> str:
    """“today”, “in 3 days”, “9 days late”: to stand beside the day, never alone."""
    if not value:
        return ""
    return _away(_local_date(value), timezone.localtime(env.now()).date())


def _away(on: date, here: date) -> str:
    days = (on - here).days
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    if days > 0:
        return ngettext("in %(n)s day", "in %(n)s days", days) % {"n": days}
    return ngettext("%(n)s day late", "%(n)s days late", -days) % {"n": -days}


@lru_cache(maxsize=4096)
def due(on: date, here: date, language: str | None) -> tuple[SafeString, str]:
    """A day as `when` and as `days_away`, for lists whose reader is at this day and reads this language."""
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), short(on, here)), _away(on, here)


@register.filter
def person(user: Any) -> str:
    """What somebody is called on screen."""
    return user.name if user else _("Somebody")


@register.filter
def size(count: int | None) -> str:
    """Bytes for people: “820 bytes”, “4.2 MB”."""
    if count is None:
        return ""
    if count < 1000:
        return ngettext("%(n)s byte", "%(n)s bytes", count) % {"n": count}
    amount, unit = (count / 1000, "kB") if count < 999_500 else (count / 1_000_000, "MB")
    digits = 0 if amount >= 10 else 1
    return f"{formats.number_format(round(amount, digits), digits)} {unit}"


@register.filter
def prose(value: str | None) -> SafeString:
    """What a person wrote, with light formatting; no markup of theirs survives."""
    return text.to_html(value or "")

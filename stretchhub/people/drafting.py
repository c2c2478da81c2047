"""Forms that keep a draft on the server while somebody types: what is kept, what comes back, and what is answered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from stretchhub.templatetags.words import moment

from .actions.draft import Overtaken, keep, was_sent
from .models import Draft

LONGEST = 64_000


def typed(data: QueryDict, names: Iterable[str]) -> dict[str, list[str]]:
    """What stands in these fields, as it was typed; empty ones are left out."""
    found = {name: [value for value in data.getlist(name) if value.strip()] for name in names}
    return {name: values for name, values in found.items() if values}


def initial(draft: Draft | None) -> dict[str, Any]:
    """The first value of each field as the draft has it."""
    return {name: values[0] for name, values in draft.content.items()} if draft else {}


def saved_words(draft: Draft) -> str:
    return _("Draft kept %(moment)s. Only you can see it.") % {"moment": moment(draft.saved_at)}


def autosave(request: HttpRequest, form: str, about: object, names: Iterable[str]) -> JsonResponse:
    """The answer to a form that saves itself (static/js/autosave.js)."""
    sent = request.POST.get("version", "")
    edit = int(sent) if sent.isdecimal() and sent.isascii() and len(sent) < 10 else 0
    content = typed(request.POST, names)
    if sum(len(value) for values in content.values() for value in values) > LONGEST:
        return JsonResponse({"words": _("Too long to be kept as a draft. Send it, or make it shorter.")}, status=422)
    if was_sent(owner=request.user, key=request.POST.get("submit_key", "")):
        return JsonResponse({"words": _("This form has been sent already.")}, status=422)
    try:
        draft = keep(owner=request.user, form=form, about=str(about), content=content, edit=edit)
    except Overtaken as overtaken:
        return _both(request, overtaken.draft)
    return JsonResponse({"version": draft.edit, "words": saved_words(draft)})


def _both(request: HttpRequest, draft: Draft) -> JsonResponse:
    lines = [(name.replace("_", " ").capitalize(), "\n".join(values)) for name, values in draft.content.items()]
    both = render_to_string("people/draft_both.html", {"lines": lines}, request)
    return JsonResponse({"version": draft.edit, "both": both}, status=409)

"""Forms that keep a draft on the server at each autosave: what was typed, which draft it began from, both texts.

A form that keeps a draft has `data-autosave`, a hidden `version` (the draft's edit, 0 without one) and posts itself
with the header X-Autosave; `autosaved` answers that in the way static/js/autosave.js expects. Nobody but the owner
ever reads a draft.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from stretchhub.templatetags.words import moment

from .actions.draft import Overtaken, keep
from .models import Draft

# Far more than any field takes; a form that is longer is refused when it is sent.
LONGEST = 20_000


def typed(request: HttpRequest, names: Sequence[str]) -> dict[str, Any]:
    """The words of these fields as they were sent; a field of several values keeps them all."""
    words: dict[str, Any] = {}
    for name in names:
        values = [value[:LONGEST].replace("\x00", "") for value in request.POST.getlist(name)]
        words[name] = values if len(values) > 1 else "".join(values)
    return words


def edit_of(request: HttpRequest) -> int:
    """The number of the draft that the page began from."""
    sent = request.POST.get("version", "")
    return int(sent) if sent.isdecimal() and sent.isascii() and len(sent) < 10 else 0


def saved_words(draft: Draft | None) -> str:
    return _("Draft saved %(moment)s") % {"moment": moment(draft.saved_at)} if draft else ""


def autosaved(request: HttpRequest, form: str, about: object = "", *, fields: Mapping[str, object]) -> JsonResponse:
    """Keep what an open form has sent by itself; `fields` are the names with the labels that people read.

    Where another page of the same person saved meanwhile, both texts come back and nothing is written over.
    """
    try:
        draft = keep(request.user, form, about, content=typed(request, list(fields)), edit=edit_of(request))
    except Overtaken as overtaken:
        return _both(request, overtaken.draft, fields)
    return JsonResponse({"version": draft.edit, "words": saved_words(draft)})


def both_texts(request: HttpRequest, draft: Draft, fields: Mapping[str, object]) -> dict[str, Any]:
    """What another page saved beside what was typed here, for templates/assignments/stale.html."""
    mine = typed(request, list(fields))
    pairs = [(label, _shown(draft.content.get(name, "")), _shown(mine[name])) for name, label in fields.items()]
    return {
        "stale": _("You have this form open twice, and the other page saved first."),
        "differences": [
            {"label": label, "saved": saved, "typed": here} for label, saved, here in pairs if saved != here
        ],
    }


def _both(request: HttpRequest, draft: Draft, fields: Mapping[str, object]) -> JsonResponse:
    context = {**both_texts(request, draft, fields), "here": request.path}
    both = render_to_string("components/draft_both.html", context, request)
    return JsonResponse({"version": draft.edit, "both": both}, status=409)


def _shown(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)

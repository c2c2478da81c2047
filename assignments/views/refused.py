"""What an action refused, as a page that says why; nothing was changed and no words are lost."""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from assignments.refusals import Refused
from stretchhub.typed import typed_words


def refusals_shown(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer with 409 and the reason where things do not stand so that the action is possible."""

    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refused as refused:
            typed = typed_words(request.POST)
            context = {"words": refused.words, "back": _before(request), "typed": typed}
            answer = render(request, "assignments/refused.html", context, status=409)
            # A panel's own answer would be put in its place; this one takes the whole page.
            answer["HX-Retarget"] = "#main"
            answer["HX-Reselect"] = "#main"
            answer["HX-Reswap"] = "outerHTML"
            return answer

    return wrapper


def _before(request: HttpRequest) -> str:
    """The page the button was pressed on, if it is one of ours, else Today."""
    address = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(address, {request.get_host()})
    return address if ours and address else reverse("today")


def way_back(request: HttpRequest, to: str, *args: object) -> HttpResponse:
    """Back to Today when the button was pressed there, else to the thing itself."""
    if request.POST.get("from") == "today":
        return redirect("today")
    return redirect(to, *args)

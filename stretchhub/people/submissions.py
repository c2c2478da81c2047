"""A form sent twice, by a double click or a replay, has the effect of one."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from stretchhub.inserting import insert_new
from stretchhub.prepared import run
from stretchhub.typed import typed_words

from .models import Submission

NOT_CONTENT = {"csrfmiddlewaretoken", "submit_key"}
# Where the result is: a redirect, htmx told to go there, or a panel drawn anew in place.
TARGETS = ("Location", "HX-Redirect", "Content-Location")

ANSWERED = "UPDATE people_submission SET result = %(result)s WHERE id = %(pk)s RETURNING id"


def _digest(request: HttpRequest) -> str:
    """A fingerprint of what was typed and of the files' names and sizes."""
    content = [(k, v) for k, v in sorted(request.POST.lists()) if k not in NOT_CONTENT]
    files = [(k, [(f.name, f.size) for f in v]) for k, v in sorted(request.FILES.lists())]
    return hashlib.sha256(repr((content, files)).encode()).hexdigest()


def once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer a repeated submit key with the first result; the same key with other words is a 409.

    The key's row and what the view writes are one transaction: a view that answers with
    anything but a redirect leaves no trace of the key, so that a corrected form can be sent.
    """

    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        key = request.POST.get("submit_key", "").replace("\x00", "")[:64]
        if request.method != "POST" or not key:
            return view(request, *args, **kwargs)
        route, digest = request.path[:200], _digest(request)
        with transaction.atomic():
            first = Submission(actor=request.user, route=route, key=key, body_digest=digest)
            if not (sent := insert_new([first])):
                return _repeat(request, route, key, digest)
            response = view(request, *args, **kwargs)
            target = next((response.headers[name] for name in TARGETS if name in response.headers), "")
            if target:
                run(ANSWERED, {"result": target[:500], "pk": sent[0]})
            else:
                Submission.objects.filter(pk__in=sent).delete()
        return response

    return wrapper


def _repeat(request: HttpRequest, route: str, key: str, digest: str) -> HttpResponse:
    first = Submission.objects.get(actor=request.user, route=route, key=key)
    if first.body_digest != digest or not first.result:
        return render(request, "409.html", {"typed": typed_words(request.POST)}, status=409)
    return redirect(first.result)

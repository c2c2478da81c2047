"""No more mails like this one, from the mail itself: opening the page asks, pressing acts."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from .. import stopping
from ..actions import preference as actions
from ..topics import Topic


@csrf_exempt  # Mail programs post here by themselves; the token is what lets them.
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    found = stopping.find(token)
    if found is None:
        raise Http404
    person, topic = found
    everything = topic == stopping.EVERYTHING
    context = {
        "topic": "" if everything else Topic(topic).label,
        "stopped": False,
        "all_token": "" if everything else stopping.token_of(person),
        "token": token,
    }
    if request.method == "POST":
        actions.stop(person, None if everything else topic)
        context["stopped"] = True
    return render(request, "notices/stop.html", context)

"""Whether a document is one of ours: by its code, without signing in, and never a word of what stands in it."""

from __future__ import annotations

import hashlib
from typing import Any

from allauth.decorators import rate_limit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_safe

from ..check_codes import spelled, understood
from ..forms.checking import CompareForm
from ..models import IssuedDocument
from ..portable import holds

PAGE, UNKNOWN, ASK = "reviews/check.html", "reviews/check_unknown.html", "reviews/check_ask.html"


@login_not_required
@rate_limit(action="check_document", limit_get=True)
@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """A field for the code; whatever was typed leads to the page of that code."""
    typed = request.GET.get("code", "").strip()
    if typed:
        return redirect("reviews:check", understood(typed) or "unknown")
    return render(request, ASK)


@login_not_required
@rate_limit(action="check_document", limit_get=True)
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Kind, for whom, by whom, which day and whether it counts; a file or a number is compared and not kept."""
    meant = understood(code)
    documents = IssuedDocument.objects.select_related("person", "by", "withdrawal", "superseded_by")
    document = documents.filter(check_code=meant).first() if meant else None
    if document is None:
        # Without the request: its page is the same for everybody and every code.
        return HttpResponse(render_to_string(UNKNOWN), status=404)
    standing = document.standing
    context: dict[str, Any] = {"document": document, "standing": standing, "spelled": spelled(document.check_code)}
    if standing == "withdrawn":
        return render(request, PAGE, context)
    form = CompareForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        context |= _compared(document, form)
    status = 422 if form.errors else 200
    return render(request, PAGE, context | {"form": form}, status=status)


def _compared(document: IssuedDocument, form: CompareForm) -> dict[str, Any]:
    """What it was compared with: the JSON, one of the papers, or a document inside a collection."""
    known = {document.sha256: "json"} | {each.sha256: "pdf" for each in document.papers.defer("pdf")}
    upload = form.cleaned_data["file"]
    if upload is None:
        found = form.cleaned_data["sha256"]
        return {"compared": True, "found": found, "equal": known.get(found, "")}
    content = upload.read()
    found = hashlib.sha256(content).hexdigest()
    equal = known.get(found) or ("portable" if holds(content, document.sha256) else "")
    return {"compared": True, "found": found, "equal": equal}

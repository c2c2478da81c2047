"""Handing out a file: always to be saved, never to be shown here."""

from __future__ import annotations

from typing import TypeVar

from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from stretchhub.storage import opened

from .models import EvidenceFile, FileState

Answer = TypeVar("Answer", bound=HttpResponseBase)


def hand_out(kept: EvidenceFile) -> FileResponse:
    """The file, for whoever was found to see its evidence; a picture that is not yet made anew is not there."""
    if kept.state != FileState.READY:
        raise Http404
    try:
        content = opened(str(kept.file.name), kept.size)
    except FileNotFoundError:
        raise Http404 from None
    answer = FileResponse(content, content_type=kept.content_type)
    answer["X-Content-Type-Options"] = "nosniff"
    return to_be_saved(answer, kept.name)


def to_be_saved(answer: Answer, name: str) -> Answer:
    """Under this name, and kept by nothing on its way."""
    answer["Content-Disposition"] = str(content_disposition_header(True, name))
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer

"""Handing out a file of evidence: always to be saved, never to be shown here."""

from __future__ import annotations

from django.http import FileResponse, Http404

from .models import EvidenceFile, FileState


def hand_out(kept: EvidenceFile) -> FileResponse:
    """The file, for whoever was found to see its evidence; a picture that is not yet made anew is not there."""
    if kept.state != FileState.READY:
        raise Http404
    try:
        content = kept.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    answer = FileResponse(content, as_attachment=True, filename=kept.name, content_type=kept.content_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer

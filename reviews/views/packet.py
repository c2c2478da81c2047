"""Packets: what HR reads of a final review, and what is said about it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as said
from django.db.models import Exists, OuterRef, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assignments.feedback_page import at_review
from assignments.forms.rows import differences
from assignments.handing_out import hand_out, to_be_saved
from assignments.models import EvidenceFile
from assignments.refusals import Stale
from stretchhub import pages
from stretchhub.documents import Paper
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import packet as actions
from ..forms.packet import AddendumForm, StatementForm
from ..models import PacketAddendum, PacketStatement, ReviewCycle, ReviewPacket, SharedResult
from ..packet_paper import pdf_of
from ..packet_parts import moment
from ..packet_rules import can_add, can_read_all, can_state, part_in
from ..packet_words import facts_of, parts_of
from ..rules import can_manage_cycles


def _packet(request: HttpRequest, code: UUID) -> ReviewPacket:
    shared = SharedResult.objects.filter(assignment=OuterRef("assignment"), cycle=OuterRef("cycle"))
    seen = ReviewPacket.objects.visible_to(request.user).annotate(is_shared=Exists(shared))
    related = ("assignment__mentee", "assignment__mentor", "assignment__sponsor", "cycle")
    return get_object_or_404(seen.select_related(*related), code=code)


def _since(packet: ReviewPacket) -> tuple[list[PacketStatement], list[PacketAddendum]]:
    """What was said to this version and to those before it."""
    chain = {
        "packet__assignment": packet.assignment_id,
        "packet__cycle": packet.cycle_id,
        "packet__version__lte": packet.version,
    }
    statements = PacketStatement.objects.filter(**chain).select_related("by", "packet").order_by("at", "pk")
    addenda = PacketAddendum.objects.filter(**chain).select_related("by", "packet").order_by("at", "pk")
    return list(statements), list(addenda)


@require_safe
def detail(request: HttpRequest, code: UUID) -> HttpResponse:
    return _page(request, _packet(request, code))


def _page(request: HttpRequest, packet: ReviewPacket, *, status: int = 200, **more: Any) -> HttpResponse:
    whole = can_read_all(request.user, packet)
    statements, addenda = _since(packet)
    here = sum(each.packet_id == packet.pk for each in statements)
    versions = ReviewPacket.objects.filter(assignment=packet.assignment_id, cycle=packet.cycle_id)
    part, party = packet.assignment.part_of(request.user), part_in(request.user, packet)
    context = {
        "packet": packet,
        "assignment": packet.assignment,
        "part": part,
        "whole": whole,
        "facts": facts_of(packet.told),
        "parts": parts_of(packet.told, whole=whole),
        "there": {str(each) for each in _files(packet).values_list("code", flat=True)} if whole else set(),
        "frozen": moment(packet.told["frozen_at"]),
        "statement": statements[-1] if statements else None,
        "earlier": statements[:-1],
        "by_name": at_review(packet.assignment) if whole else [],
        "addenda": addenda if party else [],
        "tells_why": party is not None,
        "versions": list(versions.defer("content").order_by("-version")),
        "shared": packet.is_shared,
        "statement_form": StatementForm(initial={"number": here}) if can_state(request.user, packet) else None,
        "addendum_form": AddendumForm() if can_add(request.user, packet) else None,
        **more,
    }
    return render(request, "reviews/packet.html", context, status=status)


def _files(packet: ReviewPacket) -> QuerySet[EvidenceFile]:
    """Those that stand in the packet, are as they were, and whose evidence the mentee still shares."""
    known = [(each["code"], each["sha256"]) for piece in packet.told["evidence"] for each in piece["files"]]
    codes, hashes = [code for code, _sha256 in known], [sha256 for _code, sha256 in known]
    return EvidenceFile.objects.ready().filter(code__in=codes, sha256__in=hashes, evidence__shared_at_review=True)


@require_POST
@once
def state(request: HttpRequest, code: UUID) -> HttpResponse:
    """The mentee's statement; where it was saved in another window, both texts come back."""
    packet = _packet(request, code)
    require(can_state(request.user, packet))
    form = StatementForm(request.POST)
    if not form.is_valid():
        return _page(request, packet, status=422, statement_form=form)
    text = form.cleaned_data["text"]
    try:
        actions.state(packet, by=request.user, number=form.cleaned_data["number"], text=text)
    except Stale as stale:
        last = packet.statements.order_by("number").last()
        typed = request.POST.copy()
        typed["number"] = str(last.number if last else 0)
        label = str(form.fields["text"].label)
        both = differences([(label, last.text if last else "")], [(label, text)])
        again = StatementForm(typed)
        return _page(request, packet, status=409, statement_form=again, stale=stale.words, differences=both)
    said.success(request, _("Your statement stands beside the packet now."))
    return redirect("reviews:packet", packet.code)


@require_POST
@once
def add(request: HttpRequest, code: UUID) -> HttpResponse:
    packet = _packet(request, code)
    require(can_add(request.user, packet))
    form = AddendumForm(request.POST)
    if not form.is_valid():
        return _page(request, packet, status=422, addendum_form=form)
    actions.add(packet, by=request.user, text=form.cleaned_data["text"])
    said.success(request, _("Added. The packet itself is as it was."))
    return redirect("reviews:packet", packet.code)


@require_safe
def as_json(request: HttpRequest, code: UUID) -> HttpResponse:
    """The exact text that was frozen: its SHA-256 is the one that is shown."""
    packet = _packet_whole(request, code)
    return _file(HttpResponse(packet.content.encode(), content_type="application/json"), packet, "json")


@require_safe
def pdf(request: HttpRequest, code: UUID) -> HttpResponse:
    packet = _packet_whole(request, code)
    paper = request.GET.get("paper", Paper.A4.value)
    if paper not in [one.value for one in Paper]:
        raise Http404
    statements, addenda = _since(packet)
    made = pdf_of(packet, statements=statements, addenda=addenda, paper=Paper(paper))
    return _file(HttpResponse(made, content_type="application/pdf"), packet, "pdf")


@require_safe
def file(request: HttpRequest, code: UUID, file: UUID) -> FileResponse:
    """A file of the evidence in it, always as a download."""
    packet = _packet_whole(request, code)
    return hand_out(get_object_or_404(_files(packet), code=file))


def _packet_whole(request: HttpRequest, code: UUID) -> ReviewPacket:
    packet = _packet(request, code)
    require(can_read_all(request.user, packet))
    return packet


def _file(answer: HttpResponse, packet: ReviewPacket, ending: str) -> HttpResponse:
    name = f"{slugify(packet.told['assignment']['title'])[:80] or 'packet'}-packet-v{packet.version}.{ending}"
    return to_be_saved(answer, name)


@require_safe
def of_cycle(request: HttpRequest, code: str) -> HttpResponse:
    """The newest version of every packet of a cycle, for HR."""
    require(can_manage_cycles(request.user))
    cycle = get_object_or_404(ReviewCycle, code=code)
    packets = (
        ReviewPacket.objects.newest()
        .filter(cycle=cycle)
        .select_related("assignment__mentee", "assignment__mentor")
        .defer("content")
    )
    page = pages.page_by_key(packets, request.GET.get("after", ""), by=("-frozen_at", "-pk"))
    return render(request, "reviews/packets.html", {"cycle": cycle, "packets": page})

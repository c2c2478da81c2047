"""A framework's file on a page: bring it, say which column is what, look at what it would do, save it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import IO, Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stretchhub.env import today
from stretchhub.pages import done, panel
from stretchhub.people import uploads
from stretchhub.people.rules import require
from stretchhub.people.submissions import once
from stretchhub.tables import Table, TableRow, Unreadable, open_table

from ..forms.framework import ACCEPT, FrameworkFileForm, FrameworkForm
from ..forms.framework_import import ReadingForm, guess, sample
from ..imports import framework as importing
from ..imports import framework_columns as columns
from ..imports import level_anchors
from ..models import Framework
from ..rules import can_manage_frameworks

SHOWN_PROBLEMS = 30
SHOWN_SAMPLE = 3
DETAILS = "details"


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    require(can_manage_frameworks(request.user))
    form = FrameworkFileForm(request.POST, request.FILES) if request.method == "POST" else FrameworkFileForm()
    if request.method == "POST" and form.is_valid():
        key = uploads.keep(form.cleaned_data["file"].chunks(), by=request.user)
        return redirect("assignments:framework-import-check", key)
    context = {"form": form, "accept": ACCEPT, "labels": columns.LABELS.values()}
    return panel(request, "assignments/framework_import.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@once
def check(request: HttpRequest, key: UUID) -> HttpResponse:
    """The dry run with its columns; saving reads the same file again."""
    brought = uploads.find(key, by=request.user)
    if brought is None:
        raise Http404
    require(can_manage_frameworks(request.user))
    with brought.open() as file:
        try:
            checked = _Check(request, file)
        except Unreadable as error:
            return _unreadable(request, error)
        if request.POST.get("do") in ("save", "save_right"):
            return _save(request, checked, key)
        return checked.page()


def _unreadable(request: HttpRequest, error: Unreadable) -> HttpResponse:
    report = importing.Report(problem_count=1, problems=[error.problem], readable=False)
    return render(request, "assignments/framework_import_check.html", {"report": report, "problems": report.problems})


def _save(request: HttpRequest, checked: _Check, key: UUID) -> HttpResponse:
    if not checked.is_right():
        return checked.page(status=422)
    if request.POST.get("previewed") != checked.print():
        return checked.page(status=422, unseen=True)
    report = checked.save(skip_errors=request.POST.get("do") == "save_right")
    if report.framework is None:
        return checked.page(report, status=422)
    uploads.forget(key, by=request.user)
    words = _(
        "Imported: %(added)d added, %(changed)d changed, %(retired)d retired, %(returned)d back again, "
        "%(unchanged)d unchanged."
    )
    numbers = {name: getattr(report, name) for name in ("added", "changed", "retired", "returned", "unchanged")}
    return done(request, reverse("assignments:framework", args=[report.framework.code]), words % numbers)


def _in_words(change: importing.Change) -> list[tuple[str, str, str]]:
    """Each field before and after, by the name people know it by."""
    words = {**columns.LABELS, "kind": columns.LABELS["type"], "parent": _("Part of")}
    return [(str(words[name]), before, after) for name, before, after in change.fields]


@dataclass
class _Check:
    """The file, how it is to be read, and the details of its framework."""

    request: HttpRequest
    file: IO[bytes]
    table: Table = field(init=False)
    first: list[TableRow] = field(init=False)
    reading: ReadingForm = field(init=False)
    details: FrameworkForm | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        said = self.request.POST if self.request.method == "POST" else None
        self.table = open_table(self.file, sheet=said.get("sheet", "") if said else "")
        self.first = sample(self.table)
        kind = said.get("kind", "") if said else columns.guess_kind(self.table.header)
        kind = kind if kind in dict(columns.KINDS) else columns.COMPETENCIES
        other = said is None or (said.get("sheet_read", ""), said.get("kind_read")) != (self.table.sheet, kind)
        # Another sheet or kind has other columns: what was chosen for the one before says nothing of it.
        self.reading = ReadingForm(guess(self.table, kind, self.first) if other else said, table=self.table, kind=kind)
        if kind == columns.COMPETENCIES:
            self.details = self._details(said)

    @property
    def into(self) -> Framework | None:
        return self.reading.cleaned_data.get("into") if self.reading.is_valid() else None

    def _details(self, said: QueryDict | None) -> FrameworkForm:
        """What was typed; the framework's own or a proposal where it goes into another one than before."""
        into = self.into
        if said is not None and said.get("into_read", "") == (str(into.pk) if into else ""):
            return FrameworkForm(said, instance=into, prefix=DETAILS)
        proposal: dict[str, Any] = {"retrieved_on": today(self.request.user.zone)}
        if into is None:
            proposal |= columns.details_from(self.table.header, self.first[0].cells if self.first else ())
        return FrameworkForm(instance=into, prefix=DETAILS, initial=proposal)

    def is_right(self) -> bool:
        """Whether everything needed was said; a proposal nobody has seen is not."""
        return self.reading.is_valid() and (self.details is None or (self.details.is_bound and self.details.is_valid()))

    def look(self) -> importing.Report | None:
        if not self.reading.is_valid():
            return None
        if self.details is None:
            return level_anchors.look(self._anchors(), by=self.request.user)
        return importing.look(self.table, self.reading.choices(), by=self.request.user)

    def save(self, *, skip_errors: bool) -> importing.Report:
        by = self.request.user
        if self.details is None:
            return level_anchors.save(self._anchors(), by=by, skip_errors=skip_errors)
        return importing.save(
            self.table,
            self.reading.choices(),
            by=by,
            words=self.details.cleaned_data,
            sha256=self.sum(),
            skip_errors=skip_errors,
        )

    def _anchors(self) -> level_anchors.Anchors:
        return level_anchors.Anchors(
            self.table,
            self.reading.columns(),
            self.reading.cleaned_data["into"],
            sha256=self.sum(),
            brought_on=today(self.request.user.zone),
        )

    def sum(self) -> str:
        self.file.seek(0)
        return hashlib.file_digest(self.file, "sha256").hexdigest()

    def print(self) -> str:
        """A fingerprint of how the file is read, so that nothing is saved that was not shown before."""
        if not self.reading.is_valid():
            return ""
        return hashlib.sha256(repr(sorted(self.reading.cleaned_data.items())).encode()).hexdigest()

    def page(self, report: importing.Report | None = None, status: int = 200, unseen: bool = False) -> HttpResponse:
        report = report or self.look()
        source = columns.recognise(self.table.header)
        context = {
            "table": self.table,
            "reading": self.reading,
            "details": self.details,
            "all_forms": [form for form in (self.reading, self.details) if form is not None],
            "into_read": str(self.into.pk) if self.into else "",
            "samples": [row.cells for row in self.first[:SHOWN_SAMPLE]],
            "proposed_by": source.name if source and self.into is None else "",
            "sum": self.sum(),
            "rule": level_anchors.what_was_changed() if self.details is None else "",
            "report": report,
            "previewed": self.print(),
            "unseen": unseen,
            "wrong": status == 422 and not unseen and not self.is_right(),
        }
        if report:
            context |= {
                "changes": [(change, _in_words(change)) for change in report.changes],
                "problems": report.problems[:SHOWN_PROBLEMS],
                "more_problems": max(0, report.problem_count - SHOWN_PROBLEMS),
                "more_changes": max(0, report.changing - len(report.changes)),
            }
        return render(self.request, "assignments/framework_import_check.html", context, status=status)

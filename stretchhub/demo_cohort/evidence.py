"""Evidence with its files, what others said of it, what is asked for, and a draft that waits."""

from __future__ import annotations

from datetime import timedelta
from pathlib import PurePosixPath

from assignments.actions.evidence import FORM
from assignments.actions.evidence_ask import asked_of
from assignments.models import (
    Assignment,
    BriefOutcome,
    BriefVersion,
    Evidence,
    EvidenceAsk,
    EvidenceComponent,
    EvidenceFile,
    EvidenceKind,
    EvidenceVerification,
    Milestone,
    Source,
)
from assignments.models.stretch import Component
from stretchhub.people.models import Draft

from . import evidence_files
from .cohort import Cohort, Story


def add_evidence(
    cohort: Cohort, assignment: Assignment, version: BriefVersion, milestones: list[Milestone], told: Story
) -> int:
    """Everything that was logged; how often the sponsor’s dashboard changed by it."""
    outcomes = {outcome.metric: outcome for outcome in version.outcomes.all()}
    changes = 0
    for row in told.get("log", []):
        evidence = _log(cohort, assignment, milestones, outcomes, row)
        said = [_say(cohort, evidence, *words) for words in row.get("said", [])]
        changes += evidence.shared_with_sponsor * (1 + len(said))
    for row in told.get("gap", []):
        _ask(cohort, assignment, row)
    if "draft" in told:
        _draft(cohort, assignment, told["draft"])
    return changes


def _log(
    cohort: Cohort,
    assignment: Assignment,
    milestones: list[Milestone],
    outcomes: dict[str, BriefOutcome],
    told: Story,
) -> Evidence:
    mentee = assignment.mentee
    share = told.get("share", "")
    evidence = Evidence.objects.create(
        code=cohort.code(),
        assignment=assignment,
        logged_by=mentee,
        kind=told.get("as", _kind(told)),
        title=told["title"],
        text=told.get("text", ""),
        link=told.get("link", ""),
        learned=told["learned"],
        changed=told.get("changed", ""),
        happened_on=cohort.calendar.day(told["on"]),
        milestone=milestones[told["m"] - 1] if "m" in told else None,
        outcome=outcomes[told["metric"]] if "metric" in told else None,
        shared_with_sponsor=share in ("sponsor", "both"),
        shared_at_review=share in ("review", "both"),
        logged_at=cohort.moment(told["on"], 17, mentee),
    )
    evidence.competencies.set(cohort.competencies_of(told.get("tags", [])))
    shows = [Component[name.upper()] for name in told.get("shows", [])]
    EvidenceComponent.objects.bulk_create(EvidenceComponent(evidence=evidence, component=each) for each in shows)
    cohort.remember(mentee, "evidence.logged", evidence, evidence.logged_at, ["happened_on", "learned", "title"])
    cohort.tell(assignment.mentor, "assignments.evidence_logged", evidence, evidence.logged_at)
    if evidence.shared_with_sponsor:
        cohort.tell(assignment.sponsor, "assignments.evidence_shared", evidence, evidence.logged_at)
    if share:
        cohort.remember(mentee, "evidence.shared", evidence, evidence.logged_at, ["shared_with_sponsor"])
    if "file" in told:
        _attach(cohort, evidence, told)
    return evidence


def _kind(told: Story) -> str:
    """A document is a report, another file a file; a link without words a link."""
    if "file" in told:
        return EvidenceKind.REPORT if PurePosixPath(told["file"]).suffix == ".pdf" else EvidenceKind.FILE
    return EvidenceKind.LINK if "link" in told and "text" not in told else EvidenceKind.TEXT


def _attach(cohort: Cohort, evidence: Evidence, told: Story) -> None:
    content, content_type = evidence_files.make(told)
    token = cohort.code().hex
    EvidenceFile.objects.create(
        code=cohort.code(),
        evidence=evidence,
        file=evidence_files.store(f"evidence/{token[:2]}/{token}", content),
        name=told["file"],
        size=len(content),
        content_type=content_type,
        sha256=evidence_files.digest(content),
    )


def _say(cohort: Cohort, evidence: Evidence, part: str, day: int, verdict: str, words: str) -> None:
    """Mentor or sponsor says whether it is as it says."""
    person = getattr(evidence.assignment, part)
    said = EvidenceVerification.objects.create(
        evidence=evidence,
        by=person,
        source=Source.MENTOR if part == "mentor" else Source.PEER,
        verdict=verdict,
        words=words,
        at=max(cohort.moment(day, 12, person), evidence.logged_at + timedelta(minutes=50)),
    )
    cohort.remember(person, "evidence.verified", evidence, said.at, ["verdict", "words"])
    cohort.tell(evidence.logged_by, "assignments.evidence_verified", said, said.at)


def _ask(cohort: Cohort, assignment: Assignment, told: Story) -> None:
    [competency] = cohort.competencies_of([told["tag"]])
    of = asked_of(assignment, told["source"])
    by = assignment.mentee if of.pk == assignment.mentor_id else assignment.mentor
    ask = EvidenceAsk.objects.create(
        code=cohort.code(),
        assignment=assignment,
        competency=competency,
        source=told["source"],
        asked_by=by,
        asked_of=of,
        asked_at=cohort.moment(told["on"], 9, by),
    )
    cohort.remember(by, "evidence.asked", assignment, ask.asked_at, ["competency", "source"])
    cohort.tell(of, "assignments.evidence_asked", ask, ask.asked_at)


def _draft(cohort: Cohort, assignment: Assignment, told: Story) -> None:
    """Begun on a phone and not sent yet."""
    content = {name: words for name, words in told.items() if name != "on"}
    Draft.objects.create(
        owner=assignment.mentee,
        form=FORM,
        about=str(assignment.code),
        content={"kind": "text", "happened_on": cohort.calendar.day(told["on"]).isoformat(), **content},
        saved_at=cohort.moment(told["on"], 8, assignment.mentee),
    )

"""Options on the board, the briefs written for them and the sponsors who were asked."""

from __future__ import annotations

from itertools import pairwise

from assignments.models import (
    Brief,
    BriefRemark,
    BriefRisk,
    BriefStakeholder,
    BriefVersion,
    Goal,
    Mentorship,
    Option,
    OptionCompetency,
    SponsorRequest,
)

from .cohort import Cohort, Story
from .impact import add_case, add_outcomes
from .pool import copy_of

DECIDED = {"endorsed", "changes_requested", "declined", "sponsor_accepted", "sponsor_declined"}
REFUSED = {"changes_requested", "declined"}
ANSWERED = {"accepted", "declined"}
# What became of a version, which its copy does not begin with.
OF_ONE_VERSION = {"submitted", "decided", "reason", "asked_by_mentor"}
# What a story calls the shorter texts of a brief.
WORDS = {
    "strength": "strength",
    "gap": "gap",
    "learning": "learning_goal",
    "matters": "why_it_matters",
    "first": "first_step",
    "then": "next_steps",
    "cover": "cover",
    "drops": "dropped",
    "bounds": "boundaries",
    "stop": "stop_rule",
    "judged": "judged_by",
    "raters": "raters",
}


def add_option(cohort: Cohort, mentorship: Mentorship, goals: dict[str, Goal], told: Story) -> Option:
    origin, told = copy_of(cohort, told)
    by = mentorship.mentor if told.get("by") == "mentor" else mentorship.mentee
    at = cohort.moment(told["at"], 11, by)
    option = Option.objects.create(
        code=cohort.code(),
        mentorship=mentorship,
        goal=goals.get(told.get("goal", "")),
        title=told["title"],
        kind=told["kind"],
        domain=told["domain"],
        audience=told["audience"],
        role=told.get("role", "owner"),
        why=told["why"],
        starts_on=_day(cohort, told.get("starts")),
        ends_on=_day(cohort, told.get("ends")),
        hours_per_week=told.get("hours"),
        backfill_hours=told.get("backfill"),
        success_criteria=told.get("success", ""),
        next_step=told.get("next", ""),
        stage=told["stage"],
        left_stage=told.get("left", ""),
        stage_reason=told.get("reason", ""),
        origin=origin,
        stage_changed_at=cohort.moment(told.get("changed", told["at"]), 16, by),
        created_by=by,
        created_at=at,
    )
    _add_contributions(cohort, option, told)
    verb, fields = ("option.taken", ["origin"]) if origin else ("option.added", [])
    cohort.remember(by, verb, option, at, ["audience", "domain", "kind", "title", "why", *fields])
    if told["stage"] != "idea":
        cohort.remember(by, "option.moved", option, option.stage_changed_at, ["stage"])
    return option


def _day(cohort: Cohort, offset: int | None):
    return None if offset is None else cohort.calendar.day(offset)


def _add_contributions(cohort: Cohort, option: Option, told: Story) -> None:
    main = cohort.competencies_of(told.get("main", []))
    also = [c for c in cohort.competencies_of(told.get("also", [])) if c not in main]
    OptionCompetency.objects.bulk_create(
        [OptionCompetency(option=option, competency=c, contribution="primary") for c in main]
        + [OptionCompetency(option=option, competency=c, contribution="secondary") for c in also]
    )


def add_brief(cohort: Cohort, option: Option, told: Story) -> SponsorRequest | None:
    """The versions of an option's brief and the sponsors asked; returns the request that was accepted."""
    versions = told.get("brief", [])
    if not versions:
        return None
    mentee = option.mentorship.mentee
    brief = Brief.objects.create(
        code=cohort.code(), option=option, created_at=cohort.moment(versions[0]["at"], 9, mentee)
    )
    cohort.remember(mentee, "brief.started", brief, brief.created_at, ["option"])
    written: list[BriefVersion] = []
    words: Story = {}
    for number, version in enumerate(versions, 1):
        # A version may begin as a copy of the one before, as it does on the page.
        words = {**_copied(words), **version} if version.get("copy") else version
        written.append(_add_version(cohort, brief, number, words))
    _settle_remarks(cohort, written)
    requests = [_ask(cohort, written[ask.get("version", len(written)) - 1], ask) for ask in told.get("request", [])]
    return next((request for request in requests if request.status == "accepted"), None)


def _copied(words: Story) -> Story:
    return {name: value for name, value in words.items() if name not in OF_ONE_VERSION}


def _add_version(cohort: Cohort, brief: Brief, number: int, told: Story) -> BriefVersion:
    mentee, mentor = brief.option.mentorship.mentee, brief.option.mentorship.mentor
    decided = told["status"] in DECIDED
    version = BriefVersion.objects.create(
        brief=brief,
        number=number,
        status=told["status"],
        problem=told["problem"],
        dependencies=told.get("depends", ""),
        decision_asked=told.get("asks", ""),
        hours_per_week=told.get("hours"),
        review_on=_day(cohort, told.get("review")),
        decide_by=_day(cohort, told.get("decide")),
        **{field: told.get(name, "") for name, field in WORDS.items()},
        written_by=mentee,
        created_at=cohort.moment(told["at"], 9, mentee),
        submitted_at=cohort.moment(told["submitted"], 11, mentee) if "submitted" in told else None,
        decided_at=cohort.moment(told["decided"], 14, mentor) if decided else None,
        decided_by=mentor if decided else None,
        decision_reason=told.get("reason", ""),
    )
    _add_rows(cohort, version, told)
    if version.submitted_at:
        cohort.remember(mentee, "brief.submitted", version, version.submitted_at, ["status"])
        cohort.tell(mentor, "assignments.brief_submitted", version, version.submitted_at)
    if version.decided_at:
        verdict = version.status if version.status in REFUSED else "endorsed"
        cohort.remember(mentor, f"brief.{verdict}", version, version.decided_at, ["decision_reason", "status"])
        cohort.tell(mentee, f"assignments.brief_{verdict}", version, version.decided_at)
        _add_remarks(cohort, version, told.get("asked_by_mentor", []))
    return version


def _add_remarks(cohort: Cohort, version: BriefVersion, remarks: list[list[str]]) -> None:
    """What the mentor asked to change in sections, settled where a later version answers it."""
    for section, words in remarks:
        BriefRemark.objects.create(
            code=cohort.code(),
            version=version,
            section=section,
            words=words,
            by=version.decided_by,
            at=version.decided_at,
        )


def _settle_remarks(cohort: Cohort, versions: list[BriefVersion]) -> None:
    for before, after in pairwise(versions):
        settled = {"settled_by": after.written_by, "settled_at": after.submitted_at}
        if after.submitted_at:
            before.remarks.update(**settled)


def _add_rows(cohort: Cohort, version: BriefVersion, told: Story) -> None:
    add_outcomes(cohort, version, told)
    add_case(cohort, version, told)
    BriefStakeholder.objects.bulk_create(
        BriefStakeholder(version=version, name=name, interest=interest, role=role[0] if role else "affected")
        for name, interest, *role in told.get("people", [])
    )
    BriefRisk.objects.bulk_create(
        BriefRisk(version=version, risk=risk, mitigation=mitigation, trigger=trigger[0] if trigger else "")
        for risk, mitigation, *trigger in told.get("risks", [])
    )


def _ask(cohort: Cohort, version: BriefVersion, told: Story) -> SponsorRequest:
    mentee, sponsor = version.brief.option.mentorship.mentee, cohort.people[told["sponsor"]]
    answered_at = cohort.moment(told["answered"], 16, sponsor) if told["status"] in ANSWERED else None
    request = SponsorRequest.objects.create(
        code=cohort.code(),
        version=version,
        sponsor=sponsor,
        message=told["message"],
        status=told["status"],
        asked_by=mentee,
        asked_at=cohort.moment(told["asked"], 15, mentee),
        answered_at=answered_at,
        reason=told.get("reason", ""),
    )
    cohort.remember(mentee, "sponsor_request.asked", request, request.asked_at, ["message", "sponsor"])
    cohort.tell(sponsor, "assignments.sponsor_asked", request, request.asked_at)
    if request.status in ANSWERED:
        _decide(cohort, request)
    elif request.status == "withdrawn":
        at = cohort.moment(told["answered"], 16, mentee)
        cohort.remember(mentee, "sponsor_request.withdrawn", request, at, ["status"])
    return request


def _decide(cohort: Cohort, request: SponsorRequest) -> None:
    """The sponsor's answer is pinned to the version that was read."""
    version, at = request.version, request.answered_at
    version.status = f"sponsor_{request.status}"
    version.decided_at, version.decided_by = at, request.sponsor
    version.decision_reason = request.reason if request.status == "declined" else ""
    version.save()
    cohort.remember(request.sponsor, f"sponsor_request.{request.status}", request, at, ["reason", "status"])
    cohort.tell(request.asked_by, f"assignments.sponsor_{request.status}", request, at)

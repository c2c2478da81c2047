"""How far options reach, how they serve the goals, what was tried first, and what reviews added to it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from assignments import assessing
from assignments.actions.ranking import packed
from assignments.levels import Entry, Standing, current
from assignments.models import (
    Assignment,
    CompetencyLevel,
    DemonstratedLevel,
    EvidenceComponent,
    Experiment,
    Goal,
    KeptRanking,
    Mentorship,
    Option,
    OptionGoal,
    Provenance,
    RankingWeights,
    SponsorOutlook,
    StretchDemand,
    StretchProfile,
)
from assignments.ranking_of import read
from assignments.stretch import SUPPORTS, demonstrated_after
from assignments.weighing import RATINGS
from reviews.models import Review, Score
from reviews.scoring import agreement

from .cohort import Cohort, Story
from .thinking import LEVEL, person


def add_stretch(cohort: Cohort, option: Option, told: Story) -> None:
    """What an option demands and the support there is; 0 in a row is what nobody has said yet."""
    if "stretch" not in told:
        return
    story = told["stretch"]
    by = person(option.mentorship, story)
    support = {name: level or None for name, level in zip(SUPPORTS, story["support"], strict=True)}
    profile = StretchProfile.objects.create(
        option=option,
        **support,
        confidence=story.get("sure"),
        saved_by=by,
        saved_at=cohort.moment(story.get("at", told["at"] + 1), 17, by),
    )
    why, helps = story.get("why_much", {}), story.get("helps", {})
    StretchDemand.objects.bulk_create(
        StretchDemand(
            profile=profile,
            component=component,
            level=level,
            reason=why.get(component.name.lower(), ""),
            support_person=helps.get(component.name.lower(), ""),
        )
        for component, level in cohort.by_component(story["demand"])
    )
    said = [*(name for name, level in support.items() if level), "confidence", "demands"]
    cohort.remember(by, "stretch.saved", profile, profile.saved_at, said)


def weigh(cohort: Cohort, option: Option, goals: dict[str, Goal], told: Story) -> None:
    """How directly an option serves each goal, and who might sponsor it."""
    fits, outlook = told.get("fit", {}), told.get("outlook")
    OptionGoal.objects.bulk_create(OptionGoal(option=option, goal=goals[key], fit=fit) for key, fit in fits.items())
    if outlook:
        ratings = dict(zip(RATINGS, outlook["ratings"], strict=True)) if "ratings" in outlook else {}
        name = outlook.get("name", "")
        SponsorOutlook.objects.create(option=option, state=outlook["state"], name=name, **ratings)
    touched = [name for name, said in (("fits", fits), ("sponsor_outlook", outlook)) if said]
    if touched:
        mentee = option.mentorship.mentee
        at = cohort.moment(told.get("weighed", told["at"] + 1), 18, mentee)
        cohort.remember(mentee, "option.weighed", option, at, touched)


def add_experiments(cohort: Cohort, option: Option, told: Story) -> None:
    """The notebook of an option: what is still to be tried, and what came of the rest."""
    for page in told.get("experiment", []):
        by, tried = person(option.mentorship, page), page.get("tried")
        experiment = Experiment.objects.create(
            code=cohort.code(),
            option=option,
            hypothesis=page["hypothesis"],
            smallest_try=page["smallest"],
            try_by=None if "until" not in page else cohort.calendar.day(page["until"]),
            tried_on=None if tried is None else cohort.calendar.day(tried),
            result=page.get("result", ""),
            learning=page.get("learning", ""),
            next_try=page.get("next", ""),
            created_by=by,
            created_at=cohort.moment(page["at"], 14, by),
        )
        cohort.remember(by, "experiment.added", experiment, experiment.created_at, ["hypothesis", "smallest_try"])
        if tried is not None:
            at = cohort.moment(tried, 17, by)
            cohort.remember(by, "experiment.edited", experiment, at, ["learning", "result", "tried_on"])


def take_reviews(cohort: Cohort, assignment: Assignment, told: Story) -> None:
    """Once the reviews are final: the steps they verify in what was demanded, and the levels the mentor verifies."""
    reviews = list(Review.objects.final().filter(assignment=assignment).select_related("rater").order_by("pk"))
    if not reviews:
        return
    last = max(reviews, key=lambda review: review.submitted_at)
    day = last.final_at.astimezone(assignment.mentee.zone).date()
    _verify_shown(cohort, assignment, last, day)
    mentor = assignment.mentor
    for tag, (level, note) in told.get("verified", {}).items():
        row = CompetencyLevel.objects.create(
            person=assignment.mentee,
            competency=cohort.competencies[tag],
            level=level,
            provenance=Provenance.VERIFIED,
            note=note,
            assignment=assignment,
            dated_on=day,
            recorded_by=mentor,
            recorded_at=last.final_at,
        )
        cohort.remember(mentor, "competency_level.verified", row, last.final_at, ["assignment", *LEVEL])


def _verify_shown(cohort: Cohort, assignment: Assignment, last: Review, day: date) -> None:
    scores = Score.objects.filter(review__assignment=assignment, level__isnull=False).exclude(review__relation="self")
    option = assignment.option
    tagged = EvidenceComponent.objects.filter(evidence__assignment=assignment).values_list("component", flat=True)
    levels = demonstrated_after(
        assessing.profiles([option], _shown_by(assignment.mentee_id, day))[option.pk],
        observer_median=agreement(scores.values_list("level", flat=True)).median,
        tagged=frozenset(tagged),
    )
    for component, level in sorted(levels.items()):
        row = DemonstratedLevel.objects.create(
            person=assignment.mentee,
            component=component,
            level=level,
            reason="Evidence, and the final reviews of an assignment.",
            provenance=Provenance.VERIFIED,
            assignment=assignment,
            dated_on=day,
            recorded_by=last.rater,
            recorded_at=last.final_at,
        )
        fields = ["component", "level", "provenance"]
        cohort.remember(last.rater, "level_shown.verified", row, last.final_at, fields)


def _shown_by(person_id: int, day: date) -> dict[int, Standing]:
    """What counted on that day, without what was said later."""
    entries: dict[int, list[Entry]] = {}
    rows = DemonstratedLevel.objects.filter(person_id=person_id, dated_on__lte=day).order_by("dated_on", "pk")
    for row in rows:
        entries.setdefault(row.component, []).append(Entry(row.level, row.provenance, row.dated_on))
    return {component: current(found, day) for component, found in entries.items()}


def add_rankings(cohort: Cohort, mentorship: Mentorship, story: Story) -> None:
    """The weights the two chose, and the rankings they kept."""
    version = 0
    for version, told in enumerate(story.get("weights", []), 1):
        by = person(mentorship, told)
        at = cohort.moment(told["at"], 13, by)
        row = RankingWeights.objects.create(mentorship=mentorship, version=version, set_by=by, set_at=at, **told["set"])
        cohort.remember(by, "ranking_weights.set", row, at, told["set"])
    for told in story.get("ranking", []):
        by = person(mentorship, told)
        reading = read(mentorship, cohort.calendar.today)
        result, inputs = packed(reading)
        kept = KeptRanking.objects.create(
            code=cohort.code(),
            mentorship=mentorship,
            weights=asdict(reading.weights),
            weights_version=version,
            method_version=reading.method.version,
            inputs=inputs,
            result=result,
            note=told["note"],
            kept_by=by,
            kept_at=cohort.moment(told["at"], 17, by),
        )
        cohort.remember(by, "ranking.kept", kept, kept.kept_at, ["note"])

"""Outcomes of a brief: written by the pair into a draft, read with their range, summed, valued, copied."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.template.loader import render_to_string

from assignments.actions import outcome as actions
from assignments.actions.brief_part import copy_parts, fingerprint
from assignments.models import BriefOutcome, BriefReturn, BriefStatus, BriefVersion
from assignments.outcomes import line_of, read
from assignments.refusals import Refused, Stale
from stretchhub.audit.models import AuditEntry
from tests.factories import (
    BriefClaimFactory,
    BriefFactory,
    BriefOutcomeFactory,
    BriefReturnFactory,
    BriefVersionFactory,
    OptionFactory,
)

pytestmark = pytest.mark.django_db

WORDS = {"metric": "Cycle time", "direction": "decrease", "baseline": Decimal(21), "target": Decimal(14)}
HOURS = {
    "metric": "Hours saved",
    "unit": "hours a month",
    "direction": "increase",
    "baseline": 0,
    "target": 70,
    "estimate": "pert",
    "low": 40,
    "likely": 70,
    "high": 130,
    "due_on": None,
}


@pytest.fixture
def version(mentorship):
    return BriefVersionFactory(brief=BriefFactory(option=OptionFactory(mentorship=mentorship)), outcome=None)


def saved(version, **words):
    """An outcome as it is read from its row."""
    return BriefOutcome.objects.get(pk=BriefOutcomeFactory(version=version, **words).pk)


def test_an_outcome_is_added_and_the_brief_must_be_read_again(version, mentee):
    outcome = actions.add_outcome(version, by=mentee, words=WORDS)

    version.refresh_from_db()
    assert (outcome.version, outcome.metric, version.edit) == (version, "Cycle time", 2)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.fields) == ("outcome.added", ["baseline", "direction", "metric", "target"])


def test_only_a_draft_takes_outcomes_and_only_from_the_pair(version, mentee, stranger):
    outcome = BriefOutcomeFactory(version=version)
    with pytest.raises(PermissionDenied):
        actions.add_outcome(version, by=stranger, words=WORDS)
    version.status = BriefStatus.SUBMITTED
    version.save()

    for change in (
        lambda: actions.add_outcome(version, by=mentee, words=WORDS),
        lambda: actions.edit_outcome(outcome, by=mentee, seen=fingerprint(outcome), words=WORDS),
        lambda: actions.remove_outcome(outcome, by=mentee, seen=""),
        lambda: actions.set_return(version, by=mentee, seen="", words={}),
        lambda: actions.remove_return(version, by=mentee),
    ):
        with pytest.raises(Refused, match="handed in"):
            change()
    assert BriefOutcome.objects.get().metric == "Cycle time of a claim"


def test_a_brief_names_five_outcomes_at_most(version, mentee):
    BriefOutcomeFactory.create_batch(5, version=version)

    with pytest.raises(Refused, match="at most 5 outcomes"):
        actions.add_outcome(version, by=mentee, words=WORDS)

    assert version.outcomes.count() == 5


def test_a_stale_save_changes_nothing(version, mentee, mentor):
    outcome = saved(version)
    seen = fingerprint(outcome)
    actions.edit_outcome(outcome, by=mentor, seen=seen, words={"metric": "Days to a decision"})

    with pytest.raises(Stale):
        actions.edit_outcome(outcome, by=mentee, seen=seen, words={"metric": "Mine"})

    version.refresh_from_db()
    assert (BriefOutcome.objects.get().metric, version.edit) == ("Days to a decision", 2)


def test_what_was_removed_meanwhile_cannot_be_changed(version, mentee, mentor):
    outcome = BriefOutcomeFactory(version=version)
    copy = BriefOutcome.objects.get()
    actions.remove_outcome(outcome, by=mentor, seen=fingerprint(copy))

    with pytest.raises(Refused, match="removed by somebody else"):
        actions.edit_outcome(copy, by=mentee, seen=fingerprint(copy), words=WORDS)


def test_removing_an_outcome_takes_its_worth_with_it(version, mentee):
    money = BriefReturnFactory(outcome=BriefOutcomeFactory(version=version, **HOURS))

    actions.remove_outcome(money.outcome, by=mentee, seen=fingerprint(BriefOutcome.objects.get()))

    assert not BriefReturn.objects.exists()


def test_a_range_is_told_in_words_with_its_arithmetic(version):
    line = line_of(saved(version, **HOURS))

    assert line.words == "Hours saved from 0 to 70 hours a month"
    assert line.range_words == "Between 53.8 and 98 hours a month eight times in ten; 75 on average."
    assert line.arithmetic == "(40 + 4 × 70 + 130) ÷ 6 = 75, give or take 15."
    assert (line.low, line.high, line.remark) == (53.8, 98.0, "")


def test_percentiles_say_nine_times_in_ten(version):
    given = HOURS | {"estimate": "percentiles", "low": 45, "likely": 70, "high": 115}

    line = line_of(saved(version, **given))

    assert line.range_words == "Between 45 and 115 hours a month nine times in ten; 73.7 on average."
    assert line.arithmetic == "0.63 × 70 + 0.185 × (45 + 115) = 73.7, give or take 21.8."


@pytest.mark.parametrize(("direction", "target"), [("increase", 120), ("decrease", 45)])
def test_a_target_beyond_ones_own_range_is_remarked(version, direction, target):
    line = line_of(saved(version, **HOURS | {"direction": direction, "target": target}))

    assert line.remark == "The target lies beyond this range: it would take luck."


def test_without_a_range_nothing_is_invented(version):
    line = line_of(BriefOutcomeFactory(version=version))

    assert (line.estimate, line.range_words, line.arithmetic, line.low, line.high) == (None, "", "", None, None)


def test_what_is_kept_says_so(version):
    kept = {"metric": "Complaints", "unit": "a week", "direction": "maintain", "tolerance": 2}
    outcome = saved(version, baseline=9, target=9, **kept)

    assert line_of(outcome).words == "Complaints stays at 9 a week ± 2"


@pytest.mark.parametrize(
    ("attribution", "words"),
    [
        ("comparison", "To be reported as “brought about”, against a group that goes on as before."),
        ("trend", "To be reported as “contributed to”, against the trend."),
        ("before_after", "To be reported as “contributed to”, comparing before and after."),
        ("owner", "To be reported as “contributed to”, as the owner of the measure estimates."),
        ("", ""),
    ],
)
def test_only_a_comparison_says_more_than_contributed_to(version, attribution, words):
    line = line_of(
        BriefOutcomeFactory(
            version=version, attribution=attribution, other_causes="- A new form.\n\na new form\nSummer"
        )
    )

    assert line.contribution == words
    assert line.causes == ("A new form", "Summer")


def test_what_adds_up_is_summed_with_the_wider_spread_first(version):
    BriefOutcomeFactory(version=version, adds_up=True, **HOURS)
    BriefOutcomeFactory(version=version, adds_up=True, **HOURS | {"low": 2, "likely": 20, "high": 38})
    BriefOutcomeFactory(version=version, **HOURS)

    (total,) = read(version).totals

    assert total.words == (
        "Together from 0 to 95 hours a month, give or take 21 if what is uncertain in one is so in all "
        "(16.2 if they have nothing to do with each other)."
    )


@pytest.mark.parametrize("other", [{"unit": "days"}, {"estimate": "", "low": None, "high": None, "likely": None}])
def test_no_sum_is_made_of_two_units_or_of_a_range_that_is_missing(version, other):
    BriefOutcomeFactory(version=version, adds_up=True, **HOURS)
    BriefOutcomeFactory(version=version, adds_up=True, **HOURS | other)

    assert read(version).totals == ()


def test_a_return_shows_every_step_and_is_said_to_two_figures(version):
    BriefReturnFactory(outcome=BriefOutcomeFactory(version=version, **HOURS))

    money = read(version).money

    assert money.words == "About £21,000 in the first year for about £12,000; a return of 25 % to 128 %."
    assert money.arithmetic == (
        "75 hours a month × 12 a year × £55 = £49,500.",
        "× 0.6 contributed × 0.7 sure = £20,790.",
        "Cost: £8,800 (hours of the mentee) + £1,600 (hours of others) + £1,500 (spent) = £11,900.",
        "Net benefit: £8,890.",
    )
    assert money.figures == (
        ("Return in the first year", "75 %"),
        ("Benefit for each unit of cost", "1.75"),
        ("The cost has come back after", "6.87 months"),
    )


def test_a_return_counts_what_falls_below_the_baseline(version):
    fewer = HOURS | {"direction": "decrease", "baseline": 212, "target": 120, "low": 82, "likely": 142, "high": 172}
    BriefReturnFactory(outcome=BriefOutcomeFactory(version=version, **fewer), currency="CHF")

    money = read(version).money

    assert money.words == "About CHF 21,000 in the first year for about CHF 12,000; a return of 25 % to 128 %."
    assert money.arithmetic[0] == "75 hours a month × 12 a year × CHF 55 = CHF 49,500."


def test_a_return_is_not_worked_out_without_a_range_or_a_cost(version):
    money = BriefReturnFactory(outcome=BriefOutcomeFactory(version=version))
    version = BriefVersion.objects.get()
    assert read(version).money.words == "The outcome has no range yet, so a return cannot be worked out."
    assert (read(version).money.figures, read(version).money.arithmetic) == ((), ())

    BriefOutcome.objects.filter(pk=money.outcome_id).update(**HOURS)
    BriefReturn.objects.update(mentee_hours=0, support_hours=0, cash=0)
    version = BriefVersion.objects.get()

    assert read(version).money.words == "No cost is named, so a return cannot be worked out."
    assert len(read(version).money.arithmetic) == 2


def test_a_cost_that_never_comes_back_says_never(version):
    worse = HOURS | {"low": -30, "likely": -20, "high": -10}
    BriefReturnFactory(outcome=BriefOutcomeFactory(version=version, **worse))

    money = read(version).money

    assert ("The cost has come back after", "never") in money.figures
    assert money.arithmetic[-1] == "Net benefit: −£17,444."


def test_a_return_is_said_changed_and_taken_away(version, mentee, mentor):
    outcome = saved(version, **HOURS)
    words = {"outcome": outcome, "value_per_unit": 55, "share": Decimal("0.6"), "confidence": 1, "agreed_by": "Ruth"}

    money = actions.set_return(version, by=mentee, seen="", words=words)
    seen = fingerprint(BriefReturn.objects.get())
    actions.set_return(version, by=mentor, seen=seen, words={"agreed_by": "Ruth Adeyemi"})

    assert BriefReturn.objects.get().agreed_by == "Ruth Adeyemi"
    with pytest.raises(Stale):
        actions.set_return(version, by=mentee, seen=seen, words={"agreed_by": "Me"})
    actions.remove_return(version, by=mentee)
    assert not BriefReturn.objects.filter(pk=money.pk).exists()
    with pytest.raises(Stale, match="removed by somebody else"):
        actions.set_return(version, by=mentee, seen=seen, words=words)
    with pytest.raises(Refused, match="removed already"):
        actions.remove_return(version, by=mentee)


def test_a_new_version_takes_over_outcomes_claims_and_return(version):
    first, second = BriefOutcomeFactory(version=version), BriefOutcomeFactory(version=version, **HOURS)
    BriefReturnFactory(outcome=second)
    BriefClaimFactory(version=version, counted=True)
    following = BriefVersionFactory(brief=version.brief, status=BriefStatus.DECLINED, refused=True, outcome=None)

    copy_parts(version, following)

    copies = list(following.outcomes.all())
    assert [each.metric for each in copies] == [first.metric, second.metric]
    assert not {each.code for each in copies} & {first.code, second.code}
    assert (following.money.outcome, following.money.agreed_by) == (copies[1], "Ruth Adeyemi")
    assert [(each.words, each.after_hits) for each in following.claims.all()] == [
        (each.words, 22) for each in version.claims.all()
    ]
    assert (version.outcomes.count(), version.claims.count(), version.money.outcome) == (2, 1, second)


@pytest.mark.parametrize("count", [1, 3])
def test_outcomes_are_read_in_two_queries(version, count, django_assert_num_queries):
    BriefReturnFactory(outcome=BriefOutcomeFactory.create_batch(count, version=version, **HOURS)[0])

    anew = BriefVersion.objects.get(pk=version.pk)

    with django_assert_num_queries(2):
        read(anew)


def test_the_section_shows_the_bullet_with_its_range_and_is_quiet_for_readers(version):
    BriefReturnFactory(
        outcome=BriefOutcomeFactory(
            version=version,
            attribution="owner",
            other_causes="Summer\nA new form",
            counter_metric="Complaints",
            **HOURS,
        )
    )
    context = {"version": version, "outcomes": read(version)}

    page = render_to_string("assignments/brief_outcomes.html", context | {"may_write": True})
    read_only = render_to_string("assignments/brief_outcomes.html", context)

    assert 'class="c-range"' in page
    for words in ("likely 53.8 to 98", "contributed to", "Summer; A new form", "Complaints", "About £21,000"):
        assert words in page
        assert words in read_only
    assert "Add an outcome" in page
    assert not any(words in read_only for words in ("Add an outcome", "Change"))
    (line,) = read(version).lines
    assert line.notes == (
        "Between 53.8 and 98 hours a month eight times in ten; 75 on average. Must not get worse: Complaints. "
        "To be reported as “contributed to”, as the owner of the measure estimates. "
        "Other plausible causes: Summer; A new form.",
    )


def test_an_empty_section_offers_the_first_step(version):
    page = render_to_string(
        "assignments/brief_outcomes.html", {"version": version, "outcomes": read(version), "may_write": True}
    )

    assert "No measure yet" in page
    assert "Add an outcome" in page
    assert "worth" not in page

"""The ledger: every claim is backed by something one can read, or marked as an assumption."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.template.loader import render_to_string

from assignments.actions import claim as actions
from assignments.actions.brief_part import fingerprint
from assignments.claims import line_of, read
from assignments.models import BriefClaim, BriefStatus
from assignments.refusals import Refused, Stale
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from tests.factories import BriefClaimFactory, BriefFactory, BriefVersionFactory, ExperimentFactory, OptionFactory

pytestmark = pytest.mark.django_db

WORDS = {"section": "problem", "words": "Claimants wait three weeks", "backing": "assumption"}
PILOT = {"backing": "pilot"}


@pytest.fixture
def version(mentorship):
    return BriefVersionFactory(brief=BriefFactory(option=OptionFactory(mentorship=mentorship)))


def test_a_claim_is_added_changed_and_removed_in_a_draft(version, mentee, mentor):
    claim = actions.add_claim(version, by=mentee, words=WORDS)
    actions.edit_claim(claim, by=mentor, seen=fingerprint(BriefClaim.objects.get()), words={"words": "Two weeks"})

    assert (BriefClaim.objects.get().words, BriefClaim.objects.get().created_by) == ("Two weeks", mentee)
    actions.remove_claim(claim, by=mentee, seen=fingerprint(BriefClaim.objects.get()))
    assert not BriefClaim.objects.exists()
    verbs = AuditEntry.objects.order_by("pk").values_list("verb", "fields")
    assert list(verbs) == [
        ("claim.added", ["backing", "section", "words"]),
        ("claim.edited", ["words"]),
        ("claim.removed", ["words"]),
    ]


def test_only_a_draft_takes_claims_and_only_from_the_pair(version, mentee, stranger):
    with pytest.raises(PermissionDenied):
        actions.add_claim(version, by=stranger, words=WORDS)
    version.status = BriefStatus.ENDORSED
    version.save()

    with pytest.raises(Refused, match="handed in"):
        actions.add_claim(version, by=mentee, words=WORDS)

    assert not BriefClaim.objects.exists()


def test_a_stale_save_of_a_claim_changes_nothing(version, mentee, mentor):
    claim = BriefClaimFactory(version=version)
    seen = fingerprint(claim)
    actions.edit_claim(claim, by=mentor, seen=seen, words={"words": "The mentor’s words"})

    with pytest.raises(Stale):
        actions.edit_claim(claim, by=mentee, seen=seen, words={"words": "The mentee’s words"})

    assert BriefClaim.objects.get().words == "The mentor’s words"


def test_the_ledger_holds_what_one_page_can(version, mentee):
    BriefClaimFactory.create_batch(actions.MOST, version=version)

    with pytest.raises(Refused, match="room for 24 claims"):
        actions.add_claim(version, by=mentee, words=WORDS)


def test_the_database_keeps_no_quote_without_consent(version):
    with pytest.raises(IntegrityError):
        BriefClaimFactory(version=version, said=True, consent=False)


def test_an_assumption_is_marked_as_one(version):
    line = line_of(BriefClaimFactory(version=version))

    assert (line.backed, line.mark, line.words) == (False, "Assumption: not backed yet", "")


def test_a_quote_is_backed_by_who_said_it(version):
    line = line_of(BriefClaimFactory(version=version, said=True))

    assert (line.backed, line.mark) == (True, "Backed: a customer’s words")
    assert line.words == "“I wait and hear nothing.” — A claimant, May"


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        (
            {"before_n": 40, "before_hits": 12, "after_n": 38, "after_hits": 22},
            "12 of 40 before, 22 of 38 after: 28 points more (95 % interval 6 to 46).",
        ),
        (
            {"before_n": 40, "before_hits": 12, "after_n": 38, "after_hits": 14},
            "12 of 40 before, 14 of 38 after: no clear difference (95 % interval −14 to +27 points).",
        ),
        (
            {
                "before_n": 30,
                "before_mean": 21,
                "before_sd": 6,
                "after_n": 28,
                "after_mean": 16,
                "after_sd": 5,
                "unit": "days",
            },
            "mean 21 days (n = 30) before, mean 16 days (n = 28) after: 5 days less (95 % interval 2.1 to 7.9).",
        ),
        ({"after_n": 38, "after_hits": 22}, "22 of 38: 58 % (95 % interval 42 to 72 %)."),
        (
            {"after_n": 28, "after_mean": 16, "after_sd": 5, "unit": "days"},
            "mean 16 days (n = 28): 95 % interval 14.1 to 17.9.",
        ),
    ],
)
def test_pilot_data_show_their_interval(version, numbers, words):
    line = line_of(BriefClaimFactory(version=version, **PILOT, **numbers))

    assert (line.backed, line.mark, line.dots) == (True, "Backed: pilot data", ())
    assert line.words == words


@pytest.mark.parametrize(
    ("numbers", "words", "dots"),
    [
        (
            {"before_n": 8, "before_hits": 3, "after_n": 7, "after_hits": 5},
            "3 of 8 before, 5 of 7 after. Too few cases for an interval.",
            ["●●●○○○○○", "●●●●●○○"],
        ),
        (
            {"before_n": 400, "before_hits": 3, "after_n": 9, "after_hits": 5},
            "3 of 400 before, 5 of 9 after. Too few cases for an interval.",
            ["●●●●●○○○○"],
        ),
        ({"after_n": 4, "after_hits": 0}, "0 of 4. Too few cases for an interval.", ["○○○○"]),
        (
            {"before_n": 9, "before_mean": 21, "before_sd": 6, "after_n": 28, "after_mean": 16, "after_sd": 5},
            "mean 21 (n = 9) before, mean 16 (n = 28) after. Too few cases for an interval.",
            [],
        ),
        ({"after_n": 9, "after_mean": 16, "after_sd": 5}, "mean 16 (n = 9). Too few cases for an interval.", []),
    ],
)
def test_under_ten_a_side_there_are_dots_and_words_only(version, numbers, words, dots):
    line = line_of(BriefClaimFactory(version=version, **PILOT, **numbers))

    assert (line.words, [each.drawn for each in line.dots]) == (words, dots)
    assert "%" not in line.words


def test_means_without_spread_have_no_interval(version):
    numbers = {"before_n": 10, "before_mean": 3, "before_sd": 0, "after_n": 10, "after_mean": 2, "after_sd": 0}

    line = line_of(BriefClaimFactory(version=version, **PILOT, **numbers))

    assert line.words.endswith("All values are the same, so there is no interval.")


def test_a_pilot_without_numbers_cites_its_experiment_or_is_not_backed(version):
    tried = ExperimentFactory(
        option=version.brief.option, tried_on=today(), result="Two of three came.", learning="Ask earlier."
    )
    planned = ExperimentFactory(option=version.brief.option)

    in_words = line_of(BriefClaimFactory(version=version, **PILOT, experiment=tried))
    nothing = line_of(BriefClaimFactory(version=version, **PILOT, experiment=planned))

    assert (in_words.backed, in_words.mark, in_words.words) == (
        True,
        "Backed: an experiment, in words",
        "Two of three came.",
    )
    assert (nothing.backed, nothing.mark) == (False, "Not backed yet: the pilot has no data")


def test_the_ledger_counts_and_sorts_by_section(version):
    BriefClaimFactory(version=version, section="decision")
    BriefClaimFactory(version=version, counted=True)

    claims = read(version)

    assert claims.words == "1 of 2 claims are backed."
    assert [label for label, _lines in claims.by_section] == ["The problem and who feels it", "Decision asked of you"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_ledger_is_read_in_one_query(version, count, django_assert_num_queries):
    experiment = ExperimentFactory(option=version.brief.option)
    BriefClaimFactory.create_batch(count, version=version, **PILOT, experiment=experiment)

    with django_assert_num_queries(1):
        read(version)


def test_the_margin_marks_the_claims_of_its_section_only(version):
    BriefClaimFactory(version=version, words="We think so")
    BriefClaimFactory(version=version, words="We counted", counted=True, source="Queue export <May>")
    BriefClaimFactory(version=version, words="Elsewhere", section="decision")

    margin = render_to_string("assignments/brief_claims_margin.html", {"claims": read(version).of("problem")})

    for words in ("We think so", "Assumption: not backed yet", "We counted", "28 points more", "Queue export &lt;May"):
        assert words in margin
    assert "Elsewhere" not in margin
    assert margin.count("claim-open") == 1

"""The guided conversation on the page: with and without script, together and apart."""

from datetime import timedelta

import pytest
from django.urls import reverse

from assignments.models import Goal, Intake
from stretchhub.env import today
from tests.factories import GoalFactory, IntakeAnswerFactory, IntakeFactory, MentorshipFactory

pytestmark = pytest.mark.django_db

BY_ITSELF = {"X-Autosave": "1"}


@pytest.fixture
def intake(mentorship):
    return IntakeFactory(mentorship=mentorship)


def at(intake, topic="gaps"):
    return reverse("assignments:intake-topic", args=[intake.code, topic])


def test_the_empty_page_offers_the_first_conversation(mentorship, mentee, sign_in):
    client = sign_in(mentee)

    page = client.get(reverse("assignments:intakes", args=[mentorship.code])).content.decode()
    begun = client.post(reverse("assignments:intake-start", args=[mentorship.code]))

    assert "Begin the first conversation" in page
    assert begun.url == at(Intake.objects.get(), "aspirations")


@pytest.mark.parametrize("topic", ["aspirations", "strengths", "gaps", "needs", "success", "avoid"])
def test_each_screen_asks_one_question_and_shows_what_is_filled(intake, mentee, sign_in, topic):
    IntakeAnswerFactory(intake=intake)

    page = sign_in(mentee).get(at(intake, topic)).content.decode()

    assert page.count("<h1") == 1
    assert page.count('class="topic topic-filled"') == 1
    assert page.count('aria-current="step"') == 1
    assert 'name="version" value="%s"' % (1 if topic == "aspirations" else 0) in page


def test_a_topic_that_is_none_is_not_there(intake, mentee, sign_in):
    assert sign_in(mentee).get(at(intake, "salary")).status_code == 404


def test_without_script_the_button_saves_and_goes_on_to_the_end(intake, mentee, sign_in):
    client = sign_in(mentee)

    on = client.post(at(intake), {"gaps": "Budgets.\r\nBoards.", "version": "0"})
    end = client.post(at(intake, "avoid"), {"avoid": "", "version": "0"})

    assert (on.url, end.url) == (at(intake, "needs"), reverse("assignments:intake", args=[intake.code]))
    assert intake.answers.get().words == {"gaps": "Budgets.\nBoards."}


def test_saving_by_itself_answers_with_the_version_and_who_saved_when(intake, mentee, sign_in):
    answer = sign_in(mentee).post(at(intake), {"gaps": "Budgets.", "version": "0"}, headers=BY_ITSELF)

    told = answer.json()
    assert (answer.status_code, told["version"]) == (200, 1)
    assert told["words"].startswith("Saved ")
    assert told["words"].endswith(" by Mina")


def test_it_goes_on_on_another_device(intake, mentee, sign_in):
    sign_in(mentee).post(at(intake), {"gaps": "Budgets.", "version": "0"}, headers=BY_ITSELF)

    page = sign_in(mentee).get(at(intake)).content.decode()

    assert "Budgets." in page
    assert 'name="version" value="1"' in page
    assert " by Mina" in page


def test_two_who_write_the_same_topic_both_keep_their_words(intake, mentee, mentor, sign_in):
    sign_in(mentee).post(at(intake), {"gaps": "The mentee’s words", "version": "0"}, headers=BY_ITSELF)

    slow = sign_in(mentor).post(at(intake), {"gaps": "The mentor’s words", "version": "0"}, headers=BY_ITSELF)
    plain = sign_in(mentor).post(at(intake), {"gaps": "The mentor’s words", "version": "0"})

    told = slow.json()
    assert (slow.status_code, plain.status_code, told["version"]) == (409, 409, 1)
    assert "The mentee’s words" in told["both"]
    assert "The mentor’s words" in told["both"]
    page = plain.content.decode()
    assert page.count("The mentor’s words") == 2  # beside the other, and still in the field
    assert "The mentee’s words" in page
    assert 'name="version" value="1"' in page
    assert 'data-autosave-unsaved="0"' in page

    merged = sign_in(mentor).post(at(intake), {"gaps": "Both", "version": "1"})
    assert merged.status_code == 302
    assert intake.answers.get().words == {"gaps": "Both"}


@pytest.mark.parametrize("typed", ["x" * 4001, "a\x00b"])
def test_what_cannot_be_kept_is_said_and_stays_in_the_field(intake, mentee, sign_in, typed):
    client, data = sign_in(mentee), {"gaps": typed, "version": "0"}

    by_itself, plain = client.post(at(intake), data, headers=BY_ITSELF), client.post(at(intake), data)

    assert (by_itself.status_code, plain.status_code) == (422, 422)
    assert by_itself.json()["words"].startswith("Not saved: Gaps: ")
    assert 'data-autosave-unsaved="0"' in plain.content.decode()
    assert "xxx" in plain.content.decode() or "\x00" in typed
    assert not intake.answers.exists()


def test_a_kept_conversation_is_read_and_no_longer_written(mentorship, mentee, sign_in):
    kept = IntakeFactory(mentorship=mentorship, kept=True)
    client = sign_in(mentee)

    assert client.get(at(kept)).url == reverse("assignments:intake", args=[kept.code])
    by_button = client.post(at(kept), {"gaps": "More <b>words</b>", "version": "0"})
    assert (by_button.status_code, "More &lt;b&gt;words&lt;/b&gt;" in by_button.content.decode()) == (409, True)
    by_itself = client.post(at(kept), {"gaps": "More", "version": "0"}, headers=BY_ITSELF)
    assert (by_itself.status_code, "kept meanwhile" in by_itself.json()["words"]) == (422, True)


def test_reading_back_proposes_a_day_and_keeps(intake, mentee, sign_in):
    IntakeAnswerFactory(intake=intake)
    client, url = sign_in(mentee), reverse("assignments:intake", args=[intake.code])
    keep = reverse("assignments:intake-keep", args=[intake.code])
    day = today() + timedelta(days=100)

    page = client.get(url).content.decode()
    wrong = client.post(keep, {"revisit_on": str(today())})
    kept = client.post(keep, {"revisit_on": str(day)}, follow=True)

    assert "Lead of the claims team" in page
    assert 'type="date"' in page
    assert "Choose a day after today." in wrong.content.decode()
    assert wrong.status_code == 422
    assert Intake.objects.get().revisit_on == day
    assert f"?intake={intake.code}" in kept.content.decode()


def test_an_empty_conversation_says_why_it_is_not_kept(intake, mentee, sign_in):
    keep = reverse("assignments:intake-keep", args=[intake.code])

    answer = sign_in(mentee).post(keep, {"revisit_on": str(today() + timedelta(days=90))})

    assert answer.status_code == 409
    assert "Nothing is written yet." in answer.content.decode()


def test_the_revisit_day_can_be_moved(mentorship, mentor, sign_in):
    kept = IntakeFactory(mentorship=mentorship, kept=True)
    url, day = reverse("assignments:intake-revisit", args=[kept.code]), today() + timedelta(days=30)

    assert sign_in(mentor).post(url, {"revisit_on": "2001-01-01"}).status_code == 422
    assert sign_in(mentor).post(url, {"revisit_on": str(day)}).status_code == 302
    assert Intake.objects.get().revisit_on == day


def test_a_later_conversation_marks_words_taken_away_and_added(mentorship, mentee, sign_in):
    IntakeAnswerFactory(intake=IntakeFactory(mentorship=mentorship, kept=True), words={"next_role": "Lead a team"})
    later = IntakeFactory(mentorship=mentorship, kept=True)
    IntakeAnswerFactory(intake=later, words={"next_role": "Lead two <teams>"})

    page = sign_in(mentee).get(reverse("assignments:intake", args=[later.code])).content.decode()
    listed = sign_in(mentee).get(reverse("assignments:intakes", args=[mentorship.code])).content.decode()

    assert "[removed: </span>a team<span" in page
    assert "[added: </span>two &lt;teams&gt;<span" in page
    assert "Changed since the one before: Aspirations" in " ".join(listed.split())


def test_a_goal_out_of_a_conversation_begins_with_its_words(mentorship, mentee, sign_in):
    kept = IntakeFactory(mentorship=mentorship, kept=True)
    IntakeAnswerFactory(
        intake=kept, topic="success", words={"impact": "Claims settled in three days.", "skills": "Storytelling"}
    )
    url = reverse("assignments:goal-add", args=[mentorship.code]) + f"?intake={kept.code}"
    client = sign_in(mentee)

    page = client.get(url).content.decode()
    rows = {"targets-TOTAL_FORMS": "5", "targets-INITIAL_FORMS": "0"}
    client.post(url, {"title": "Settle faster", "success": "Three days.", "horizon": "quarter", **rows})

    assert 'value="Claims settled in three days."' in page
    assert "Skills to prove: Storytelling" in page
    goal = Goal.objects.get()
    assert goal.intake == kept
    shown = client.get(reverse("assignments:goal", args=[goal.code])).content.decode()
    assert "out of conversation 1" in shown


@pytest.mark.parametrize("named", ["nonsense", "foreign"])
def test_a_conversation_of_somebody_else_gives_no_words(mentorship, mentee, sign_in, named):
    foreign = IntakeFactory()
    IntakeAnswerFactory(intake=foreign, topic="success", words={"impact": "Their secret.", "skills": ""})
    code = {"nonsense": "nonsense", "foreign": foreign.code}[named]

    page = sign_in(mentee).get(reverse("assignments:goal-add", args=[mentorship.code]) + f"?intake={code}")

    assert page.status_code == 200
    assert "Their secret." not in page.content.decode()


def test_nobody_writes_after_the_end_but_both_can_read(mentee, sign_in):
    ended = MentorshipFactory(mentee=mentee, ended_on=today())
    intake = IntakeFactory(mentorship=ended)
    client = sign_in(mentee)

    assert client.get(reverse("assignments:intake", args=[intake.code])).status_code == 200
    assert client.get(at(intake)).status_code == 403
    assert client.post(reverse("assignments:intake-keep", args=[intake.code])).status_code == 403


def _talk(mentorship):
    intake = IntakeFactory(mentorship=mentorship, kept=True)
    for topic in ("aspirations", "gaps"):
        IntakeAnswerFactory(intake=intake, topic=topic, words={"gaps": "Budgets", "next_role": "Lead"})
    GoalFactory(mentorship=mentorship, intake=intake)
    return intake


@pytest.mark.parametrize("name", ["intakes", "intake", "intake-topic"])
def test_pages_take_the_same_queries_for_one_and_three(mentorship, mentee, sign_in, count_queries, name):
    client = sign_in(mentee)
    _talk(mentorship)
    intake = IntakeFactory(mentorship=mentorship)
    IntakeAnswerFactory(intake=intake)
    args = {"intakes": [mentorship.code], "intake": [intake.code], "intake-topic": [intake.code, "gaps"]}[name]
    url = reverse(f"assignments:{name}", args=args)
    client.get(url)
    one = count_queries(client, url)

    Intake.objects.filter(pk=intake.pk).update(number=9)
    for _n in range(2):
        _talk(mentorship)
    IntakeAnswerFactory(intake=intake, topic="needs", words={"needs": "Time"})

    assert count_queries(client, url) == one

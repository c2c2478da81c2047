"""A session by its pages: planned, put together, talked over, locked; and what each person sees of it."""

import re
from datetime import timedelta

import pytest

from reviews.calibration_messages import amended, invited, wanted
from reviews.models import CalibrationItem, CalibrationSession, Outcome, Review, Score, ScoreChange
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from stretchhub.feed import planned_for
from stretchhub.notices import delivery
from stretchhub.people.models import Role
from stretchhub.today import waiting_for
from tests.factories import CalibrationSessionFactory, EvidenceFactory, UserFactory
from tests.reviews.calibrations import FINAL, HELD, apart, rate, running, score_of, session_on, statuses

pytestmark = pytest.mark.django_db


@pytest.fixture
def calibrator():
    return UserFactory(full_name="Ines Costa", roles=[Role.CALIBRATOR])


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_a_session_is_planned_put_together_opened_talked_over_and_locked_without_script(calibrator, sign_in):
    panel = apart()
    client = sign_in(calibrator)
    assert "Cycle" in text(client.get("/calibrations/"))
    words = {
        "name": "Autumn",
        "cycle": panel["self"].cycle_id,
        "held_on": str(today() + timedelta(days=2)),
        "facilitator": calibrator.pk,
    }

    page = client.post("/calibrations/add/", words, follow=True)

    session = CalibrationSession.objects.get()
    assert "Observers lie two levels or more apart." in text(page)
    work = panel["self"].assignment.code
    client.post(
        f"/calibrations/{session.code}/agenda/", {"do": "put_on", "assignment": work, "version": session.version}
    )
    page = text(client.get(f"/calibrations/{session.code}/"))
    assert "Influence" in page
    assert "Ratings are shown once it is open." in page
    item = session.items.get()
    assert client.get(f"/calibration-items/{item.code}/").status_code == 403
    client.post(f"/calibrations/{session.code}/open/")
    page = text(client.get(f"/calibration-items/{item.code}/"))
    assert page.index("The evidence first") < page.index("Levels, before and after")
    score = score_of(panel["mentor"], "influence")
    form = {"do": "change", "score": score.pk, f"shown_{score.pk}": 4, "level": 3, "reason": "One case only."}
    page = text(client.post(f"/calibration-items/{item.code}/", form, follow=True))
    assert "After calibration" in page
    assert "One case only. 4 → 3 · Ines Costa" in page
    page = text(client.get(f"/calibrations/{session.code}/"))
    assert "1 level changed: −1" in page
    alone = client.post(f"/calibrations/{session.code}/lock/")
    assert alone.status_code == 422
    assert "Why one person decided alone – Note who is here, or say why" in text(alone)
    reason = {"reason": "Both wrote to me before."}
    page = text(client.post(f"/calibrations/{session.code}/lock/", reason, follow=True))
    assert "Ines Costa decided alone: Both wrote to me before." in page
    assert "The reviews of 1 assignment are final." in page
    assert statuses(panel) == FINAL


def test_keeping_leads_to_the_next_open_item_and_at_last_to_the_agenda(calibrator, sign_in):
    panel = rate({"mentor": {"influence": 5, "impact": 5}, "sponsor": {"influence": 2, "impact": 2}})
    session = running(panel, facilitator=calibrator)
    first, second = session.items.order_by("pk")
    client = sign_in(calibrator)

    assert (
        client.post(f"/calibration-items/{first.code}/", {"do": "keep", "note": "Different weeks."})
        .headers["Location"]
        .endswith(f"/calibration-items/{second.code}/")
    )
    assert (
        client.post(f"/calibration-items/{second.code}/", {"do": "keep"})
        .headers["Location"]
        .endswith(f"/calibrations/{session.code}/")
    )
    page = text(client.get(f"/calibration-items/{first.code}/"))
    assert "Different weeks." in page
    assert "1 of 2" in page
    assert set(CalibrationItem.objects.values_list("outcome", flat=True)) == {Outcome.KEPT}


def test_a_change_without_reason_comes_back_with_everything_in_it(calibrator, sign_in):
    panel = apart()
    item = running(panel, facilitator=calibrator).items.get()
    score = score_of(panel["mentor"], "influence")
    client = sign_in(calibrator)

    page = client.post(
        f"/calibration-items/{item.code}/",
        {"do": "change", "score": score.pk, f"shown_{score.pk}": 4, "level": 2, "reason": " "},
    )
    assert page.status_code == 422
    assert "Say why the level changes." in text(page)
    assert f'value="{score.pk}" id="id_score_' in page.content.decode() or "checked" in page.content.decode()
    same = client.post(
        f"/calibration-items/{item.code}/",
        {"do": "change", "score": score.pk, f"shown_{score.pk}": 4, "level": 4, "reason": "As is."},
    )
    assert same.status_code == 422
    assert "This is the level it has." in text(same)
    long = client.post(f"/calibration-items/{item.code}/", {"do": "keep", "note": "x" * 2001})
    assert long.status_code == 422
    assert not ScoreChange.objects.exists()


def test_of_two_the_second_sees_both_and_loses_nothing(calibrator, sign_in):
    panel = apart()
    item = running(panel, facilitator=calibrator).items.get()
    score = score_of(panel["mentor"], "influence")
    client = sign_in(calibrator)
    form = {"do": "change", "score": score.pk, f"shown_{score.pk}": 4, "level": 3, "reason": "The first reason."}
    client.post(f"/calibration-items/{item.code}/", form)

    page = client.post(f"/calibration-items/{item.code}/", form | {"level": 2, "reason": "The second reason."})

    assert page.status_code == 409
    words = text(page)
    assert "Stored now 3: The first reason." in words
    assert "You wanted 2: The second reason." in words
    assert f'name="shown_{score.pk}" value="3"' in page.content.decode()
    assert ">The second reason.</textarea>" in page.content.decode().replace("\n", "")
    again = form | {f"shown_{score.pk}": 3, "level": 2, "reason": "The second reason."}
    assert client.post(f"/calibration-items/{item.code}/", again).status_code == 302
    late = client.post(f"/calibration-items/{item.code}/", {"do": "keep", "note": "Mine."})
    assert late.status_code == 409
    assert "Meanwhile a level was changed here." in text(late)


def test_what_comes_after_the_lock_leads_back_to_the_session(calibrator, sign_in, monkeypatch):
    panel = apart()
    item = running(panel, facilitator=calibrator).items.get()
    score = score_of(panel["mentor"], "influence")
    client = sign_in(calibrator)
    monkeypatch.setattr("reviews.views.calibration_level.can_change_level", lambda user, item: True)
    monkeypatch.setattr("reviews.actions.calibration_level.can_change_level", lambda user, item: True)
    CalibrationSession.objects.update(status="locked", locked_at=now())

    for form in (
        {"do": "keep"},
        {"do": "change", "score": score.pk, f"shown_{score.pk}": 4, "level": 3, "reason": "Late."},
    ):
        answer = client.post(f"/calibration-items/{item.code}/", form, follow=True)
        assert "has been locked" in text(answer)
    assert statuses(panel) == HELD


def test_a_rater_who_is_present_sees_their_own_work_until_it_is_locked(calibrator, sign_in):
    panel, other = apart(), None
    other = apart(cycle=panel["self"].cycle)
    session = running(panel, facilitator=calibrator)
    item = session.items.get()
    foreign = CalibrationItem.objects.create(
        session=session, assignment=other["self"].assignment, criterion=item.criterion, why="evidence"
    )
    sponsor = sign_in(panel["sponsor"].rater)

    page = text(sponsor.get(f"/calibrations/{session.code}/"))
    assert panel["self"].rater.name in page
    assert other["self"].rater.name not in page
    assert "levels moved" not in page
    assert sponsor.get(f"/calibration-items/{item.code}/").status_code == 200
    assert "Change a level" not in text(sponsor.get(f"/calibration-items/{item.code}/"))
    assert sponsor.get(f"/calibration-items/{foreign.code}/").status_code == 404
    session.attendance.filter(person=panel["sponsor"].rater).update(present=False)
    assert sponsor.get(f"/calibration-items/{item.code}/").status_code == 403
    session.attendance.update(present=True)
    CalibrationSession.objects.update(status="locked", locked_at=now())
    assert sponsor.get(f"/calibration-items/{item.code}/").status_code == 403
    assert sponsor.get(f"/calibrations/{session.code}/").status_code == 200


def test_a_mentee_finds_nothing_of_it_even_as_hr(calibrator, sign_in):
    panel = apart()
    session = running(panel, facilitator=calibrator)
    item = session.items.get()
    mentee = panel["self"].rater
    assert sign_in(mentee).get(f"/calibrations/{session.code}/").status_code == 404
    mentee.role_grants.create(role=Role.HR)

    client = sign_in(type(mentee).objects.get(pk=mentee.pk))

    assert panel["self"].assignment.title not in text(client.get("/calibrations/"))
    assert "Influence" not in text(client.get(f"/calibrations/{session.code}/"))
    assert client.get(f"/calibration-items/{item.code}/").status_code == 404


def test_evidence_is_named_as_far_as_it_is_shared(calibrator, sign_in):
    panel = apart(pieces=2)
    score = score_of(panel["mentor"], "influence")
    shared = EvidenceFactory(assignment=panel["self"].assignment, title="Shared minutes", shared_at_review=True)
    private = EvidenceFactory(assignment=panel["self"].assignment, title="Private minutes")
    score.evidence.set([shared, private])
    item = running(panel, facilitator=calibrator).items.get()

    seen = text(sign_in(calibrator).get(f"/calibration-items/{item.code}/"))
    assert ("Shared minutes" in seen, "Private minutes" in seen) == (True, False)
    assert "1 piece of evidence that is not shared here" in seen
    insider = text(sign_in(panel["mentor"].rater).get(f"/calibration-items/{item.code}/"))
    assert "Private minutes" in insider


def test_an_alert_when_all_changes_land_on_the_one_who_speaks_last(calibrator, sign_in):
    levels = {"mentor": dict.fromkeys(("learning", "influence", "impact"), 4)}
    levels["colleague"] = dict.fromkeys(("learning", "influence", "impact"), 2)
    panel = rate(levels)
    session = running(panel, facilitator=calibrator)
    client = sign_in(calibrator)
    assert session.attendance.last().person == panel["mentor"].rater
    for item in session.items.select_related("criterion"):
        score = score_of(panel["colleague"], item.criterion.key)
        form = {"do": "change", "score": score.pk, f"shown_{score.pk}": 2, "level": 4, "reason": "The mentor says so."}
        assert client.post(f"/calibration-items/{item.code}/", form).status_code == 302

    page = text(client.get(f"/calibrations/{session.code}/"))

    assert "All 3 changed levels landed on what" in page
    assert "3 of 3 levels changed: +2, +2, +2; together +6 over 3" in page


def test_order_and_presence_are_set_and_a_stale_page_keeps_what_was_set(calibrator, sign_in):
    panel = apart()
    session = session_on(panel, facilitator=calibrator)
    client = sign_in(calibrator)
    address = f"/calibrations/{session.code}/people/"
    last = session.attendance.last().person
    form = {"do": "attendance", "version": session.version, f"speaks_{last.code}": 1, f"present_{last.code}": "1"}
    form |= {f"speaks_{row.person.code}": "x" for row in session.attendance.exclude(person=last)}

    assert client.post(address, form).status_code == 302
    rows = list(session.attendance.values_list("person", "present"))
    # Two with the number 1 keep the order they had.
    assert rows[1] == (last.pk, True)
    stale = client.post(address, form | {f"speaks_{last.code}": 7})
    assert stale.status_code == 409
    assert f'name="speaks_{last.code}" value="7"' in stale.content.decode()


def test_people_are_asked_and_asked_no_more(calibrator, sign_in, hr):
    session = session_on(apart(), facilitator=calibrator)
    another = UserFactory(full_name="Omar Reyes", roles=[Role.CALIBRATOR])
    client, address = sign_in(calibrator), f"/calibrations/{session.code}/people/"
    assert client.post(address, {"do": "ask", "person": "", "version": session.version}).status_code == 422

    client.post(address, {"do": "ask", "person": another.code, "version": session.version})
    assert session.attendance.filter(person=another).exists()
    session.refresh_from_db()
    assert "Everybody who can be asked is asked" in text(client.get(address))
    client.post(address, {"do": "remove", "person": another.code, "version": session.version})
    assert not session.attendance.filter(person=another).exists()
    assert client.post(address, {"do": "remove", "person": "x", "version": 1}).status_code == 404
    assert "Save order" not in text(sign_in(hr).get(address))


def test_the_agenda_says_what_is_not_possible(calibrator, sign_in):
    panel = apart()
    session = session_on(panel, facilitator=calibrator)
    client, address = sign_in(calibrator), f"/calibrations/{session.code}/agenda/"
    work = panel["self"].assignment.code

    stale = client.post(address, {"do": "take_off", "assignment": work, "version": 99})
    assert stale.status_code == 409
    assert client.post(address, {"do": "put_on", "assignment": "x", "version": 1}).status_code == 422
    again = client.post(address, {"do": "put_on", "assignment": work, "version": session.version}, follow=True)
    assert "on an agenda already" in text(again)
    client.post(address, {"do": "take_off", "assignment": work, "version": session.version})
    assert not session.items.exists()
    empty = client.post(f"/calibrations/{session.code}/open/", follow=True)
    assert "Nothing is on the agenda yet" in text(empty)


def test_a_stale_edit_shows_both(calibrator, sign_in):
    session = CalibrationSessionFactory(facilitator=calibrator, name="As stored", note="Room 3")
    client, address = sign_in(calibrator), f"/calibrations/{session.code}/edit/"
    words = {"name": "As typed", "held_on": str(session.held_on), "facilitator": calibrator.pk, "note": "Room 9"}

    stale = client.post(address, words | {"version": 7})
    assert stale.status_code == 409
    assert "As stored" in text(stale)
    assert 'value="As typed"' in stale.content.decode()
    assert client.post(address, words | {"version": 1}).status_code == 302
    past = words | {"version": 2, "held_on": str(today() - timedelta(days=3))}
    assert client.post(address, past).status_code == 422
    assert client.post("/calibrations/add/", {**past, "cycle": session.cycle_id}).status_code == 422


def test_hr_finishes_without_a_calibration_by_the_page(hr, sign_in, calibrator):
    panel = apart()
    client, address = sign_in(hr), f"/reviews/{panel['self'].code}/waive/"
    assert "Finish without" in text(client.get("/calibrations/"))
    assert "Finish without" not in text(sign_in(calibrator).get("/calibrations/"))
    assert client.post(address, {"reason": ""}).status_code == 422
    session = running(panel, facilitator=calibrator)
    refused = client.post(address, {"reason": "In a hurry."})
    assert refused.status_code == 422
    assert "being talked over" in text(refused)
    session.items.all().delete()

    assert client.post(address, {"reason": "The colleague left."}).status_code == 302
    assert statuses(panel) == FINAL
    assert client.get(address).status_code == 404


def test_a_level_is_amended_by_the_page_and_both_stand_in_the_result(calibrator, sign_in):
    panel = apart(status="submitted")
    Review.objects.update(status="final", final_at=now())
    score = score_of(panel["mentor"], "influence")
    client, address = sign_in(calibrator), f"/reviews/{panel['mentor'].code}/amend/"
    assert "Amend a level" in text(client.get(f"/assignments/{panel['self'].assignment.code}/reviews/"))
    form = {"score": score.pk, f"shown_{score.pk}": 4, "level": 3, "reason": "The second team was not hers."}
    assert client.post(address, form | {"reason": ""}).status_code == 422
    assert client.post(address, form | {"level": 4}).status_code == 422

    assert client.post(address, form).status_code == 302
    stale = client.post(address, form | {"level": 2})
    assert stale.status_code == 409
    assert "Stored now 3" in text(stale)
    mentee = text(sign_in(panel["self"].rater).get(f"/assignments/{panel['self'].assignment.code}/reviews/"))
    assert "was 4, amended to 3" in mentee
    assert "The second team was not hers." in mentee
    assert sign_in(panel["mentor"].rater).get(address).status_code == 404


def test_today_and_the_calendar_tell_facilitator_and_raters_the_day(calibrator):
    panel = apart()
    session = session_on(panel, facilitator=calibrator)

    for person in (calibrator, panel["sponsor"].rater):
        (line,) = [line for line in waiting_for(person) if line.kind == "reviews.calibration"]
        assert line.due_on == session.held_on
        assert [each.day for each in planned_for(person, today()) if each.name == f"calibration-{session.code}"] == [
            session.held_on
        ]
    assert not [line for line in waiting_for(panel["self"].rater) if line.kind == "reviews.calibration"]


def test_the_pages_take_the_same_queries_for_one_and_three(calibrator, sign_in, count_queries):
    panel = apart()
    session = running(panel, facilitator=calibrator)
    item = session.items.get()
    client = sign_in(calibrator)

    def more():
        other = apart(cycle=session.cycle)
        apart(cycle=session.cycle)
        CalibrationItem.objects.create(
            session=session, assignment=other["self"].assignment, criterion=item.criterion, why="range"
        )

    more()
    addresses = [
        "/calibrations/",
        f"/calibrations/{session.code}/",
        f"/calibrations/{session.code}/agenda/",
        f"/calibrations/{session.code}/people/",
        f"/calibration-items/{item.code}/",
    ]
    for address in addresses:
        client.get(address)
    one = [count_queries(client, address) for address in addresses]
    more()
    more()

    assert [count_queries(client, address) for address in addresses] == one
    assert max(one) <= 12, one


def test_the_mails_say_the_day_and_no_rating(calibrator, mailoutbox):
    panel = apart()
    session = session_on(panel, facilitator=calibrator)
    wanted(panel["self"])
    invited(session, [calibrator])
    Review.objects.filter(pk=panel["mentor"].pk).update(status="amended", final_at=now())
    amended(Review.objects.get(pk=panel["mentor"].pk))
    delivery.deliver()

    subjects = {mail.subject for mail in mailoutbox}
    assert any("wait for a calibration" in subject for subject in subjects)
    assert any(f"calibration “{session.name}”" in subject for subject in subjects)
    assert any("was amended" in subject for subject in subjects)


def test_whoever_leads_is_reminded_to_note_who_came_while_it_is_open(calibrator, sign_in):
    """Without it the record would say for ever that nobody did."""
    session = running(apart(), facilitator=calibrator)
    client, address = sign_in(calibrator), f"/calibrations/{session.code}/"
    assert "Nobody is noted as here yet" not in client.get(address).content.decode()

    session.attendance.update(present=False)

    page = client.get(address).content.decode()
    assert "Nobody is noted as here yet" in page
    assert f'href="{address}people/">Note who is here' in page


def test_whoever_amends_is_shown_a_lone_level_only_after_asking_for_it_on_record(calibrator, sign_in):
    """Of Influence the mentor alone gave a level, a 4; everything else was rated by all."""
    unseen = {"influence": None}
    panel = rate({"mentor": {"influence": 4}, "sponsor": unseen, "colleague": unseen}, status="submitted")
    Review.objects.update(status="final", final_at=now())
    score = score_of(panel["mentor"], "influence")
    client, address = sign_in(calibrator), f"/reviews/{panel['mentor'].code}/amend/"
    form = {"score": score.pk, f"shown_{score.pk}": 4, "level": 3, "reason": "The second team was not hers."}

    page = client.get(address)

    assert f"shown_{score.pk}" not in page.content.decode()
    assert "Influence: this observer alone gave a level" in text(page)
    assert client.post(address, form).status_code == 422
    assert client.post(address, form | {"looked": "made up"}).status_code == 422
    assert Score.objects.get(pk=score.pk).level == 4
    assert not AuditEntry.objects.filter(verb="review.lone_levels_read").exists()
    looked = client.post(address, {"do": "look"})
    assert looked.status_code == 200
    assert f'name="shown_{score.pk}" value="4"' in looked.content.decode()
    assert AuditEntry.objects.get(verb="review.lone_levels_read").actor == calibrator
    mark = re.search(r'name="looked" value="([^"]+)"', looked.content.decode())[1]
    assert client.post(f"/reviews/{panel['sponsor'].code}/amend/", {"looked": mark, **form}).status_code == 422
    assert client.post(address, form | {"looked": mark}).status_code == 302
    assert Score.objects.get(pk=score.pk).level == 3

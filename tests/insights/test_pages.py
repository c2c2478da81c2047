"""The programme in one look, as HR reads it, and the one line beside an option."""

import re
from datetime import timedelta

import pytest

from assignments.models import Assignment
from stretchhub.env import now, today
from stretchhub.insights.actions import figures as actions
from stretchhub.insights.models import QuarterFigures, Wait
from tests.factories import (
    AssignmentFactory,
    BriefClaimFactory,
    GoalFactory,
    MentorshipFactory,
    MilestoneFactory,
    OpportunityFactory,
    OptionFactory,
    UserFactory,
)
from tests.insights.finished import finish, noon, window

pytestmark = pytest.mark.django_db

PAGES = ["/insights/", "/insights/waiting/", "/insights/late/", "/insights/supports/"]


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def person(name: str, **facts):
    return UserFactory(full_name=name, **facts)


def stretched(name: str, *, began: int = 30, **facts):
    work = AssignmentFactory(option__mentorship__mentee=person(name), **facts)
    Assignment.objects.filter(pk=work.pk).update(
        activated_at=now() - timedelta(days=began), starts_on=today() - timedelta(days=began)
    )
    return work


def waits(name: str, ago: int, **facts):
    return MentorshipFactory(mentee=person(name, **facts), started_on=today() - timedelta(days=ago))


@pytest.mark.parametrize("who", ["mentor", "mentee", "sponsor", "administrator", "stranger"])
@pytest.mark.parametrize("page", PAGES)
def test_nobody_but_hr_reads_it(request, who, page, sign_in):
    assert sign_in(request.getfixturevalue(who)).get(page).status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_programme_says_what_belongs_there(page, hr, sign_in):
    answer = sign_in(hr).get(page)

    assert answer.status_code == 200
    assert re.search("No stretch work yet|Not counted yet|No quarter counted yet", text(answer))


def test_who_has_stretch_work_is_listed_with_state_sponsor_since_and_next_day(hr, sign_in):
    sponsor = person("Sue Sponsor")
    work = stretched("Mia Mentee", began=40, sponsor=sponsor, ends_on=today() + timedelta(days=50))
    MilestoneFactory(assignment=work, title="Pilot told", due_on=today() - timedelta(days=2))
    stretched("Pia Paused", began=90, paused=True)
    stretched("Rob Reviewed", began=100, reviewing=True)
    stretched("End Only", began=10, ends_on=today() + timedelta(days=5))
    stretched("Done Already", closed=True)

    page = text(sign_in(hr).get("/insights/"))

    assert page.index("Rob Reviewed") < page.index("Pia Paused") < page.index("Mia Mentee") < page.index("End Only")
    assert "Done Already" not in page
    mia = page[page.index("Mia Mentee") : page.index("End Only")]
    assert "Sue Sponsor" in mia
    assert "late" in mia
    assert "Pilot told" in mia
    assert "When the pause is over" in page
    assert "When the reviews are final" in page
    assert "End of the work" in page[page.index("End Only") :]


def test_who_waits_longest_stands_first_with_the_step_and_what_is_missing(hr, sign_in):
    waits("Ann Short", 10)
    GoalFactory(mentorship=waits("Bob Long", 100))
    actions.build()

    page = text(sign_in(hr).get("/insights/waiting/"))

    assert page.index("Bob Long") < page.index("Ann Short")
    bob = page[page.index("Bob Long") : page.index("Ann Short")]
    assert "100 days" in bob
    assert "A goal, and no open option for it." in bob
    assert "No goal written yet." in page[page.index("Ann Short") :]
    assert "55 days is the middle wait" in page


def test_a_wait_of_one_day_and_a_written_charter_have_their_own_words(hr, sign_in):
    mentorship = waits("Ann Short", 1)
    actions.build()
    Wait.objects.filter(person=mentorship.mentee).update(step="charter", written=True)

    page = text(sign_in(hr).get("/insights/waiting/"))

    assert "1 day " in page
    assert "A charter that is not agreed by everybody yet." in page


def test_lists_are_narrowed_by_department_mentor_and_step(hr, sign_in):
    waits("Ann Motor", 10, department="Claims/Motor")
    GoalFactory(mentorship=waits("Bob Claims", 20, department="Claims"))
    other = MentorshipFactory(mentee=person("Cat Sales", department="Sales"), mentor=person("Max Mentor"))
    AssignmentFactory(option__mentorship__mentee=person("Dan Motor", department="Claims/Motor"))
    AssignmentFactory(option__mentorship=MentorshipFactory(mentor=other.mentor, mentee=person("Eve Other")))
    actions.build()
    client = sign_in(hr)

    def names(address: str) -> set[str]:
        page = text(client.get(address))
        return {name for name in ("Ann Motor", "Bob Claims", "Cat Sales", "Dan Motor", "Eve Other") if name in page}

    assert names("/insights/waiting/") == {"Ann Motor", "Bob Claims", "Cat Sales"}
    assert names("/insights/waiting/?department=Claims") == {"Ann Motor", "Bob Claims"}
    assert names("/insights/waiting/?department=Claims/Motor") == {"Ann Motor"}
    assert names("/insights/waiting/?mentor=max+ment") == {"Cat Sales"}
    assert names("/insights/waiting/?step=option") == {"Bob Claims"}
    assert names("/insights/waiting/?step=nonsense") == {"Ann Motor", "Bob Claims", "Cat Sales"}
    assert names("/insights/?department=Claims") == {"Dan Motor"}
    assert names("/insights/?mentor=Max") == {"Eve Other"}
    assert "Nobody found" in text(client.get("/insights/waiting/?department=Nowhere"))
    assert "Nothing found" in text(client.get("/insights/?department=Nowhere"))


@pytest.mark.parametrize("address", ["/insights/", "/insights/waiting/"])
def test_long_lists_go_on_by_key_and_keep_what_was_chosen(address, hr, sign_in):
    for number in range(30):
        if "waiting" in address:
            waits(f"Person {number:02}", 20, department="Claims")
        else:
            AssignmentFactory(option__mentorship__mentee=person(f"Person {number:02}", department="Claims"))
    actions.build()
    client = sign_in(hr)

    first = client.get(f"{address}?department=Claims")
    onwards = re.search(r'href="(\?department=Claims&amp;after=[^"]+)"', first.content.decode())[1]
    second = client.get(address + onwards.replace("&amp;", "&"))

    seen = [set(re.findall(r"Person \d\d", text(page))) for page in (first, second)]
    assert [len(names) for names in seen] == [25, 5]
    assert not seen[0] & seen[1]


def test_whoever_left_since_the_night_is_not_listed(hr, sign_in):
    gone = waits("Gone Today", 10).mentee
    actions.build()
    gone.is_active, gone.deactivated_at = False, now()
    gone.save()

    assert "Gone Today" not in text(sign_in(hr).get("/insights/waiting/"))


def test_nobody_waiting_is_said(hr, sign_in):
    actions.build()

    assert "Everybody with a mentor has stretch work." in text(sign_in(hr).get("/insights/waiting/"))


def late_milestones(count: int) -> None:
    due_on = window().until - timedelta(days=20)
    for number in range(count):
        work = AssignmentFactory(option__mentorship__mentee=person(f"Late Person{number}"))
        done_at = noon(due_on + timedelta(days=3 + number))
        MilestoneFactory(assignment=work, due_on=due_on, done_at=done_at, done_by=work.mentee)


def test_what_was_late_is_told_with_counts_days_and_what_is_beside_it(hr, sign_in):
    late_milestones(3)
    actions.build()

    page = text(sign_in(hr).get(f"/insights/late/?quarter={window().name}"))

    assert "3 of 3 0 4 days" in page
    assert "Nothing of this 3 of 3" in page
    assert (
        "Asks of sponsors Answered after the day they were needed, or not yet. Of fewer than 10 people: no number."
        in page
    )
    assert "Late Person" not in page
    assert "none was due" in page


def test_the_newest_quarter_is_shown_and_says_that_it_is_not_over(hr, sign_in):
    actions.build()

    page = text(sign_in(hr).get("/insights/late/?quarter=nonsense"))

    assert "The quarter is not over; this is how far it is." in page
    assert "two counts of the same quarter could be subtracted" in page
    assert "No milestone was late." in page


def test_supports_are_told_with_n_interval_and_that_nothing_was_caused(hr, sign_in):
    works = [finish(reached=number < 12, kind="technical") for number in range(24)]
    for work in works[::2]:
        BriefClaimFactory(version=work.option.brief.versions.get(), counted=True)
    actions.build()

    page = text(sign_in(hr).get("/insights/supports/"))

    assert "24 pieces of work were finished until" in page
    assert "With it: 6 of 12 reached their targets, 50 %; 95 % interval 25–75 %." in page
    assert "Without it: 6 of 12 reached their targets, 50 %; 95 % interval 25–75 %." in page
    assert (
        "Too few to say yet, because both sides need 10 finished pieces of work: Check-ins with the mentor kept; "
        "Talks with the sponsor kept; Hours and cover agreed; A second possible sponsor; Feedback asked for; "
        "Rating practised." in page
    )
    assert "Technical 12 of 24 50 % 31–69 %" in page
    assert "It went with it; it was not caused by it." in page
    # Groups of sponsors, never a sponsor.
    assert "Sponsored for the first time 12 of 24" in page
    assert not [work for work in works if work.sponsor.name in page]


def test_a_masked_number_is_told_as_fewer_than_three(hr, sign_in):
    for number in range(24):
        finish(reached=number < 1, kind="technical" if number % 2 else "strategic")
    actions.build()

    page = text(sign_in(hr).get("/insights/supports/"))

    assert not re.search(r"\b1 of \d", page)
    assert re.search("fewer than 3 of 24|No group has 10", page)


def test_the_same_queries_for_one_and_for_three(hr, sign_in, count_queries):
    client = sign_in(hr)
    counts = []
    for many in (1, 2):
        for number in range(many):
            waits(f"Waits {many}{number}", 10)
            MilestoneFactory(assignment=AssignmentFactory(), due_on=today() + timedelta(days=3))
        late_milestones(many)
        finish()
        QuarterFigures.objects.all().delete()
        actions.Standing.objects.update(as_of=None)
        actions.build()
        client.get("/insights/")
        counts.append([count_queries(client, page) for page in PAGES])

    assert counts[0] == counts[1]
    assert max(counts[1]) <= 12


def test_hr_lets_the_figures_be_built_now(hr, sign_in, monkeypatch):
    woken = []
    monkeypatch.setattr(actions, "wake", woken.append)
    client = sign_in(hr)

    answers = [client.post("/insights/build/", {"back": back}) for back in ("late", "//evil.example")]

    assert [answer["Location"] for answer in answers] == ["/insights/late/", "/insights/"]
    assert woken == ["insights.tasks.build_figures"] * 2


def test_beside_an_option_stands_one_line_about_its_kind_where_it_is_enough(sign_in):
    option = OptionFactory(kind="technical")
    rare = OptionFactory(kind="strategic", mentorship=option.mentorship)
    client = sign_in(option.mentorship.mentee)
    address = f"/options/{option.code}/insights/"
    for number in range(24):
        finish(reached=number < 12, kind="technical")
    assert client.get(address, headers={"HX-Request": "true"}).content.strip() == b""
    actions.build()

    line = text(client.get(address, headers={"HX-Request": "true"}))

    assert (
        "Finished work of the kind “Technical”, where its outcome was measured: 12 of 24 reached their targets "
        "(95 % interval 31–69 %). It went with this kind; it was not caused by it." in line
    )
    other = f"/options/{rare.code}/insights/"
    assert client.get(other, headers={"HX-Request": "true"}).content.strip() == b""
    assert "it takes 10 pieces of work at least" in text(client.get(other))
    assert f'hx-get="{address}"' in client.get(f"/options/{option.code}/").content.decode()


def finished_many():
    """24 pieces of work, of which 12 had a pilot and half reached their targets."""
    for number in range(24):
        work = finish(reached=number % 2 == 0, kind="technical")
        if number < 12:
            BriefClaimFactory(version=work.option.brief.versions.get(), counted=True)


def test_where_the_next_is_chosen_it_stands_what_went_with_good_outcomes_and_with_how_many(sign_in, count_queries):
    assignment = AssignmentFactory(closed=True)
    client = sign_in(assignment.mentee)
    address = f"/assignments/{assignment.code}/closing/next/insights/?kind=technical&kind=strategic&kind=no"
    assert client.get(address, headers={"HX-Request": "true"}).content.strip() == b""
    assert "it takes 10 pieces of work at least" in text(client.get(address))
    finished_many()
    actions.build()

    page = text(client.get(address, headers={"HX-Request": "true"}))

    assert "Technical: 12 of 24 reached their targets (31–69 %)" in page
    assert "Strategic" not in page
    assert "A pilot before the brief: with it 6 of 12 (25–75 %), without it 6 of 12 (25–75 %)" in page
    assert "Sponsored for the first time: 12 of 24 reached their targets (31–69 %)" in page
    assert "It went with it and was not caused by it" in page
    assert "Of these kinds" not in text(client.get(address.replace("technical", "ambiguity")))
    assert count_queries(client, address) <= 12
    assert sign_in(assignment.mentor).get(address).status_code == 200
    assert sign_in(assignment.sponsor).get(address).status_code == 403


def test_the_closing_asks_about_the_kinds_that_it_suggests(sign_in):
    assignment = AssignmentFactory(closed=True)
    OpportunityFactory(kind="ambiguity", audience="customers", title="Find out why they leave")
    client = sign_in(assignment.mentee)

    page = client.get(f"/assignments/{assignment.code}/closing/next/").content.decode()

    assert "Find out why they leave" in page
    assert f'hx-get="/assignments/{assignment.code}/closing/next/insights/?kind=ambiguity' in page

"""A draft is written section by section: each saves itself, two see each other, and no words are lost."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from assignments.actions.brief import start_new_version, submit_brief
from assignments.actions.brief_section import be_here, save_section, touch_section
from assignments.brief_sections import FIELDS, ROWS, WORDS, page_length, sections_of
from assignments.models import BriefSection, BriefStatus, BriefVersion, BriefWriter, Section
from assignments.refusals import Refused, Stale
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now
from tests.factories import BriefFactory, BriefStakeholderFactory, BriefVersionFactory, OptionFactory

pytestmark = pytest.mark.django_db
AUTOSAVE = {"X-Autosave": "1"}


@pytest.fixture
def version(mentorship):
    option = OptionFactory(mentorship=mentorship, stage="briefed", title="Cut the queue")
    return BriefVersionFactory(brief=BriefFactory(option=option), number=1)


def address(version, section):
    return f"{reverse('assignments:brief-section', args=[version.brief.code, section])}?version={version.number}"


def page_of(version):
    return reverse("assignments:brief", args=[version.brief.code])


def rows(section, *lines):
    """What the rows of a section send: each line's fields by name."""
    data = {f"{section}-TOTAL_FORMS": str(len(lines)), f"{section}-INITIAL_FORMS": "0"}
    return data | {f"{section}-{n}-{name}": text for n, line in enumerate(lines) for name, text in line.items()}


def state():
    return {one.name: (one.edit, one.saved_by.first_name) for one in BriefSection.objects.select_related("saved_by")}


def test_every_field_of_a_version_that_is_written_belongs_to_one_section():
    assert list(FIELDS) == list(Section) and len(set(WORDS)) == len(WORDS)
    assert set(ROWS) <= set(Section)


# --- one section --------------------------------------------------------------------------------


def test_a_section_saves_its_own_words_and_no_others(version, mentee):
    words = {"hours_per_week": Decimal("6"), "cover": "Iris takes the Monday list.", "dropped": "The weekly sheet."}

    saved = save_section(version, by=mentee, section="time", words=words, edit=0)

    version.refresh_from_db()
    assert (saved.edit, saved.saved_by, version.edit) == (1, mentee, 2)
    assert (version.hours_per_week, version.dropped) == (Decimal("6"), "The weekly sheet.")
    assert version.problem == "Forty claimants a week wait more than three weeks."
    assert [(entry.verb, entry.fields) for entry in AuditEntry.objects.all()] == [
        ("brief.edited", ["dropped", "hours_per_week", "time"])
    ]


def test_rows_replace_the_rows_of_their_section(version, mentee):
    people = [
        {"name": "Ruth", "role": "approver", "interest": "The budget"},
        {"name": "Leads", "role": "user", "interest": ""},
    ]

    save_section(version, by=mentee, section="people", words={}, rows=people, edit=0)

    assert list(version.stakeholders.values("name", "role", "interest")) == people
    assert version.risks.count() == 1


def test_the_same_words_again_write_nothing(version, mentee, mentor):
    first = save_section(version, by=mentee, section="problem", words={"problem": "Claims wait."}, edit=0)

    again = save_section(version, by=mentor, section="problem", words={"problem": "Claims wait."}, edit=0)

    assert (again.edit, again.saved_by) == (first.edit, mentee)
    assert AuditEntry.objects.count() == 1
    assert (
        save_section(version, by=mentee, section="risks", words={}, rows=list(version.risks.values(*RISK)), edit=7)
        is None
    )


RISK = ("risk", "trigger", "mitigation")


def test_of_two_who_save_one_section_the_second_is_asked(version, mentee, mentor):
    save_section(version, by=mentee, section="problem", words={"problem": "Hers."}, edit=0)

    with pytest.raises(Stale):
        save_section(version, by=mentor, section="problem", words={"problem": "His."}, edit=0)

    save_section(version, by=mentor, section="dependencies", words={"dependencies": "His too."}, edit=0)
    version.refresh_from_db()
    assert (version.problem, version.dependencies) == ("Hers.", "His too.")
    assert state() == {"problem": (1, mentee.first_name), "dependencies": (1, mentor.first_name)}


def test_the_trail_names_each_writer_once_a_spell(version, mentee, mentor, clock):
    edit = 0
    for by, words in [(mentee, "A"), (mentee, "AB"), (mentor, "ABC"), (mentee, "ABCD")]:
        edit = save_section(version, by=by, section="problem", words={"problem": words}, edit=edit).edit
    clock(hours=2)
    save_section(version, by=mentee, section="problem", words={"problem": "ABCDE"}, edit=edit)

    assert [entry.actor for entry in AuditEntry.objects.order_by("pk")] == [mentee, mentor, mentee, mentee]


@pytest.mark.parametrize("status", [s for s in BriefStatus.values if s != "draft"])
def test_a_version_once_handed_in_is_not_written_to(mentorship, mentee, sign_in, status):
    brief = BriefFactory(option=OptionFactory(mentorship=mentorship))
    refused = status in ("changes_requested", "declined")
    version = BriefVersionFactory(brief=brief, number=1, status=status, refused=refused)
    client, url = sign_in(mentee), address(version, "problem")

    with pytest.raises(Refused):
        save_section(version, by=mentee, section="problem", words={"problem": "Later words."}, edit=0)
    with pytest.raises(Refused):
        touch_section(version, by=mentee, section="outcomes")
    typed = client.post(url, {"problem": "Later words.", "version": "0"})
    by_itself = client.post(url, {"problem": "Later words.", "version": "0"}, headers=AUTOSAVE)

    assert (typed.status_code, by_itself.status_code) == (409, 422)
    assert "Later words." in typed.content.decode()
    assert "handed in" in by_itself.json()["words"]
    assert "Later words." not in BriefVersion.objects.get().problem


@pytest.mark.parametrize("who", ["sponsor", "hr", "stranger"])
def test_nobody_else_writes(request, version, who):
    with pytest.raises(PermissionDenied):
        save_section(version, by=request.getfixturevalue(who), section="problem", words={"problem": "X"}, edit=0)
    with pytest.raises(PermissionDenied):
        be_here(version, by=request.getfixturevalue(who), section="problem")

    assert not BriefSection.objects.exists() and not BriefWriter.objects.exists()


def test_what_another_action_changes_in_a_section_is_seen_as_saved(version, mentee, mentor):
    assert touch_section(version, by=mentee, section="outcomes").edit == 1
    assert touch_section(version, by=mentor, section="outcomes").edit == 2
    assert state() == {"outcomes": (2, mentor.first_name)}
    assert version.edit == 3


# --- the page as its own editor -----------------------------------------------------------------


def test_the_page_of_a_draft_is_its_own_editor_and_can_be_read_as_a_page(version, mentee, sign_in):
    client = sign_in(mentee)

    writing = client.get(page_of(version)).content.decode()
    reading = client.get(page_of(version), {"read": ""}).content.decode()

    assert writing.count("data-autosave=") == len(Section) - UNWRITTEN
    assert "data-autosave=" not in reading
    assert version.problem in writing and version.problem in reading


# Sections that are not written as a form on the page.
UNWRITTEN = sum(not FIELDS[name] and name not in ROWS for name in Section)


def test_without_script_the_button_saves_and_leads_back_to_the_section(version, mentee, sign_in):
    data = {"hours_per_week": "5", "cover": "Iris\r\nand Tom", "dropped": "", "version": "0"}

    response = sign_in(mentee).post(address(version, "time"), data)

    assert response.url == f"{page_of(version)}#section-time"
    assert BriefVersion.objects.get().cover == "Iris\nand Tom"
    assert sign_in(mentee).get(address(version, "time")).url == f"{page_of(version)}#section-time"


def test_a_section_that_saves_itself_hears_when_and_by_whom(version, mentee, sign_in):
    response = sign_in(mentee).post(
        address(version, "dependencies"), {"dependencies": "The export.", "version": "0"}, headers=AUTOSAVE
    )

    told = response.json()
    assert (response.status_code, told["version"]) == (200, 1)
    assert told["words"].startswith("Saved ") and told["words"].endswith(f"by {mentee.first_name}")


def test_empty_rows_do_not_count_and_line_ends_in_rows_become_spaces(version, mentee, sign_in):
    data = rows(
        "risks", {"risk": ""}, {"risk": "Late\r\nexport", "trigger": "", "mitigation": "Wait"}, {"risk": "Noise"}
    )

    response = sign_in(mentee).post(address(version, "risks"), data | {"version": "0"}, headers=AUTOSAVE)

    assert response.status_code == 200
    assert [(r.risk, r.mitigation) for r in version.risks.all()] == [("Late export", "Wait"), ("Noise", "")]


def test_a_row_without_its_name_comes_back_with_everything_typed(version, mentee, sign_in):
    client, data = sign_in(mentee), rows("people", {"role": "user", "interest": "No typing"}) | {"version": "0"}

    page = client.post(address(version, "people"), data)
    by_itself = client.post(address(version, "people"), data, headers=AUTOSAVE)

    assert (page.status_code, by_itself.status_code) == (422, 422)
    assert 'href="#id_people-0-name"' in page.content.decode() and "No typing" in page.content.decode()
    assert by_itself.json() == {"words": "Not saved: Who: Name who it is."}
    assert [one.name for one in version.stakeholders.all()] == ["Claims team leads"]


def test_too_many_rows_are_refused_in_words(version, mentee, sign_in):
    data = rows("risks", *({"risk": f"No. {n}"} for n in range(7)))

    response = sign_in(mentee).post(address(version, "risks"), data | {"version": "0"}, headers=AUTOSAVE)

    assert response.status_code == 422
    assert "at most 6" in response.json()["words"]


@pytest.mark.parametrize(
    ("section", "data", "words"),
    [
        ("problem", {"problem": "x" * 4001}, "at most 4000 characters"),
        ("problem", {"problem": "nul\x00"}, "Null characters are not allowed"),
        ("time", {"hours_per_week": "99"}, "less than or equal to 60"),
        ("judging", {"review_on": "9999-01-01"}, "between the years 2000 and 2099"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words(version, mentee, sign_in, section, data, words):
    response = sign_in(mentee).post(address(version, section), data | {"version": "0"}, headers=AUTOSAVE)

    assert response.status_code == 422
    assert words in response.json()["words"]


def test_a_stale_save_answers_with_both_texts_and_saves_when_asked_again(version, mentee, mentor, sign_in):
    save_section(version, by=mentor, section="problem", words={"problem": "The mentor’s problem."}, edit=0)
    client, data = sign_in(mentee), {"problem": "The mentee’s problem.", "version": "0"}

    page = client.post(address(version, "problem"), data)
    by_itself = client.post(address(version, "problem"), data, headers=AUTOSAVE)

    words = page.content.decode()
    assert (page.status_code, by_itself.status_code) == (409, 409)
    assert "The mentor’s problem." in words and words.count("The mentee’s problem.") == 2
    assert 'data-autosave-unsaved="0"' in words and 'name="version" value="1"' in words
    assert by_itself.json()["version"] == 1
    assert "The mentor’s problem." in by_itself.json()["both"] and "The mentee’s problem." in by_itself.json()["both"]
    assert BriefVersion.objects.get().problem == "The mentor’s problem."
    assert client.post(address(version, "problem"), data | {"version": "1"}).status_code == 302
    assert BriefVersion.objects.get().problem == "The mentee’s problem."


def test_a_stale_save_of_rows_shows_both(version, mentee, mentor, sign_in):
    save_section(version, by=mentor, section="people", words={}, rows=[PERSON], edit=0)
    data = rows("people", {"name": "Motorists", "role": "user"}) | {"version": "0"}

    both = sign_in(mentee).post(address(version, "people"), data, headers=AUTOSAVE).json()["both"]

    assert "Ruth · Approver · The budget" in both and "Motorists · User of the result" in both


PERSON = {"name": "Ruth", "role": "approver", "interest": "The budget"}


def test_words_for_an_earlier_version_are_not_written_into_the_next(version, mentee, mentor, sign_in):
    old = address(version, "problem")
    BriefVersion.objects.update(status="changes_requested", decision_reason="Measure it.")
    version.refresh_from_db()
    second = start_new_version(version.brief, by=mentor)

    response = sign_in(mentee).post(old, {"problem": "For the first.", "version": "0"}, headers=AUTOSAVE)

    second.refresh_from_db()
    assert response.status_code == 422
    assert "not written on any more" in response.json()["words"]
    assert second.problem == "Forty claimants a week wait more than three weeks."


def test_there_is_no_other_section(version, mentee, sign_in):
    assert sign_in(mentee).post(address(version, "budget"), {}).status_code == 404


# --- two who write ------------------------------------------------------------------------------


def tell(client, version, *, shown=(), section="", number=1):
    url = reverse("assignments:brief-presence", args=[version.brief.code])
    return client.post(url, {"number": number, "section": section, "shown": shown}).json()


def test_two_who_write_see_each_other_and_where(version, mentee, mentor, sign_in, clock):
    his, hers = sign_in(mentor), sign_in(mentee)
    tell(his, version, section="risks")

    news = tell(hers, version, section="people")

    assert f"{mentor.first_name} has this open too." in news["standing"]
    assert f"{mentor.first_name} is writing here" in news["margins"]["risks"]
    assert "is writing here" not in news["margins"]["people"]
    assert f"{mentee.first_name} is writing here" in his.get(page_of(version)).content.decode()
    clock(minutes=1)
    assert f"{mentor.first_name} has this open" not in tell(hers, version)["standing"]


def test_a_section_saved_by_the_other_comes_with_the_news(version, mentee, mentor, sign_in):
    client = sign_in(mentee)
    everything = [f"{name}.0" for name in Section.values]
    assert tell(client, version, shown=everything)["sections"] == {}

    save_section(version, by=mentor, section="problem", words={"problem": "The mentor’s problem."}, edit=0)
    news = tell(client, version, shown=everything)

    assert list(news["sections"]) == ["problem"]
    assert "The mentor’s problem." in news["sections"]["problem"]
    assert news["seen"] == "1.2" and 'name="seen" value="1.2"' in news["standing"]


def test_a_page_that_is_not_written_on_any_more_is_told_so(version, mentee, mentor, sign_in):
    submit_brief(version, by=mentor)

    assert "not written on any more" in tell(sign_in(mentee), version)["closed"]
    assert not BriefWriter.objects.exists()
    be_here(version, by=mentee, section="problem")
    assert not BriefWriter.objects.exists()


def test_a_page_opened_on_another_version_is_told_so(version, mentee, sign_in):
    assert "not written on any more" in tell(sign_in(mentee), version, number=2)["closed"]


def test_where_somebody_writes_is_kept_once_a_person(version, mentee):
    be_here(version, by=mentee, section="problem")
    be_here(version, by=mentee, section="nowhere")

    assert [(one.person, one.section) for one in BriefWriter.objects.all()] == [(mentee, "")]


# --- as it is read ------------------------------------------------------------------------------


def test_every_section_reads_as_labelled_lines(mentee, version):
    BriefVersion.objects.update(
        boundaries="Not staffing.",
        raters="Ruth",
        decide_by=date(2031, 1, 15),
        hours_per_week=Decimal("4.50"),
        dropped="",
    )
    version.refresh_from_db()
    BriefStakeholderFactory(version=version, name="Ruth", role="approver", interest="")
    version.risks.update(trigger="No file by Monday")

    read = {part.name: [(line.label, line.words) for line in part.lines] for part in sections_of(version)}

    assert list(read) == Section.values
    assert read["problem"] == [("", "Forty claimants a week wait more than three weeks.")]
    assert read["people"] == [("Affected by it", "Claims team leads\nNo extra typing"), ("Approver", "Ruth")]
    assert read["risks"] == [
        (
            "",
            "The queue export comes late\nWe notice: No file by Monday\nWe do: Start with last month’s file",
        )
    ]
    assert read["time"] == [("Hours a week", "4.5"), ("Who covers meanwhile", "Iris takes the Monday list.")]
    assert read["boundaries"][0] == ("Boundaries", "Not staffing.")
    assert read["decision"] == [("", "Four hours a week until March."), ("Decide by", "Wed 15 Jan 2031")]


def test_a_complete_brief_of_ordinary_length_fits_on_a_page(version):
    assert page_length(version).fits


def test_saved_words_name_the_day_once_it_is_another(version, mentee, sign_in, clock):
    save_section(version, by=mentee, section="problem", words={"problem": "Claims wait."}, edit=0)
    BriefSection.objects.update(saved_at=now() - timedelta(days=2))

    page = sign_in(mentee).get(page_of(version)).content.decode()

    assert f"by {mentee.first_name}" in page and ", " in page.split("Saved ")[1][:24]

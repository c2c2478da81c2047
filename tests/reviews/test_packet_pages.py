import re
from io import BytesIO

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.urls import reverse
from pypdf import PdfReader

from assignments.actions.feedback_round import forget
from assignments.models import Evidence, EvidenceFile
from reviews.actions import packet as actions
from reviews.canonical import digest
from reviews.models import PacketAddendum, PacketStatement, Relation, ReviewNarrative, ReviewPacket, SharedResult
from stretchhub.env import now
from stretchhub.people.models import Role
from tests.factories import (
    AssignmentFactory,
    EvidenceFactory,
    FeedbackRequestFactory,
    FeedbackRoundFactory,
    ReviewFactory,
    UserFactory,
)
from tests.reviews.panel import start
from tests.reviews.test_packet_actions import panel_final

pytestmark = pytest.mark.django_db
HOSTILE = '#read("/etc/passwd") $x$ *bold* <script>alert(1)</script> \\ @ref =cmd|calc `raw` أهلا'


@pytest.fixture
def packet():
    return panel_final()


@pytest.fixture
def hr():
    return UserFactory(roles=[Role.HR])


def body(client, person, packet):
    """The packet itself, without the frame around it."""
    client.force_login(person)
    page = client.get(reverse("reviews:packet", args=[packet.code]))
    assert page.status_code == 200
    return re.search(rb'<article class="packet".*</article>', page.content, re.DOTALL)[0]


def test_mentee_mentor_and_hr_read_the_same_bytes(client, packet, hr):
    EvidenceFactory(assignment=packet.assignment, title="Later evidence", shared_at_review=True)
    actions.state(packet, by=packet.assignment.mentee, number=0, text="I see it so.")
    actions.add(packet, by=hr, text="Filed.")

    read = {body(client, person, packet) for person in (packet.assignment.mentee, packet.assignment.mentor, hr)}

    assert len(read) == 1
    (words,) = read
    assert packet.sha256.encode() in words
    assert b"I see it so." in words
    assert b"Filed." in words
    assert b"Later evidence" not in words


def test_the_json_is_the_text_whose_hash_is_shown(client, packet, hr):
    client.force_login(hr)

    answer = client.get(reverse("reviews:packet-json", args=[packet.code]))

    assert answer.content.decode() == packet.content
    assert digest(answer.content.decode()) == packet.sha256
    assert answer["Content-Disposition"].endswith('-packet-v1.json"')


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_pdf_is_tagged_the_same_for_everybody_and_takes_hostile_words_as_they_are(client, packet, hr, paper):
    mentee = packet.assignment.mentee
    actions.state(packet, by=mentee, number=0, text=HOSTILE)
    read = []
    for person in (mentee, hr):
        client.force_login(person)
        read.append(client.get(reverse("reviews:packet-pdf", args=[packet.code]), {"paper": paper}).content)

    document = PdfReader(BytesIO(read[0]))
    words = "".join("".join(page.extract_text().split()) for page in document.pages).replace("\u200b", "")
    assert read[0] == read[1]
    assert packet.sha256 in words
    assert '#read("/etc/passwd")$x$' in words
    assert "<script>alert(1)</script>" in words
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in read[0]
    width = float(document.pages[0].mediabox.width)
    assert round(width) == {"a4": 595, "letter": 612}[paper]


def test_there_is_no_pdf_on_another_paper(client, packet):
    client.force_login(packet.assignment.mentee)

    assert client.get(reverse("reviews:packet-pdf", args=[packet.code]), {"paper": "a0"}).status_code == 404


def test_the_sponsor_reads_it_only_while_it_is_shared_and_then_without_feedback_evidence_and_files(client, packet):
    sponsor = packet.assignment.sponsor
    client.force_login(sponsor)
    address = reverse("reviews:packet", args=[packet.code])
    assert client.get(address).status_code == 404
    SharedResult.objects.create(
        assignment=packet.assignment, cycle=packet.cycle, shared_by=packet.assignment.mentee, shared_at=now()
    )

    actions.state(packet, by=packet.assignment.mentee, number=0, text="I see it so.")
    actions.add(packet, by=packet.assignment.mentor, text="Between the three of us.")

    page = client.get(address)

    assert page.status_code == 200
    assert b'id="packet-ratings"' in page.content
    assert b"I see it so." in page.content
    assert b"Between the three of us." not in page.content
    assert b'id="packet-evidence"' not in page.content
    assert b'id="packet-feedback"' not in page.content
    assert b"<form" not in page.content[page.content.index(b'<article class="packet"') :].split(b"</main>")[0]
    for name in ("packet-json", "packet-pdf"):
        assert client.get(reverse(f"reviews:{name}", args=[packet.code])).status_code == 403


def test_who_answered_in_confidence_reads_no_numbers(client, packet, hr):
    round = FeedbackRoundFactory(assignment=packet.assignment, confidential=True)
    FeedbackRequestFactory(round=round, giver=hr)

    words = body(client, hr, packet)

    assert b'id="packet-feedback"' not in words
    assert client.get(reverse("reviews:packet-json", args=[packet.code])).status_code == 403


def test_named_feedback_that_the_mentee_shows_stands_beside_the_packet_until_it_is_forgotten(client, packet, hr, clock):
    round = FeedbackRoundFactory(assignment=packet.assignment)
    FeedbackRequestFactory(round=round, says="You asked before you drew.", shared_at_review=True)
    FeedbackRequestFactory(round=round, says="You hesitate.")

    read = {body(client, person, packet) for person in (packet.assignment.mentee, packet.assignment.mentor, hr)}

    assert len(read) == 1
    (words,) = read
    assert b"You asked before you drew." in words
    assert b"You hesitate." not in words
    assert "You asked" not in packet.content
    SharedResult.objects.create(
        assignment=packet.assignment, cycle=packet.cycle, shared_by=packet.assignment.mentee, shared_at=now()
    )
    assert b"You asked" not in body(client, packet.assignment.sponsor, packet)
    clock(days=800)
    forget()
    assert b"Feedback by name" not in body(client, hr, packet)


def frozen_file():
    """A packet with one piece of evidence that has a file."""
    assignment = AssignmentFactory()
    piece = EvidenceFactory(assignment=assignment, title="The figures", shared_at_review=True)
    kept = EvidenceFile(evidence=piece, name="days.csv", size=7, content_type="text/csv", sha256=digest("a,b\n1,2"))
    kept.file.save("days.csv", ContentFile(b"a,b\n1,2"), save=True)
    return panel_final(assignment), kept


def test_hr_fetches_a_file_that_stands_in_a_packet(client, hr):
    packet, kept = frozen_file()
    address = reverse("reviews:packet-file", args=[packet.code, kept.code])

    assert address.encode() in body(client, hr, packet)
    answer = client.get(address)

    assert b"".join(answer.streaming_content) == b"a,b\n1,2"
    assert answer["Content-Disposition"] == 'attachment; filename="days.csv"'
    client.force_login(packet.assignment.sponsor)
    assert client.get(address).status_code == 404


def test_a_file_that_is_no_longer_shared_or_no_longer_the_same_is_not_handed_out(client, hr):
    packet, kept = frozen_file()
    address = reverse("reviews:packet-file", args=[packet.code, kept.code])
    client.force_login(hr)

    Evidence.objects.update(shared_at_review=False)
    assert client.get(address).status_code == 404
    words = body(client, hr, packet)
    assert address.encode() not in words
    assert b"no longer shared" in words
    assert kept.sha256.encode() in words
    Evidence.objects.update(shared_at_review=True)
    EvidenceFile.objects.update(sha256="2" * 64)
    assert client.get(address).status_code == 404


def test_a_file_of_another_packet_is_not_there(client, hr):
    packet, _kept = frozen_file()
    other, kept = frozen_file()
    client.force_login(hr)

    assert client.get(reverse("reviews:packet-file", args=[packet.code, kept.code])).status_code == 404
    assert client.get(reverse("reviews:packet-file", args=[other.code, kept.code])).status_code == 200


def test_an_older_version_says_that_it_was_superseded_and_why(client, packet):
    newest = actions.freeze(packet.assignment, packet.cycle, by=None, reason="A level was amended.")

    words = body(client, packet.assignment.mentee, packet).decode()

    assert "superseded by version 2: A level was amended." in words
    assert reverse("reviews:packet", args=[newest.code]) in words
    assert "superseded" not in body(client, packet.assignment.mentee, newest).decode()


def test_the_sponsor_is_not_told_why_a_level_was_amended(client, packet):
    """A reason says who had given what before; the sponsor reads no word of a calibration or an amendment."""
    newest = actions.freeze(packet.assignment, packet.cycle, by=None, reason="Ruth gave 2, now 4.")
    SharedResult.objects.create(
        assignment=packet.assignment, cycle=packet.cycle, shared_by=packet.assignment.mentee, shared_at=now()
    )

    older, later = (body(client, packet.assignment.sponsor, each).decode() for each in (packet, newest))

    assert "superseded by version 2." in older
    assert "Version 2" in later
    assert "Ruth gave" not in older + later
    assert "Ruth gave" in body(client, packet.assignment.mentor, newest).decode()


def test_a_statement_saved_elsewhere_brings_back_both_texts(client, packet):
    mentee = packet.assignment.mentee
    actions.state(packet, by=mentee, number=0, text="From the other window.")
    client.force_login(mentee)
    address = reverse("reviews:packet-statement", args=[packet.code])

    stale = client.post(address, {"number": "0", "text": "Typed here."})

    assert stale.status_code == 409
    assert b"From the other window." in stale.content
    assert b"Typed here.</textarea>" in stale.content.replace(b"\r\n", b"").replace(b"\n", b"")
    assert client.post(address, {"number": "1", "text": "Typed here."}).status_code == 302
    assert list(PacketStatement.objects.values_list("text", flat=True)) == ["From the other window.", "Typed here."]


def test_an_empty_statement_or_addendum_is_asked_for_again(client, packet):
    client.force_login(packet.assignment.mentee)

    stated = client.post(reverse("reviews:packet-statement", args=[packet.code]), {"number": "0", "text": ""})
    added = client.post(reverse("reviews:packet-addendum", args=[packet.code]), {"more-text": ""})

    assert (stated.status_code, added.status_code) == (422, 422)
    assert b"Write what HR should read beside the packet." in stated.content
    assert b"Write what is to be added." in added.content


def test_an_addendum_stands_beside_the_packet(client, packet):
    client.force_login(packet.assignment.mentor)

    answer = client.post(reverse("reviews:packet-addendum", args=[packet.code]), {"more-text": "Seen since."})

    assert answer.status_code == 302
    assert PacketAddendum.objects.get().by == packet.assignment.mentor


def test_the_results_lead_to_the_packet(client, packet, hr):
    for person in (packet.assignment.mentee, packet.assignment.mentor, hr):
        client.force_login(person)
        page = client.get(reverse("reviews:for-assignment", args=[packet.assignment.code]))
        assert reverse("reviews:packet", args=[packet.code]) in page.content.decode()


def test_hr_lists_the_newest_versions_of_a_cycle(client, packet, hr):
    newest = actions.freeze(packet.assignment, packet.cycle, by=None, reason="Amended.")
    client.force_login(hr)

    page = client.get(reverse("reviews:cycle-packets", args=[packet.cycle.code])).content.decode()

    assert reverse("reviews:packet", args=[newest.code]) in page
    assert reverse("reviews:packet", args=[packet.code]) not in page


def test_the_list_of_a_cycle_takes_as_many_queries_for_one_packet_as_for_three(client, packet, hr, count_queries):
    address = reverse("reviews:cycle-packets", args=[packet.cycle.code])
    client.force_login(hr)
    one = count_queries(client, address)
    for _more in range(2):
        assignment = AssignmentFactory()
        ReviewFactory(assignment=assignment, cycle=packet.cycle, final=True)
        actions.freeze(assignment, packet.cycle, by=None)

    cache.clear()
    assert count_queries(client, address) == one <= 12


def test_a_packet_takes_at_most_twelve_queries_with_one_statement_or_three(client, packet, hr, count_queries):
    address = reverse("reviews:packet", args=[packet.code])
    client.force_login(hr)

    def add(number):
        actions.state(packet, by=packet.assignment.mentee, number=number, text="So.")
        actions.add(packet, by=hr, text="More.")

    add(0)
    one = count_queries(client, address)
    add(1)
    add(2)
    cache.clear()
    assert count_queries(client, address) == one <= 12


def test_the_narrative_is_kept_and_shown_to_the_mentor_only_by_the_mentee(client):
    assignment = start()[Relation.SELF].assignment
    address = reverse("reviews:narrative", args=[assignment.code])
    client.force_login(assignment.mentee)
    kept = client.post(address, {"edit": "0", "version": "0", "changed": "I ask first."})
    assert kept.status_code == 302
    assert b"I ask first." in client.get(address).content
    client.force_login(assignment.mentor)
    assert b"does not show it to you yet" in client.get(address).content
    ReviewNarrative.objects.update(shared_with_mentor=True)
    assert b"I ask first." in client.get(address).content
    client.force_login(assignment.sponsor)
    assert client.get(address).status_code == 404


def test_a_narrative_saved_elsewhere_brings_back_both_texts(client):
    assignment = start()[Relation.SELF].assignment
    address = reverse("reviews:narrative", args=[assignment.code])
    client.force_login(assignment.mentee)
    client.post(address, {"edit": "0", "version": "0", "changed": "First words."})

    stale = client.post(address, {"edit": "0", "version": "0", "changed": "Other words."})

    assert stale.status_code == 409
    assert b"First words." in stale.content
    assert b"Other words." in stale.content
    assert ReviewNarrative.objects.get().changed == "First words."


def test_what_is_typed_of_a_narrative_is_kept_as_a_draft(client):
    assignment = start()[Relation.SELF].assignment
    address = reverse("reviews:narrative", args=[assignment.code])
    client.force_login(assignment.mentee)

    saved = client.post(address, {"version": "0", "changed": "Half a thou"}, headers={"X-Autosave": "1"})

    assert saved.json()["version"] == 1
    assert b"Half a thou" in client.get(address).content
    assert not ReviewNarrative.objects.exists()


def test_a_narrative_that_is_frozen_leads_to_its_packet(client, packet):
    address = reverse("reviews:narrative", args=[packet.assignment.code])
    client.force_login(packet.assignment.mentee)

    for answer in (client.get(address), client.post(address, {"edit": "0", "version": "0", "changed": "Too late."})):
        assert answer.url == reverse("reviews:packet", args=[packet.code])
    assert ReviewPacket.objects.count() == 1


def test_there_is_no_narrative_before_reviews_are_asked_for(client):
    assignment = EvidenceFactory().assignment
    client.force_login(assignment.mentee)

    assert client.get(reverse("reviews:narrative", args=[assignment.code])).status_code == 404

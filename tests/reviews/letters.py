"""An assignment whose reviews are final, and a letter at each of its steps, for tests."""

from reviews.actions import letter as actions
from reviews.models import LetterPart
from tests.factories import EvidenceFactory
from tests.reviews.test_packet_actions import panel_final

WORDS = {
    LetterPart.FIRST.value: "She asked both shifts before she drew anything.",
    LetterPart.READY.value: "A change that three teams have to carry.",
}


def reviewed(assignment=None):
    """An assignment whose four reviews are final, with one piece of evidence that is shared at review."""
    assignment = panel_final(assignment).assignment
    EvidenceFactory(assignment=assignment, title="The bay list", shared_at_review=True)
    return assignment


def written(assignment=None, **words):
    """A letter as its mentor keeps it."""
    assignment = assignment or reviewed()
    letter = actions.begin_letter(assignment, by=assignment.mentor)
    return actions.write_letter(
        letter,
        by=assignment.mentor,
        edit=letter.edit,
        written=actions.Written(
            words=WORDS | words, first_evidence=assignment.evidence.get(title="The bay list"), contact="tom@example.org"
        ),
    )


def asked(assignment=None, **words):
    letter = written(assignment, **words)
    return actions.ask_to_approve(letter, by=letter.author, edit=letter.edit)


def approved(assignment=None, **words):
    letter = asked(assignment, **words)
    return actions.approve(letter, by=letter.assignment.mentee, edit=letter.edit)


def signed(assignment=None, **words):
    letter = approved(assignment, **words)
    return actions.sign(letter, by=letter.author, edit=letter.edit)

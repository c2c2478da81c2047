"""What mentor and mentee are told about a brief."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.outbox import queue
from stretchhub.people.models import User

from ..models import Assignment, BriefStatus, BriefVersion, Status

SUBMITTED = "assignments.brief_submitted"
ENDORSED = "assignments.brief_endorsed"
CHANGES_REQUESTED = "assignments.brief_changes_requested"
DECLINED = "assignments.brief_declined"
CHANGED_SINCE = "assignments.brief_changed_since"

JUDGED = {
    BriefStatus.ENDORSED: ENDORSED,
    BriefStatus.CHANGES_REQUESTED: CHANGES_REQUESTED,
    BriefStatus.DECLINED: DECLINED,
}


def submitted(version: BriefVersion, *, by: User) -> None:
    """Tell the mentor that a brief waits; not the mentor who handed it in for both."""
    mentor = version.brief.option.mentorship.mentor
    if mentor.pk != by.pk:
        queue(SUBMITTED, version, recipient=mentor)


def judged(version: BriefVersion) -> None:
    """Tell the mentee what the mentor decided."""
    queue(JUDGED[BriefStatus(version.status)], version, recipient=version.brief.option.mentorship.mentee)


def changed_since(version: BriefVersion, assignment: Assignment) -> None:
    """Tell who sponsors the work that there is a newer version than the one they said yes to."""
    if assignment.sponsor and assignment.status != Status.CLOSED:
        queue(CHANGED_SINCE, version, recipient=assignment.sponsor)


def _load(ids) -> dict[int, BriefVersion]:
    return BriefVersion.objects.select_related(
        "brief__option__mentorship__mentor", "brief__option__mentorship__mentee", "brief__option__assignment"
    ).in_bulk(ids)


def _while_in(status: str):
    return lambda notice, version: version.status == status


def _for_its_sponsor(notice: Notice, version: BriefVersion) -> bool:
    """While the mentor stands behind it and this person still sponsors the work."""
    assignment = getattr(version.brief.option, "assignment", None)
    sponsors = assignment is not None and assignment.sponsor_id == notice.recipient_id
    return version.status == BriefStatus.ENDORSED and sponsors and assignment.status != Status.CLOSED


def _letter(
    version: BriefVersion,
    *,
    subject: str,
    paragraphs: tuple[str, ...],
    action: str,
    why: str,
    after: tuple[str, ...] = (),
) -> Letter:
    names = {
        "title": version.brief.option.title,
        "mentor": version.brief.option.mentorship.mentor.name,
        "mentee": version.brief.option.mentorship.mentee.name,
    }
    return Letter(
        subject=subject % names,
        paragraphs=(*(part % names for part in paragraphs), *filter(None, [version.decision_reason]), *after),
        action=action,
        path=reverse("assignments:brief", args=[version.brief.code]),
        why=why,
    )


def _render_submitted(notice: Notice, version: BriefVersion) -> Letter:
    return _letter(
        version,
        subject=_("Brief to judge: %(title)s"),
        paragraphs=(
            _("%(mentee)s has handed in the brief for “%(title)s”."),
            _("Endorse it, ask for changes, or decline it with a reason."),
        ),
        action=_("Read the brief"),
        why=_("you are the mentor"),
    )


def _render_endorsed(notice: Notice, version: BriefVersion) -> Letter:
    return _letter(
        version,
        subject=_("Endorsed: %(title)s"),
        paragraphs=(_("%(mentor)s endorses your brief for “%(title)s”."), _("Next: ask a sponsor.")),
        action=_("Ask a sponsor"),
        why=_("you are the mentee"),
    )


def _render_changes_requested(notice: Notice, version: BriefVersion) -> Letter:
    return _letter(
        version,
        subject=_("Changes requested: %(title)s"),
        paragraphs=(_("%(mentor)s asks for changes to your brief for “%(title)s”:"),),
        after=tuple(f"{remark.get_section_display()}: {remark.words}" for remark in version.remarks.all()),
        action=_("Write the next version"),
        why=_("you are the mentee"),
    )


def _render_declined(notice: Notice, version: BriefVersion) -> Letter:
    return _letter(
        version,
        subject=_("Not endorsed: %(title)s"),
        paragraphs=(_("%(mentor)s does not endorse your brief for “%(title)s”:"),),
        action=_("Read the brief"),
        why=_("you are the mentee"),
    )


def _render_changed_since(notice: Notice, version: BriefVersion) -> Letter:
    return _letter(
        version,
        subject=_("A newer brief to read: %(title)s"),
        paragraphs=(
            _("The brief for “%(title)s”, which you sponsor, has a newer version. %(mentor)s stands behind it."),
            _("Your yes stays with the version that you gave it to. The page shows both side by side."),
        ),
        action=_("Read what has changed"),
        why=_("you are the sponsor"),
    )


KINDS = (
    Kind(CHANGED_SINCE, load=_load, still_due=_for_its_sponsor, render=_render_changed_since),
    Kind(SUBMITTED, load=_load, still_due=_while_in(BriefStatus.SUBMITTED), render=_render_submitted),
    Kind(ENDORSED, load=_load, still_due=_while_in(BriefStatus.ENDORSED), render=_render_endorsed),
    Kind(
        CHANGES_REQUESTED,
        load=_load,
        still_due=_while_in(BriefStatus.CHANGES_REQUESTED),
        render=_render_changes_requested,
        each=1,
    ),
    Kind(DECLINED, load=_load, still_due=_while_in(BriefStatus.DECLINED), render=_render_declined),
)

"""One version of a brief as its page shows it: words, remarks, who writes, what is missing, how full the page is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from stretchhub.compiled import compiled
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.templatetags.words import day, moment

from .brief_sections import SectionText, fetch_rows, page_length, sections_of
from .models import BriefRemark, BriefSection, BriefStatus, BriefVersion
from .page_length import Length
from .readiness import Item, checklist, too_long
from .wording import Change, compare

# Somebody whose page was not heard of for so long has gone.
HERE = timedelta(seconds=45)


@dataclass(frozen=True)
class PageSection:
    """One section on the page, with all that stands beside it."""

    text: SectionText
    saved: BriefSection | None = None
    remarks: tuple[BriefRemark, ...] = ()
    writers: tuple[User, ...] = ()
    item: Item | None = None

    @property
    def name(self) -> str:
        return self.text.name

    @property
    def edit(self) -> int:
        return self.saved.edit if self.saved else 0


@dataclass(frozen=True)
class BriefPage:
    """One version as it is read; for a draft of the two also where it stands."""

    version: BriefVersion
    sections: tuple[PageSection, ...]
    length: Length | None = None
    writers: tuple[User, ...] = ()
    checklist: tuple[Item, ...] = field(default=())

    @property
    def all_there(self) -> bool:
        return all(item.ready for item in self.checklist)

    @property
    def ready(self) -> bool:
        return self.all_there and (self.length is None or self.length.fits)

    @property
    def ready_count(self) -> int:
        return sum(item.ready for item in self.checklist)

    @property
    def too_long(self) -> list[str]:
        return too_long(self.length) if self.length else []

    @property
    def open_remarks(self) -> int:
        return sum(remark.settled_at is None for section in self.sections for remark in section.remarks)


def read_page(version: BriefVersion, *, remarks: bool = False, writer: User | None = None) -> BriefPage:
    """The words alone; with the mentor's remarks for the two; for whoever writes also the state of each section.

    Three queries for the words, one for remarks, two more for a writer.
    """
    texts = sections_of(version)
    said = _remarks(version) if remarks else {}
    if writer is None:
        return BriefPage(version, tuple(PageSection(text, remarks=said.get(text.name, ())) for text in texts))
    saved = {one.name: one for one in version.sections.select_related("saved_by")}
    items = {item.section: item for item in checklist(version)}
    here = _writers(version, writer)
    sections = tuple(
        PageSection(
            text,
            saved.get(text.name),
            said.get(text.name, ()),
            tuple(person for person, place in here if place == text.name),
            items[text.name],
        )
        for text in texts
    )
    people = tuple(person for person, _place in here)
    return BriefPage(version, sections, page_length(version), people, tuple(items.values()))


def _remarks(version: BriefVersion) -> dict[str, tuple[BriefRemark, ...]]:
    """What was asked of this version; of a draft what was asked before and is open, or was settled in it."""
    by_section: dict[str, list[BriefRemark]] = defaultdict(list)
    for remark in _said(version.brief_id):
        if _concerns(remark, version):
            by_section[remark.section].append(remark)
    return {name: tuple(several) for name, several in by_section.items()}


@compiled
def _said(brief: int) -> QuerySet[BriefRemark]:
    rows = BriefRemark.objects.filter(version__brief=brief).select_related("by", "settled_by", "version")
    return rows.order_by("version__number", "pk")


def _concerns(remark: BriefRemark, version: BriefVersion) -> bool:
    if remark.version_id == version.pk:
        return True
    if remark.version.number > version.number:
        return False
    return remark.settled_at is None or remark.settled_at >= version.created_at


def _writers(version: BriefVersion, reader: User) -> list[tuple[User, str]]:
    """Who else has the draft open now, and in which section."""
    here = version.writers.filter(seen_at__gt=now() - HERE).exclude(person=reader).select_related("person")
    return [(one.person, one.section) for one in here]


def saved_words(saved: BriefSection | None) -> str:
    """“Saved 14:05 by Amara”, with the day when it is another."""
    if saved is None:
        return ""
    at = timezone.localtime(saved.saved_at)
    is_today = at.date() == timezone.localtime(now()).date()
    time = formats.date_format(at, "H:i") if is_today else moment(at)
    return _("Saved %(time)s by %(who)s") % {"time": time, "who": saved.saved_by.first_name}


def accepted_among(versions: Iterable[BriefVersion]) -> BriefVersion | None:
    """The version that a sponsor said yes to, if one did."""
    return next((one for one in versions if one.status == BriefStatus.SPONSOR_ACCEPTED), None)


def pinned_words(version: BriefVersion, accepted: BriefVersion | None) -> str:
    """To which version the sponsor said yes, and how this one relates to it; nothing where nobody did yet."""
    if accepted is None or accepted.decided_at is None:
        return ""
    names = {"accepted": accepted.number, "day": day(accepted.decided_at), "here": version.number}
    if version.number == accepted.number:
        return _("The sponsor said yes to this version on %(day)s.") % names
    if version.number < accepted.number:
        return (
            _("The sponsor said yes to version %(accepted)s on %(day)s; this is version %(here)s, an earlier one.")
            % names
        )
    return (
        _("The sponsor said yes to version %(accepted)s on %(day)s; this is version %(here)s, changed since.") % names
    )


# --- two versions side by side ------------------------------------------------------------------


@dataclass(frozen=True)
class Compared:
    """One section in two versions: the labels under which something is written, before and after."""

    text: SectionText
    lines: tuple[tuple[str, Change], ...]

    @property
    def changed(self) -> bool:
        return any(change.is_change for _label, change in self.lines)


def compare_versions(before: BriefVersion, after: BriefVersion) -> tuple[Compared, ...]:
    """Every section, each of its labels with both texts."""
    fetch_rows(before, after)
    return tuple(_compared(old, new) for old, new in zip(sections_of(before), sections_of(after), strict=True))


def _compared(old: SectionText, new: SectionText) -> Compared:
    labels = list(dict.fromkeys(line.label for line in (*old.with_claims, *new.with_claims)))
    pairs = [(label, _under(old, label), _under(new, label)) for label in labels]
    return Compared(new, tuple((label, compare(one, other)) for label, one, other in pairs if one or other))


def _under(section: SectionText, label: str) -> str:
    return "\n".join(line.words for line in section.with_claims if line.label == label)

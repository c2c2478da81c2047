"""The weekly digest: one mail that says in half a minute what needs the sponsor and what moved."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stretchhub.env import now
from stretchhub.notices.kinds import Kind, Letter, register
from stretchhub.notices.models import Notice
from stretchhub.notices.outbox import queue
from stretchhub.notices.topics import Topic
from stretchhub.templatetags.words import day

from . import mailed
from .digest import Digest, News, read
from .models import DashboardSnapshot

DIGEST = "sponsors.digest"
MOST_CHANGES = 6


def weekly(snapshot: DashboardSnapshot, *, monday) -> None:
    """Have it mailed, with a living link to the dashboard in it."""
    mailed.prepare(snapshot.sponsor)
    queue(DIGEST, snapshot, recipient=snapshot.sponsor, local_date=monday)


def _load(ids: Collection[int]) -> Mapping[int, Digest]:
    snapshots = DashboardSnapshot.objects.filter(pk__in=ids).select_related("sponsor")
    return read(list(snapshots), against="before")


def _still_due(notice: Notice, digest: Digest) -> bool:
    """The latest one, and there is still something in it."""
    week = digest.snapshot.digested.get("week", "")
    return notice.key.split(":")[3] == week and not digest.is_empty


def _letter(notice: Notice, digest: Digest) -> Letter:
    return Letter(
        subject=_subject(digest),
        paragraphs=(*_needed(digest), *(words for each in digest.news if each.is_any for words in _moved(each))),
        action=_("Open my dashboard"),
        path=digest.door or reverse("sponsors:dashboard"),
        why=_("you sponsor this work; the digest comes on Mondays, and only when there is something new"),
    )


def _subject(digest: Digest) -> str:
    if not digest.needs:
        return _("%(day)s: what moved in the work you sponsor") % {"day": day(now())}
    return ngettext(
        "%(day)s: one thing waits for your answer", "%(day)s: %(n)s things wait for your answer", digest.needs
    ) % {"day": day(now()), "n": digest.needs}


def _needed(digest: Digest) -> Iterator[str]:
    for ask in digest.asks:
        words = {"day": day(ask.needed_by), "question": ask.question, "title": ask.assignment.title}
        yield _("Needed of you by %(day)s: %(question)s (“%(title)s”)") % words
    for request in digest.requests:
        words = {"who": request.asked_by.name, "title": request.version.brief.option.title}
        if request.assignment_id:
            yield _("%(who)s asks whether you would take over as sponsor of “%(title)s”.") % words
        else:
            yield _("%(who)s asks whether you would sponsor “%(title)s”.") % words
    for each in digest.news:
        for change in each.part.to_decide:
            words = {"title": change["title"], "who": change["asked_by"], "work": each.part.title}
            yield _("%(who)s asks you to decide about a change of scope: %(title)s (“%(work)s”).") % words
        if each.part.charter_url:
            yield _("The charter of “%(title)s” waits for your acknowledgement.") % {"title": each.part.title}


def _moved(news: News) -> Iterator[str]:
    part = news.part
    stands = {"word": part.standing.word, "sentence": part.standing.sentence}
    yield _("“%(title)s”, %(mentee)s: %(word)s. %(sentence)s") % {"title": part.title, "mentee": part.mentee, **stands}
    if news.changes:
        said = news.changes[:MOST_CHANGES]
        more = len(news.changes) - len(said)
        if more:
            said.append(ngettext("%(n)s more", "%(n)s more", more) % {"n": more})
        yield _("New since the last digest: %(changes)s.") % {"changes": "; ".join(said)}
    if part.next_step:
        step = {"title": part.next_step["title"], "day": day(part.next_step["due_on"])}
        yield _("Next: %(title)s, by %(day)s.") % step


def register_kind() -> None:
    """It reads what a dashboard reads, so it stands above the messages and is made known by itself."""
    register(Kind(DIGEST, _load, _still_due, _letter, on_page=False, topic=Topic.SPONSOR_DIGEST))

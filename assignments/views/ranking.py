"""The ranking of a mentorship's open options, its weights, and rankings that were kept."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stretchhub.pages import done, page_by_key
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions.ranking import FEWEST, keep_ranking, set_weights
from ..assessing import as_of, method_now
from ..forms.ranking import KeepForm, WeightsForm
from ..forms.rows import differences
from ..method import DEFAULT_WEIGHTS, Weights
from ..models import KeptRanking, Mentorship, RankingWeights
from ..ranking import FACTORS
from ..ranking_kept import unpack_result
from ..ranking_of import AS_SHIPPED, read, weights_now
from ..ranking_since import method_since, weights_since
from ..ranking_ways import Ways
from ..ranking_words import FACTOR_NAMES, Names, doubt, robustness, rows
from ..refusals import Refused, Stale
from ..rules import can_rank_options
from .option import own_mentorship

MOST_ROWS = 20
MOST_VERSIONS = 20
# What the list of kept rankings shows; what they were made of is read with the one that is opened.
OF_KEPT = ("code", "note", "kept_at", "kept_by__full_name", "kept_by__preferred_name")


def version_sent(request: HttpRequest) -> int:
    """The version a form was opened with; none that exists where it cannot be read."""
    sent = request.POST.get("version", "")
    return int(sent) if sent.isdecimal() and sent.isascii() and len(sent) < 10 else -1


@require_safe
def ranking(request: HttpRequest, code: UUID) -> HttpResponse:
    """The open options in the order of what is known of them."""
    return _page(request, own_mentorship(request, code))


@require_POST
@once
def keep(request: HttpRequest, code: UUID) -> HttpResponse:
    """Keep the ranking on the page, as it is, with a note."""
    mentorship = own_mentorship(request, code)
    require(can_rank_options(request.user, mentorship))
    form = KeepForm(request.POST)
    if not form.is_valid():
        return _page(request, mentorship, form=form, status=422)
    mark, note = request.POST.get("mark", ""), form.cleaned_data["note"]
    try:
        day = as_of(mentorship, request.user)
        kept = keep_ranking(mentorship, by=request.user, today=day, mark=mark, note=note)
    except Refused as refused:
        return _page(request, mentorship, form=form, refused=refused.words, status=409)
    return done(request, reverse("assignments:kept-ranking", args=[kept.code]), _("The ranking is kept."))


def _page(
    request: HttpRequest, mentorship: Mentorship, *, form: KeepForm | None = None, status: int = 200, **more: object
) -> HttpResponse:
    reading = read(mentorship, as_of(mentorship, request.user))
    found = reading.ranking()
    names = Names({goal.pk: goal.title for goal in reading.goals}, {want.key: want.name for want in reading.wants})
    some = _some(request, len(found.value))
    shown = rows(found, names, reading.method.values(), Ways(mentorship, reading), some.places)
    kept = KeptRanking.objects.filter(mentorship=mentorship).select_related("kept_by").only(*OF_KEPT)
    context = {
        "mentorship": mentorship,
        "is_mentee": mentorship.mentee_id == request.user.pk,
        "may_change": can_rank_options(request.user, mentorship),
        "rows": shown,
        "count": some.count,
        "some": some,
        "enough": len(found.value) >= FEWEST,
        "robustness": robustness(found),
        "doubt": doubt(found),
        "weights": _weights(reading.weights),
        "weights_version": reading.weights_version,
        "method": reading.method,
        "mark": reading.mark,
        "form": form or KeepForm(),
        "kept": page_by_key(kept, request.GET.get("after", ""), by=("-kept_at", "-pk"), size=5),
        **more,
    }
    return render(request, "assignments/ranking.html", context, status=status)


@dataclass(frozen=True)
class Some:
    """Those shown of `count` options: how many come before them, and the places to go on from (0 for none)."""

    count: int
    start: int

    @property
    def places(self) -> slice:
        return slice(self.start, self.start + MOST_ROWS)

    @property
    def before(self) -> int:
        return max(1, self.start + 1 - MOST_ROWS) if self.start else 0

    @property
    def after(self) -> int:
        return self.start + MOST_ROWS + 1 if self.start + MOST_ROWS < self.count else 0


def _some(request: HttpRequest, count: int) -> Some:
    """What is shown of so many options; an address typed wrongly begins at the first."""
    place = request.GET.get("place", "")
    start = int(place) - 1 if place.isdecimal() and place.isascii() and len(place) < 6 else 0
    return Some(count, start if 0 < start < count else 0)


def _weights(weights: Weights) -> list[tuple[str, int]]:
    return [(str(FACTOR_NAMES[factor]), getattr(weights, factor)) for factor in FACTORS]


@require_http_methods(["GET", "HEAD", "POST"])
def weights(request: HttpRequest, code: UUID) -> HttpResponse:
    """What counts how much: five whole numbers that make 100, each change a version of its own."""
    mentorship = own_mentorship(request, code)
    require(can_rank_options(request.user, mentorship))
    now_held, row = weights_now(mentorship)
    version = row.version if row else AS_SHIPPED
    reset = request.method == "POST" and "reset" in request.POST
    data = asdict(DEFAULT_WEIGHTS) if reset else request.POST if request.method == "POST" else None
    form = WeightsForm(data, weights=now_held)
    here = {"mentorship": mentorship, "form": form, "version": version}
    if not (form.is_bound and form.is_valid()):
        return _weights_form(request, **here)
    try:
        set_weights(mentorship, by=request.user, version=version_sent(request), weights=form.weights())
    except Stale as stale:
        now_held, row = weights_now(mentorship)
        both = differences(_words(now_held), _words(form.weights()))
        here["version"] = row.version if row else AS_SHIPPED
        return _weights_form(request, **here, stale=stale.words, differences=both, status=409)
    return done(request, reverse("assignments:ranking", args=[mentorship.code]), _("The weights are saved."))


def _words(weights: Weights) -> list[tuple[str, str]]:
    return [(name, str(weight)) for name, weight in _weights(weights)]


def _weights_form(request: HttpRequest, *, status: int = 0, **context: object) -> HttpResponse:
    form, mentorship = context["form"], context["mentorship"]
    versions = RankingWeights.objects.filter(mentorship=mentorship).select_related("set_by")[:MOST_VERSIONS]
    context |= {"versions": versions, "defaults": _weights(DEFAULT_WEIGHTS)}
    wrong = form.is_bound and form.errors  # type: ignore[attr-defined]
    return render(request, "assignments/ranking_weights.html", context, status=status or (422 if wrong else 200))


@require_safe
def kept_ranking(request: HttpRequest, code: UUID) -> HttpResponse:
    """A ranking as it was kept; nothing in it is worked out anew."""
    visible = KeptRanking.objects.visible_to(request.user)
    related = visible.select_related("mentorship__mentor", "mentorship__mentee", "kept_by")
    kept = get_object_or_404(related, code=code)
    inputs, found = kept.inputs, unpack_result(kept.result, kept.weights)
    names = Names(
        {goal["id"]: goal["title"] for goal in inputs["goals"]}, {want["key"]: want["name"] for want in inputs["wants"]}
    )
    some = _some(request, len(found.value))
    now_held, row = weights_now(kept.mentorship)
    context = {
        "kept": kept,
        "mentorship": kept.mentorship,
        "is_mentee": kept.mentorship.mentee_id == request.user.pk,
        "rows": rows(found, names, inputs["method"], places=some.places),
        "some": some,
        "robustness": robustness(found),
        "doubt": doubt(found),
        "weights": [(str(FACTOR_NAMES[factor]), kept.weights[factor]) for factor in FACTORS],
        "weights_since": weights_since(kept.weights, now_held),
        "weights_version": row.version if row else AS_SHIPPED,
        "method_since": method_since(inputs["method"], method := method_now()),
        "method": method,
    }
    return render(request, "assignments/kept_ranking.html", context)

"""The pages of an option's lab notebook: begun, and written on when it was tried."""

from __future__ import annotations

from copy import copy
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stretchhub.env import today
from stretchhub.pages import done
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions.experiment import add_experiment, edit_experiment
from ..forms.experiment import ExperimentForm, words_of, words_typed
from ..forms.rows import differences
from ..models import Experiment, Option
from ..refusals import Stale
from ..rules import can_edit_option
from .decision import seen_version


@require_http_methods(["GET", "HEAD", "POST"])
@once
def add(request: HttpRequest, code: UUID) -> HttpResponse:
    """Write down what is believed and the smallest try that would show it."""
    options = Option.objects.visible_to(request.user).select_related("mentorship")
    option = get_object_or_404(options, code=code)
    require(can_edit_option(request.user, option))
    form = ExperimentForm(_data(request), today=_today(request))
    if form.is_bound and form.is_valid():
        add_experiment(option, by=request.user, words=form.cleaned_data)
        return done(request, _notebook(option), _("The experiment is in the notebook."))
    return _form(request, form, option=option)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, code: UUID) -> HttpResponse:
    """Change a page, or say what came of it; where somebody was faster, both texts come back."""
    experiment = _mine(request, code)
    require(can_edit_option(request.user, experiment.option))
    form = ExperimentForm(_data(request), instance=copy(experiment), today=_today(request))
    here = {"option": experiment.option, "experiment": experiment}
    version = seen_version(request)
    if not (form.is_bound and form.is_valid()):
        return _form(request, form, version=version or experiment.version, **here)
    try:
        edit_experiment(experiment, by=request.user, version=version, words=form.cleaned_data)
    except Stale as stale:
        here["experiment"] = experiment = _mine(request, code)
        both = differences(words_of(experiment), words_typed(form.cleaned_data))
        more = {"stale": stale.words, "differences": both, "version": experiment.version}
        return _form(request, form, status=409, **here, **more)
    return done(request, _notebook(experiment.option), _("The experiment is saved."))


def _mine(request: HttpRequest, code: UUID) -> Experiment:
    experiments = Experiment.objects.visible_to(request.user).select_related("option__mentorship")
    return get_object_or_404(experiments, code=code)


def _data(request: HttpRequest):
    return request.POST if request.method == "POST" else None


def _today(request: HttpRequest):
    return today(request.user.zone)


def _notebook(option: Option) -> str:
    return reverse("assignments:option", args=[option.code]) + "#experiments"


def _form(request: HttpRequest, form: ExperimentForm, *, status: int = 0, **more: object) -> HttpResponse:
    context = {"form": form, "all_forms": [form], "wrong": form.is_bound and bool(form.errors), **more}
    return render(
        request, "assignments/experiment_form.html", context, status=status or (422 if context["wrong"] else 200)
    )

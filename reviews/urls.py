"""Addresses of reviews, their cycles and exports."""

from django.urls import path

from .views import cycle, equity, export, giving, panel, practice, review, rubric, verify

app_name = "reviews"
urlpatterns = [
    path("reviews/", review.listing, name="list"),
    path("reviews/<uuid:code>/", review.review, name="review"),
    path("reviews/<uuid:code>/files/<uuid:file>/", review.evidence_file, name="evidence-file"),
    path("assignments/<uuid:code>/reviews/", review.for_assignment, name="for-assignment"),
    path("assignments/<uuid:code>/reviews/start/", panel.start, name="start"),
    path("assignments/<uuid:code>/reviews/raters/", panel.raters, name="raters"),
    path("assignments/<uuid:code>/reviews/<slug:cycle>/share/", panel.share, name="share"),
    path("reviews/<uuid:code>/take-back/", panel.take_back, name="take-back"),
    path("reviews/<uuid:code>/remind/", panel.remind, name="remind"),
    path("m/<str:token>/review/", giving.by_link, name="give"),
    path("m/<str:token>/review/files/<uuid:code>/", giving.by_link_file, name="give-file"),
    path("assignments/<uuid:code>/levels/", verify.levels, name="verify-levels"),
    path("cycles/", cycle.listing, name="cycles"),
    path("cycles/add/", cycle.add, name="cycle-add"),
    path("cycles/<slug:code>/", cycle.detail, name="cycle"),
    path("cycles/<slug:code>/remind/", panel.remind_late, name="remind-late"),
    path("cycles/<slug:code>/export/", export.ask, name="export-request"),
    path("equity/", equity.listing, name="equity"),
    path("equity/take/", equity.take, name="equity-take"),
    path("equity/reports/<uuid:code>/", equity.report, name="equity-report"),
    path("equity/divisions/add/", equity.division_add, name="division-add"),
    path("equity/divisions/<slug:key>/", equity.division_edit, name="division"),
    path("me/groups/", equity.mine, name="my-groups"),
    path("practice/", practice.overview, name="practices"),
    path("practice/<uuid:code>/", practice.exercise, name="practice"),
    path("practice/cases/", practice.cases, name="practice-cases"),
    path("practice/cases/<slug:key>/", practice.case_edit, name="practice-case"),
    path("rubrics/", rubric.listing, name="rubrics"),
    path("rubrics/<uuid:code>/", rubric.detail, name="rubric"),
    path("rubrics/<uuid:code>/draft/", rubric.draft, name="rubric-draft"),
    path("rubrics/<uuid:code>/edit/", rubric.edit, name="rubric-edit"),
    path("rubrics/<uuid:code>/discard/", rubric.discard, name="rubric-discard"),
    path("exports/dictionary.csv", export.dictionary, name="export-dictionary"),
    path("exports/<uuid:code>/", export.progress, name="export"),
    path("exports/<uuid:code>/download/", export.download, name="export-download"),
]

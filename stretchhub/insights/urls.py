"""Addresses of the programme in one look."""

from django.urls import path

from .views import figures, people

app_name = "insights"
urlpatterns = [
    path("insights/", people.stretch, name="stretch"),
    path("insights/waiting/", people.waiting, name="waiting"),
    path("insights/late/", figures.late, name="late"),
    path("insights/supports/", figures.supports, name="supports"),
    path("insights/build/", figures.build, name="build"),
    path("options/<uuid:code>/insights/", figures.for_option, name="for-option"),
    path("assignments/<uuid:code>/closing/next/insights/", figures.for_next, name="for-next"),
]

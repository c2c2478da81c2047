"""Addresses of how long things are kept, and of a person's own data."""

from django.urls import path

from .views import erasure, outside, own, retention

app_name = "keeping"
urlpatterns = [
    path("me/data/", own.my_data, name="my-data"),
    path("me/data/archive/", own.ask, name="archive-ask"),
    path("me/data/archive/<uuid:code>/", own.archive, name="archive"),
    path("me/data/archive/<uuid:code>/download/", own.download, name="archive-download"),
    path("people/<uuid:code>/erase/", erasure.ask, name="erase"),
    path("keeping/", retention.keeping, name="keeping"),
    path("keeping/erasures/", erasure.listing, name="erasures"),
    path("keeping/erasures/address/", outside.ask, name="erase-address"),
    path("keeping/erasures/<uuid:code>/", erasure.erasure, name="erasure"),
    path("keeping/erasures/<uuid:code>/decide/", erasure.decide, name="erasure-decide"),
    path("keeping/erasures/<uuid:code>/withdraw/", erasure.withdraw, name="erasure-withdraw"),
]

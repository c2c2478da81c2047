from django.urls import path

from .views import forecast, holidays, inbox, preferences, proof, stopping

app_name = "notices"

urlpatterns = [
    path("notices/", inbox.inbox, name="inbox"),
    path("notices/read/", inbox.read, name="read"),
    path("notices/preferences/", preferences.preferences, name="preferences"),
    path("notices/preferences/away/", preferences.absence_add, name="absence-add"),
    path("notices/preferences/back/", preferences.absence_remove, name="absence-remove"),
    path("notices/holidays/", holidays.holidays, name="holidays"),
    path("m/<str:token>/stop/", stopping.stop, name="stop"),
    path("notices/forecast/", forecast.forecast, name="forecast"),
    path("notices/proof/", proof.proof, name="proof"),
    path("notices/proof/again/", proof.again, name="proof-again"),
    path("notices/proof/close/", proof.close, name="proof-close"),
    path("notices/proof/release/", proof.release, name="proof-release"),
]

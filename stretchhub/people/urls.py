from django.urls import path

from .views import calendar, demo, imports, people, profile, roles, setup

app_name = "people"

urlpatterns = [
    path("people/", people.people, name="list"),
    path("people/add/", people.add, name="add"),
    path("people/invite/", people.invite, name="invite"),
    path("people/import/", imports.upload, name="import"),
    path("people/import/<uuid:key>/", imports.check, name="import-check"),
    path("people/<uuid:code>/", people.person, name="person"),
    path("people/<uuid:code>/edit/", people.edit, name="edit"),
    path("people/<uuid:code>/deactivate/", people.deactivate, name="deactivate"),
    path("people/<uuid:code>/reactivate/", people.reactivate, name="reactivate"),
    path("people/<uuid:code>/links/end/", people.end_links, name="end-links"),
    path("people/<uuid:code>/roles/grant/", roles.grant, name="grant-role"),
    path("people/<uuid:code>/roles/revoke/", roles.revoke, name="revoke-role"),
    path("me/", profile.profile, name="profile"),
    path("me/calendar/", calendar.calendar, name="calendar"),
    path("me/calendar/end/", calendar.end, name="calendar-end"),
    path("me/theme/", profile.theme, name="theme"),
    path("setup/<str:token>/", setup.setup, name="setup"),
    path("mail/", demo.mailbox, name="mailbox"),
    path("demo/sign-in/", demo.sign_in, name="demo-sign-in"),
]

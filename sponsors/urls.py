"""Addresses of how a sponsor is found, what sponsors read, and what is asked of them."""

from django.urls import path

from .views import ask, candidate, check_in, dashboard, door, hand_over, stakeholder

app_name = "sponsors"
urlpatterns = [
    path("sponsoring/", dashboard.dashboard, name="dashboard"),
    path("sponsoring/<uuid:code>/acknowledge/", dashboard.acknowledge, name="acknowledge"),
    path("assignments/<uuid:code>/as-sponsor/", dashboard.preview, name="preview"),
    path("assignments/<uuid:code>/ask/", ask.add, name="ask-add"),
    path("assignments/<uuid:code>/asks/", ask.asks, name="asks"),
    path("asks/<uuid:code>/", ask.detail, name="ask"),
    path("asks/<uuid:code>/accept/", ask.accept, name="ask-accept"),
    path("asks/<uuid:code>/delegate/", ask.delegate, name="ask-delegate"),
    path("asks/<uuid:code>/decline/", ask.decline, name="ask-decline"),
    path("asks/<uuid:code>/withdraw/", ask.withdraw, name="ask-withdraw"),
    path("assignments/<uuid:code>/continuity/", hand_over.wizard, name="continuity"),
    path("hand-overs/<uuid:code>/", hand_over.detail, name="hand-over"),
    path("hand-overs/<uuid:code>/accept/", hand_over.accept, name="hand-over-accept"),
    path("hand-overs/<uuid:code>/decline/", hand_over.decline, name="hand-over-decline"),
    path("hand-overs/<uuid:code>/withdraw/", hand_over.withdraw, name="hand-over-withdraw"),
    path("options/<uuid:code>/sponsors/", candidate.candidates, name="candidates"),
    path("options/<uuid:code>/sponsors/panel/", candidate.for_option, name="for-option"),
    path("options/<uuid:code>/sponsors/add/", candidate.add, name="candidate-add"),
    path("candidates/<uuid:code>/edit/", candidate.edit, name="candidate-edit"),
    path("candidates/<uuid:code>/set-aside/", candidate.set_aside, name="candidate-set-aside"),
    path("candidates/<uuid:code>/ranking/", candidate.rank, name="candidate-rank"),
    path("options/<uuid:code>/grid/", stakeholder.grid, name="grid"),
    path("options/<uuid:code>/grid/add/", stakeholder.add, name="stakeholder-add"),
    path("stakeholders/<uuid:code>/edit/", stakeholder.edit, name="stakeholder-edit"),
    path("stakeholders/<uuid:code>/remove/", stakeholder.remove, name="stakeholder-remove"),
    path("assignments/<uuid:code>/sponsor-check-ins/", check_in.check_ins, name="check-ins"),
    path("sponsor-check-ins/<uuid:code>/", check_in.detail, name="check-in"),
    path("sponsor-check-ins/<uuid:code>/acknowledge/", check_in.acknowledge, name="check-in-acknowledge"),
    path("m/<str:token>/sponsoring/", door.door, name="door"),
    path("m/<str:token>/sponsoring/code/", door.code, name="door-code"),
    path("m/<str:token>/sponsoring/open/", door.enter, name="door-enter"),
    path("m/<str:token>/sponsoring/leave/", door.leave, name="door-leave"),
    path("m/<str:token>/sponsoring/<uuid:code>/acknowledge/", door.acknowledge, name="door-acknowledge"),
    path("m/<str:token>/sponsoring/asks/<uuid:code>/", door.ask, name="door-ask"),
    path("m/<str:token>/sponsoring/asks/<uuid:code>/accept/", door.accept, name="door-ask-accept"),
    path("m/<str:token>/sponsoring/asks/<uuid:code>/delegate/", door.delegate, name="door-ask-delegate"),
    path("m/<str:token>/sponsoring/asks/<uuid:code>/decline/", door.decline, name="door-ask-decline"),
]

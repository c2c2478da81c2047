"""Addresses of what sponsors read, and of what is asked of them."""

from django.urls import path

from .views import ask, dashboard, hand_over

app_name = "sponsors"
urlpatterns = [
    path("sponsoring/", dashboard.dashboard, name="dashboard"),
    path("sponsoring/<uuid:code>/acknowledge/", dashboard.acknowledge, name="acknowledge"),
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
]

"""Erasing somebody without an account, known by a mail address: looking for it, and asking."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stretchhub import pages
from stretchhub.people.addresses import account_of
from stretchhub.people.rules import require
from stretchhub.people.submissions import once

from ..actions import erasure as actions
from ..forms.erasure import AddressForm, AskForm
from ..models import ErasureRequest
from ..outside import known
from ..rules import can_ask_erasure, can_ask_erasure_of_address

TEMPLATE = "keeping/erase_address.html"


@require_http_methods(["GET", "HEAD", "POST"])
@once
def ask(request: HttpRequest) -> HttpResponse:
    """Look for an address, by POST so that it stands in no log; then what would go and what would stay, and asking."""
    require(can_ask_erasure_of_address(request.user))
    form = AddressForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return pages.panel(request, TEMPLATE, {"form": form})
    address = form.cleaned_data["address"]
    if open_one := ErasureRequest.objects.open().of_address(address).first():
        return pages.done(request, reverse("keeping:erasure", args=[open_one.code]))
    if account := account_of(address):
        may_ask = can_ask_erasure(request.user, account)
        return pages.panel(request, TEMPLATE, {"form": form, "account": account, "may_ask": may_ask})
    places = known(address)
    if not places:
        form.add_error(
            "address",
            _(
                "Nobody here knows this address. Look at the spelling, and ask at which address a message from here "
                "arrived: somebody may have another one."
            ),
        )
        return pages.panel(request, TEMPLATE, {"form": form})
    return _found(request, form, address, places)


def _found(request: HttpRequest, form: AddressForm, address: str, places: list) -> HttpResponse:
    asking = AskForm(request.POST if "ask" in request.POST else None)
    if asking.is_valid():
        asked = actions.ask_of_address(address, by=request.user, ground=asking.cleaned_data["ground"])
        words = _("It is asked. Somebody else decides within 30 days.")
        return pages.done(request, reverse("keeping:erasure", args=[asked.code]), words)
    return pages.panel(request, TEMPLATE, {"form": form, "address": address, "places": places, "asking": asking})

"""Asking for exports, and a sign-in of the last minutes, for tests."""

import time

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.userkit import user_id_to_str

from reviews.actions.export import request_export
from reviews.exporting import Scope
from stretchhub.env import today


def ask(by, *, tables=("ratings",), format="csv", purpose="Talent round", **filter):
    """Somebody of HR asks for these tables, narrowed by `filter`."""
    scope = Scope(day=today().isoformat(), reader=by.pk, **filter)
    return request_export(by=by, tables=list(tables), format=format, purpose=purpose, scope=scope)


def confirmed(client, user, *, seconds_ago=0):
    """This browser has shown the person's password so long ago."""
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time() - seconds_ago}]
    session["account_authentication_methods_user"] = user_id_to_str(user)
    session.save()
    return client

"""What is shared by everybody, and who looks after it."""

from __future__ import annotations

from stretchhub.people.models import User

from ..models import Opportunity


def can_offer_opportunity(user: User) -> bool:
    """Anybody may offer stretch work in the shared pool."""
    return user.is_active


def can_edit_opportunity(user: User, opportunity: Opportunity) -> bool:
    return user.is_active and user.pk == opportunity.offered_by_id


def can_close_opportunity(user: User, opportunity: Opportunity) -> bool:
    """Whoever offered it; HR and administrators where that person does not."""
    return can_edit_opportunity(user, opportunity) or (user.is_active and (user.is_hr or user.is_administrator))


def can_set_method(user: User) -> bool:
    """The chosen values behind every number hold for everybody, so an administrator answers for them."""
    return user.is_active and user.is_administrator


def can_manage_frameworks(user: User) -> bool:
    """HR and administrators import competency frameworks and look after them; everybody reads them."""
    return user.is_active and (user.is_hr or user.is_administrator)


def can_read_records(user: User) -> bool:
    """HR reads how the organisation's assignments stand."""
    return user.is_active and user.is_hr

"""Until when the audit trail is sealed and verified, as its page tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from stretchhub.env import now

from .models import AuditChain
from .verifying import Fault

# The sealer comes each minute, the verifier each hour; a small trail is looked through whole each time.
SEAL_LATE = timedelta(minutes=10)
VERIFY_LATE = timedelta(days=2)


@dataclass(frozen=True)
class Standing:
    sealed_at: datetime | None
    number: int
    verified_at: datetime | None
    verified_number: int
    fault: Fault | None
    seal_late: bool
    verify_late: bool


def standing() -> Standing:
    """Both moments, each with how many entries it reaches, and what was found wrong."""
    chain = AuditChain.objects.first() or AuditChain()
    moment = now()
    return Standing(
        sealed_at=chain.sealed_at,
        number=chain.number,
        verified_at=chain.verified_at,
        verified_number=chain.verified_number,
        fault=Fault(**chain.fault) if chain.fault else None,
        seal_late=chain.sealed_at is not None and chain.sealed_at < moment - SEAL_LATE,
        verify_late=chain.verified_at is not None and chain.verified_at < moment - VERIFY_LATE,
    )

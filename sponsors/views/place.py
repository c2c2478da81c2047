"""Through which door a sponsor reads and answers: signed in, or by the link of a mail."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

SIGNED_IN, LONE = "base.html", "sponsors/lone.html"


@dataclass(frozen=True)
class Place:
    """Where the pages and buttons of one door are; `token` is that of the mailed link."""

    token: str = ""

    @property
    def layout(self) -> str:
        return LONE if self.token else SIGNED_IN

    @property
    def home(self) -> str:
        return reverse("sponsors:door", args=[self.token]) if self.token else reverse("sponsors:dashboard")

    def url(self, name: str, *args: object) -> str:
        """The address of the same thing behind this door."""
        if self.token:
            return reverse(f"sponsors:door-{name}", args=[self.token, *args])
        return reverse(f"sponsors:{name}", args=args)

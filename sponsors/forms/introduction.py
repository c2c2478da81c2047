"""The words to somebody who might sponsor, what came back, and the day of the kickoff."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from stretchhub.forms import DayField, DayInput

from ..outreach import MOST_WORDS, count_words


class MessageForm(forms.Form):
    """At most 130 words; the count is shown while writing and checked when it is saved."""

    message = forms.CharField(
        label=_("Your message"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 14, "data-most-words": MOST_WORDS}),
        help_text=_("Their priority, your outcome, a small ask, one proof, an easy no. Make it yours."),
        error_messages={"required": _("Write a few words first.")},
    )

    def clean_message(self) -> str:
        message = self.cleaned_data["message"].replace("\r\n", "\n").strip()
        count = count_words(message)
        if count > MOST_WORDS:
            words = {"n": count, "most": MOST_WORDS, "over": count - MOST_WORDS}
            raise forms.ValidationError(_("%(n)s words; at most %(most)s are read. Leave out %(over)s.") % words)
        return message

    @property
    def count(self) -> int:
        return count_words(str(self["message"].value() or ""))

    @property
    def most(self) -> int:
        return MOST_WORDS


class ReplyForm(forms.Form):
    reply = forms.CharField(
        label=_("Your answer"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("A time that suits you, a “not now”, or who to ask instead."),
        error_messages={"required": _("Write a few words: a no helps as well.")},
    )


class KickoffForm(forms.Form):
    kickoff_on = DayField(
        label=_("Day of the kickoff"),
        widget=DayInput(),
        error_messages={"required": _("Choose the day.")},
    )

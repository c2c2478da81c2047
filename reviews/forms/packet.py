"""The mentee's words before a review is final, and what is said about a packet after it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import PacketAddendum, PacketStatement, ReviewNarrative
from ..packet_content import PROMPTS


class NarrativeForm(forms.ModelForm):
    edit = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    class Meta:
        model = ReviewNarrative
        fields = (*PROMPTS, "shared_with_mentor")
        labels = {
            "before": _("What I could do before"),
            "did": _("What I did, and what helped"),
            "changed": _("What changed in what I can do"),
            "ready": _("What I am ready for next"),
            "differently": _("What I would do differently"),
        }
        help_texts = {
            "before": _("Where were you when this began? One thing you could do, one you could not yet."),
            "did": _("The two or three things you did that mattered, and who or what helped."),
            "changed": _("What can you do now that you could not, and how would somebody else notice?"),
            "ready": _("What would you take on next, and with how much support?"),
            "differently": _("If it began again tomorrow: what would you change first?"),
        }
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in PROMPTS}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["edit"].initial = self.instance.edit if self.instance.pk else 0

    def lines(self, words: ReviewNarrative | dict[str, Any]) -> list[tuple[str, str]]:
        """Label by label what is saved or typed."""
        read = words.get if isinstance(words, dict) else lambda name: getattr(words, name)
        return [(str(self.fields[name].label), str(read(name) or "")) for name in PROMPTS]


class StatementForm(forms.ModelForm):
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    class Meta:
        model = PacketStatement
        fields = ("text",)
        labels = {"text": _("My statement")}
        widgets = {"text": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "text": _(
                "HR and your mentor read it beside the packet, and the sponsor while you share the result. "
                "You may replace it; earlier ones stay."
            )
        }
        error_messages = {"text": {"required": _("Write what HR should read beside the packet.")}}


class AddendumForm(forms.ModelForm):
    prefix = "more"

    class Meta:
        model = PacketAddendum
        fields = ("text",)
        labels = {"text": _("Addendum")}
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}
        help_texts = {"text": _("Mentee, mentor and HR read it with your name. It cannot be changed or taken back.")}
        error_messages = {"text": {"required": _("Write what is to be added.")}}

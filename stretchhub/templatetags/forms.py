"""What forms need in templates beyond the form pack."""

import uuid
from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from stretchhub.markup import format_html

register = template.Library()


@register.simple_tag(takes_context=True)
def submit_key(context: Context) -> SafeString:
    """The hidden key by which a form sent twice has the effect of one; kept when it comes back with errors."""
    request: Any = context.get("request")
    sent = request.POST.get("submit_key", "") if request is not None else ""
    return format_html('<input type="hidden" name="submit_key" value="{}">', sent[:64] or uuid.uuid4().hex)

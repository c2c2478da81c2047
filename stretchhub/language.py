"""Words of the page in the reader's language, looked up once a process.

Django asks a catalogue of each app in turn, twice each, for every one of the hundred texts of a page, every time.
"""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.utils.translation import trans_real

# There are some thousand texts; what is beyond this is looked up anew.
MOST = 8192


def keep_words() -> None:
    """Keep what each text is in each language from here on; catalogues do not change while a process runs."""
    for language, _name in settings.LANGUAGES:
        words = trans_real.translation(language)
        if not hasattr(words.gettext, "cache_info"):
            words.gettext = lru_cache(maxsize=MOST)(words.gettext)  # type: ignore[method-assign]

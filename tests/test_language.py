"""Words are looked up once a process, and are the same as ever."""

from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, trans_real

from stretchhub.language import keep_words

TEXTS = ["Today", "January", "This field is required.", "Nobody has this text 7.", "", "two\r\nlines", "Save"]


def test_words_are_kept_as_they_are(monkeypatch):
    monkeypatch.setattr(trans_real, "_translations", {})
    monkeypatch.setattr(trans_real, "_default", None)
    with translation.override("en-gb"):
        before = [gettext(text) for text in TEXTS]
        keep_words()
        keep_words()

        assert [gettext(text) for text in TEXTS] == before
        assert type(gettext(mark_safe("Today"))) is SafeString
        kept = trans_real.translation("en-gb").gettext
        misses = kept.cache_info().misses
        assert [gettext(text) for text in TEXTS] == before
        assert kept.cache_info().misses == misses

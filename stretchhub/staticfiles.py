"""Which static files are gathered: ours, and those of the packages that a page really uses."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class StaticFiles(StaticFilesConfig):
    """Leaves out htmx 4 and the extensions, which no page loads and which take seconds to compress."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "hx-*.js", "*-4.js", "*-4.min.js"]

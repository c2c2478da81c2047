"""Files that people bring: looked at first, saved only when asked."""

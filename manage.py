#!/usr/bin/env python3
"""The command line of StretchHub."""

import os
import sys

if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.exit("StretchHub needs Python 3.11, 3.12 or 3.13; this is " + sys.version.split()[0] + ".")

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stretchhub.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"StretchHub cannot start. {error}")

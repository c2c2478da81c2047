#!/usr/bin/env python3
"""The command line of StretchHub."""

import os
import sys

if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.exit("StretchHub needs Python 3.11, 3.12 or 3.13; this is " + sys.version.split()[0] + ".")

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from stretchhub.collector import at_rest

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stretchhub.settings")
    try:
        # Of what is loaded nothing is garbage. Other settings are for Django to read, which loads them then.
        if not any(word.startswith("--settings") for word in sys.argv):
            with at_rest():
                django.setup()
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"StretchHub cannot start. {error}")

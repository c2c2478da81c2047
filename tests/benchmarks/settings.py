"""The settings of the tests on real servers with the clock of every day, and a page that does as little as can be."""

from tests.settings import *  # noqa: F403

CLOCK_FILE = None
ROOT_URLCONF = "tests.benchmarks.floor"

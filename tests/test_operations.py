"""docs/operations.md names every figure there is and no other, and only settings and parts that exist."""

import re

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric

from stretchhub.metrics import Now
from stretchhub.request_times import TIMES
from tests.services import ROOT
from tests.test_deploy import SERVICES, settings_that_exist

TEXT = (ROOT / "docs" / "operations.md").read_text()


@pytest.mark.django_db
def test_every_figure_has_a_row_of_alarms_and_every_row_a_figure():
    registry = CollectorRegistry()
    registry.register(Now())
    families: list[Metric] = [*registry.collect(), *TIMES.collect()]

    in_rows = {
        name for row in TEXT.splitlines() if row.startswith("| `s") for name in re.findall(r"stretchhub_\w+", row)
    }

    assert in_rows == {family.name for family in families}


def test_every_setting_named_is_one():
    named = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)\b", TEXT)) - {"DATA_DIR"}

    assert named - settings_that_exist() == set()
    assert "METRICS_TOKEN" in named


def test_every_container_named_is_one():
    said = re.findall(r"docker compose (?:restart|stop|ps|exec|run --rm|logs --since 15m) ([a-z ]+)", TEXT)
    named = {name for words in said for name in words.split()} - {"python", "manage"}

    assert {"web", "worker", "beat", "postgres", "redis", "migrate"} <= named
    assert named - set(SERVICES) == set()


def test_every_place_linked_inside_it_is_there():
    headings = {
        re.sub(r"[^\w -]", "", words).lower().replace(" ", "-") for words in re.findall(r"^#+ (.+)$", TEXT, re.M)
    }

    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) <= headings

"""The house rules that no other check looks at."""

import re
from pathlib import Path

import pytest

from tests.services import ROOT

APPS = ["stretchhub", "assignments", "reviews", "sponsors"]
SOURCES = sorted(
    file for app in APPS for file in (ROOT / app).rglob("*.py") if "migrations" not in file.relative_to(ROOT).parts
)
# Mail programs know no style sheets, so only mail carries its own style.
TEMPLATES = sorted(file for file in (ROOT / "templates").rglob("*.html") if not {"mail", "email"} & set(file.parts))
TEXTS = [
    file
    for pattern in ("*.toml", "*.txt", "*.yml", "Dockerfile", "Makefile", "*.md", "docs/**/*.md", ".ci/*")
    for file in ROOT.glob(pattern)
    if file.is_file()
]
DRAWERS = {"utils", "util", "helpers", "helper", "common", "services", "misc", "tools"}


def name(file: Path) -> str:
    return str(file.relative_to(ROOT))


def test_there_is_no_drawer_for_everything():
    assert [name(file) for file in SOURCES if file.stem in DRAWERS or file.parent.name in DRAWERS] == []


@pytest.mark.parametrize("file", SOURCES, ids=name)
def test_a_file_can_be_read_in_one_go(file):
    most = 400 if file.name == "settings.py" else 330

    assert len(file.read_text().splitlines()) <= most


def test_no_signals_run_between_our_apps():
    receivers = re.compile(r"from django\.(db\.models|core)\.signals import|from django\.dispatch import")

    assert [name(file) for file in SOURCES if receivers.search(file.read_text())] == []


def test_mail_links_come_from_the_settings_never_from_the_request():
    assert [name(file) for file in SOURCES if "build_absolute_uri(" in file.read_text()] == []


def test_marked_as_safe_only_where_text_is_cleaned():
    found = {name(file) for file in SOURCES if re.search(r"\bmark_safe\(", file.read_text())}

    assert found <= {
        "stretchhub/text.py",
        "stretchhub/charts.py",
        "stretchhub/templatetags/charts.py",
        "stretchhub/templatetags/look.py",
        "stretchhub/templatetags/symbols.py",
    }


@pytest.mark.parametrize("file", TEMPLATES, ids=name)
def test_a_template_has_nothing_that_the_content_policy_refuses(file):
    text = re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", file.read_text(), flags=re.DOTALL)

    assert re.findall(r"<style\b|\sstyle=|\son[a-z]+=|\shx-on\b|javascript:|\|safe\b", text) == []
    for script in re.findall(r"<script\b[^>]*>", text):
        assert " src=" in script or 'type="application/json"' in script, script


def test_no_file_names_a_registry_or_a_machine():
    addresses = re.compile(r"--(extra-)?index-url |--find-links|https?://[\w.-]*pypi[\w.-]*/|/root/|/work/|/home/\w")

    assert [name(file) for file in TEXTS if addresses.search(file.read_text())] == []


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-s3.txt", "requirements-dev.txt"])
def test_every_package_of_a_lock_has_its_hash(lock):
    packages = re.split(r"\n(?=\S+==)", (ROOT / lock).read_text())[1:]

    assert packages
    assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []


def test_the_lock_for_running_is_part_of_the_lock_for_developing():
    def packages(lock: str) -> set[str]:
        return set(re.findall(r"^(\S+==\S+)", (ROOT / lock).read_text(), flags=re.MULTILINE))

    assert packages("requirements.txt") < packages("requirements-s3.txt") < packages("requirements-dev.txt")

"""docker-compose.yml and the Dockerfile fit the program: no setting is misspelt, and it scales as it is."""

import re
import urllib.parse

import pytest
import yaml

from stretchhub import env, probe
from tests.services import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if str(service.get("image", "")).startswith("stretchhub")}
READ = re.compile(r'env\.(?:text|number|flag)\(\s*"([A-Z_]+)"|(?<![.\w])text\("([A-Z_]+)"')


def settings_that_exist() -> set[str]:
    """Every name that the program reads from its environment."""
    sources = "\n".join(file.read_text() for file in (ROOT / "stretchhub").rglob("*.py"))
    return {first or second for first, second in READ.findall(sources)}


def test_the_services_are_those_that_the_product_needs():
    assert set(OURS) == {"migrate", "web", "worker", "beat"}
    assert set(SERVICES) - set(OURS) == {"postgres", "redis", "mailpit"}


@pytest.mark.parametrize("name", OURS)
def test_every_setting_named_exists(name):
    named = {key.removesuffix("_FILE") for key in OURS[name]["environment"]}

    assert named - settings_that_exist() == set()
    assert {"SITE_URL", "SECRET_KEY", "DATABASE_URL", "DATABASE_REPLICA_URL", "REDIS_URL", "EMAIL_URL"} <= named


def test_every_setting_of_the_image_exists():
    words = re.findall(r"\b([A-Z_]{4,})=", (ROOT / "Dockerfile").read_text())

    assert {word for word in words if not word.startswith(("PIP_", "PYTHON"))} - {"PATH"} <= settings_that_exist()


@pytest.mark.parametrize("name", ["web", "worker"])
def test_it_scales_without_a_change(name):
    service = SERVICES[name]

    assert "container_name" not in service
    assert "hostname" not in service
    for published in service.get("ports", []):
        first, _, last = published.split(":")[-2].partition("-")
        assert int(last) - int(first) >= 5, "one fixed port can be published by one container only"


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_lasting_service_restarts_and_has_a_health_check(name):
    assert SERVICES[name]["restart"] == "unless-stopped"
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert "test" in SERVICES[name].get("healthcheck", {}) or (name == "web" and "HEALTHCHECK" in dockerfile)


def test_nothing_starts_before_the_database_is_up_to_date():
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_secrets_are_files_and_no_password_stands_in_the_file():
    for name, service in OURS.items():
        for key, value in service["environment"].items():
            if key.endswith("_FILE"):
                assert value.removeprefix("/run/secrets/") in service["secrets"], name
            assert urllib.parse.urlsplit(str(value)).password is None, name
    for secret in COMPOSE["secrets"].values():
        assert secret["file"].startswith("./secrets/")


def test_the_broker_keeps_what_it_was_given():
    command = SERVICES["redis"]["command"]

    assert command[command.index("--appendonly") + 1] == "yes"
    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"


def test_volumes_and_secrets_that_are_used_are_declared():
    for service in SERVICES.values():
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
        assert {volume.split(":")[0] for volume in service.get("volumes", [])} <= set(COMPOSE["volumes"])


def test_the_image_holds_every_folder_of_the_program():
    dockerfile = (ROOT / "Dockerfile").read_text()

    for folder in ("stretchhub", "assignments", "reviews", "sponsors", "templates", "static"):
        assert f"COPY {folder} {folder}" in dockerfile
    assert "USER 10001" in dockerfile
    assert "--require-hashes" in dockerfile


def test_the_password_of_the_database_may_come_from_a_file_of_its_own(tmp_path, monkeypatch):
    (tmp_path / "password").write_text("geheim\n")
    monkeypatch.setenv("DATABASE_PASSWORD_FILE", str(tmp_path / "password"))

    assert env.database(OURS["web"]["environment"]["DATABASE_URL"], tmp_path)["PASSWORD"] == "geheim"


def test_the_health_check_of_a_container_says_no_when_nobody_answers():
    assert probe.is_well("1", "hub.example.org") is False


@pytest.mark.real
def test_the_health_check_of_a_container_says_yes_when_the_site_answers(live_site):
    site = urllib.parse.urlsplit(live_site)

    assert probe.is_well(str(site.port), site.netloc) is True

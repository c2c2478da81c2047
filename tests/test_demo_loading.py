"""The page that is shown while the demo's people are being written."""

import pytest
from django.http import HttpResponse

from stretchhub import demo


@pytest.fixture
def loading(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "LOADING", tmp_path / "demo-loading")
    return demo.LOADING


@pytest.fixture
def answer(rf):
    middleware = demo.LoadingMiddleware(lambda request: HttpResponse("the page itself"))
    return lambda path: middleware(rf.get(path))


def test_every_page_says_that_the_demo_is_being_prepared_and_asks_again(loading, answer):
    loading.touch()

    page = answer("/accounts/login/")

    assert page.status_code == 200
    assert page["Refresh"] == "2"
    assert "Getting the demo ready" in page.content.decode()


def test_healthz_answers_for_itself_meanwhile(loading, answer):
    loading.touch()

    assert answer("/healthz").content == b"the page itself"


def test_pages_are_themselves_when_the_demo_is_there(loading, answer):
    assert answer("/accounts/login/").content == b"the page itself"


@pytest.mark.parametrize("path", ["/healthz/live", "/healthz/ready", "/metrics"])
def test_programs_get_their_answer_meanwhile(loading, answer, path):
    loading.touch()

    assert answer(path).content == b"the page itself"

"""Large files are written to disk piece by piece: the site as deployed, its memory watched from outside."""

import http.client
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlsplit

import psutil
import pytest
from django.test import Client

from assignments.filetypes import MOST_BYTES
from assignments.models import StagedFile
from tests import services
from tests.assignments.abuse.files import all_files
from tests.assignments.abuse.sending import multipart
from tests.factories import AssignmentFactory

pytestmark = pytest.mark.real
MIB = 1024 * 1024
AT_ONCE, MOST_GROWTH, MOST_GROWTH_OF_ABUSE = 8, 32 * MIB, 64 * MIB


def site_memory() -> int:
    """The resident memory of all processes of the site, in bytes."""
    found = 0
    for process in psutil.Process().children(recursive=True):
        try:
            if "gunicorn" in " ".join(process.cmdline()):
                found += process.memory_info().rss
        except (psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
    return found


@contextmanager
def watched() -> Iterator[Callable[[], int]]:
    """How much the site has grown at its highest since the beginning."""
    before, peak, over = site_memory(), [0], threading.Event()

    def watch() -> None:
        while not over.is_set():
            peak[0] = max(peak[0], site_memory())
            time.sleep(0.02)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield lambda: peak[0] - before
    finally:
        over.set()
        thread.join()


class Sender:
    """Somebody signed in who sends files without a browser."""

    def __init__(self, site: str, assignment) -> None:
        self.host, self.address = urlsplit(site).netloc, f"/assignments/{assignment.code}/evidence/"
        client = Client()
        client.force_login(assignment.mentee, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(f"{self.address}log/")
        self.token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', page.content.decode())[1]
        self.cookies = "; ".join(f"{name}={each.value}" for name, each in client.cookies.items())

    def send(self, name: str, content: bytes) -> tuple[int, float]:
        body, content_type = multipart(name, content)
        headers = {"Content-Type": content_type, "Cookie": self.cookies, "X-CSRFToken": self.token}
        line = http.client.HTTPConnection(self.host, timeout=60)
        began = time.perf_counter()
        line.request("POST", f"{self.address}files/", body, headers)
        answer = line.getresponse()
        answer.read()
        line.close()
        return answer.status, time.perf_counter() - began


def test_eight_files_of_25_mb_at_once_grow_the_site_by_less_than_32_mib(live_site):
    sender = Sender(live_site, AssignmentFactory())
    content = b"%PDF-1.7\n" + os.urandom(MOST_BYTES - 9)
    with ThreadPoolExecutor(AT_ONCE) as people:
        # Every thread of the site has answered somebody, and holds its connection to the database.
        list(people.map(lambda number: sender.send(f"warm{number}.pdf", content[:200_000]), range(AT_ONCE)))
        StagedFile.objects.all().delete()
        with watched() as growth:
            sent = list(people.map(lambda number: sender.send(f"{number}.pdf", content), range(AT_ONCE)))

    print(f"8 × 25 MB at once: the site grew by {growth() / MIB:.1f} MiB; slowest {max(s for _, s in sent):.1f} s")
    assert [status for status, _seconds in sent] == [201] * AT_ONCE
    assert StagedFile.objects.filter(size=MOST_BYTES).count() == AT_ONCE
    assert growth() <= MOST_GROWTH


def test_hostile_files_grow_the_site_by_less_than_64_mb(live_site, monkeypatch):
    sender = Sender(live_site, AssignmentFactory())
    sender.send("warm.pdf", b"%PDF-1.7\n" * 1000)

    with watched() as growth:
        answers = []
        for abuse in all_files():
            answers.append(sender.send(abuse.name, abuse.make()))
            StagedFile.objects.all().delete()

    print(f"64 hostile files: the site grew by {growth() / MIB:.1f} MiB; slowest {max(s for _, s in answers):.2f} s")
    assert {status for status, _seconds in answers} <= {201, 400, 422}
    assert growth() <= MOST_GROWTH_OF_ABUSE
    assert max(seconds for _status, seconds in answers) <= 2


REDRAW_ALL = """
import io, resource
from assignments import pictures
from tests.assignments.abuse.files import all_files, picture
for form in ("PNG", "JPEG", "GIF", "WEBP"):
    pictures.redraw(io.BytesIO(picture(form)), f"image/{form.lower()}", io.BytesIO())
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
kinds = {"png": "image/png", "gif": "image/gif", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp"}
for abuse in all_files():
    kind = kinds.get(abuse.name.rpartition(".")[2])
    if kind:
        try:
            pictures.redraw(io.BytesIO(abuse.make()), kind, io.BytesIO())
        except pictures.Unreadable:
            pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_making_hostile_pictures_anew_takes_less_than_64_mb():
    """In a process of its own, whose highest memory the system counts."""
    done = subprocess.run(
        [sys.executable, "-c", REDRAW_ALL], cwd=services.ROOT, capture_output=True, text=True, check=True
    )

    grown = int(done.stdout) * 1024
    print(f"hostile pictures made anew: {grown / MIB:.1f} MiB")
    assert grown <= MOST_GROWTH_OF_ABUSE

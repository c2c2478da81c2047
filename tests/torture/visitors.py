"""People who come by several sites: signed in at one, carried on by the other, as a proxy sends them."""

from __future__ import annotations

import hashlib
import json
import random
import threading
from collections.abc import Callable
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

from assignments.models import EvidenceFile
from reviews.actions.export import request_own
from reviews.models import ExportStatus
from stretchhub.people.models import User
from tests.factories import PASSWORD, AssignmentFactory, HRFactory, UserFactory
from tests.people.directory import file as directory
from tests.people.directory import row

from .kills_web import words
from .machines import SITES, Machines
from .place import Answer, Person, Place, let_go

# Between two rounds of one person, who reads what was shown.
PAUSE_SECONDS = 0.2
SIZES = (20_000, 1_600_000)


class Proxy:
    """Where the next request goes."""

    def __init__(self, machines: Machines) -> None:
        self.machines, self.site = machines, 0

    @property
    def port(self) -> int:
        return self.machines.sites[self.site % SITES].port


class Visitor(Person):
    """One browser, signed in at one site with a password; what it sends goes to either, under one name."""

    def __init__(self, machines: Machines, user: User, site: int) -> None:
        self.user, self.place = user, Proxy(machines)  # type: ignore[assignment]
        self.sent: list[str] = []
        self.answers: list[tuple[str, Answer]] = []
        self.files: dict[str, bytes] = {}
        self.wrong: list[str] = []
        cookies = "; ".join(f"{name}={value}" for name, value in self._signed_in(machines.sites[site].port).items())
        token = "t" * 32
        self.headers = {
            "Host": "localhost", "Origin": "http://localhost", "X-CSRFToken": token,
            "Cookie": f"{cookies}; csrftoken={token}",
        }  # fmt: skip

    def _signed_in(self, port: int) -> dict[str, str]:
        jar, door = CookieJar(), f"http://127.0.0.1:{port}/accounts/login/"
        browser = build_opener(HTTPCookieProcessor(jar))
        browser.open(door).read()
        token = next(each.value for each in jar if each.name == "csrftoken")
        said = {"login": self.user.email, "password": PASSWORD, "csrfmiddlewaretoken": token}
        browser.open(door, urlencode(said).encode()).read()
        return {each.name: each.value or "" for each in jar if each.name != "csrftoken"}

    def until_answered(self, what: str, site: int, ask: Callable[[], Answer]) -> Answer:
        """Presses again, at the other one, where a connection ends without an answer."""
        for turn in range(100):
            self.place.site = site + turn  # type: ignore[attr-defined]
            answer = ask()
            self.answers.append((what, answer))
            if answer.status:
                return answer
        return answer


class Work:
    """What one person does until told to stop: evidence in words, evidence with a file, and reading both."""

    def __init__(self, machines: Machines, number: int) -> None:
        self.assignment = AssignmentFactory(mentee=UserFactory(password=PASSWORD))
        self.number, self.chance = number, random.Random(number)
        self.visitor = Visitor(machines, self.assignment.mentee, number % SITES)
        self.evidence = f"/assignments/{self.assignment.code}/evidence"

    def run(self, over: threading.Event) -> None:
        try:
            turn = 0
            while not over.wait(PAUSE_SECONDS):
                self._in_words(turn)
                self._with_a_file(turn)
                turn += 1
        except Exception as error:
            self.visitor.wrong.append(f"it broke off: {error!r}")
        finally:
            let_go()

    def _in_words(self, turn: int) -> None:
        said = words(f"Torture words {self.number}.{turn}")
        self._log(said, turn + self.number)
        other = turn + self.number + 1
        page = self.visitor.until_answered("page", other, lambda: self.visitor.get(f"{self.evidence}/"))
        expect(page, 200, "the page")
        if said["title"] not in page.text:
            self.visitor.wrong.append(f"{said['title']} was kept by one site and not shown by the other")

    def _with_a_file(self, turn: int) -> None:
        """Sent to one site, attached through the other, and read from both."""
        visitor, site, title = self.visitor, turn + self.number, f"Torture file {self.number}.{turn}"
        content = b"%PDF-1.7\n" + self.chance.randbytes(SIZES[turn % len(SIZES)])
        sent = visitor.until_answered(
            "upload", site, lambda: visitor.send(f"{self.evidence}/files/", {"key": title}, {"file": content})
        )
        expect(sent, 201, "the upload")
        self._log({**words(title), "staged": json.loads(sent.body)["code"]}, site + 1)
        kept = EvidenceFile.objects.get(evidence__title=title)
        for other in range(SITES):
            address = f"/evidence/files/{kept.code}/"
            got = visitor.until_answered("download", site + other, lambda address=address: visitor.get(address))
            expect(got, 200, "the download")
            if got.body != content:
                visitor.wrong.append(f"{title} came back as {len(got.body)} bytes that were not sent")
        visitor.files[title] = content

    def _log(self, said: dict[str, str], site: int) -> None:
        """Every other person shares all of it with the sponsor; of the others the dashboard counts it."""
        said = {**said, "shared_with_sponsor": "on"} if self.number % 2 else said
        answer = self.visitor.until_answered("form", site, lambda: self.visitor.post(f"{self.evidence}/log/", said))
        expect(answer, 302, "the form")
        self.visitor.sent.append(said["title"])


class Office:
    """HR: a file for an import is brought to the site that is lost first, and looked at and saved by others; an archive
    of own data is written by a worker and fetched from both sites."""

    def __init__(self, machines: Machines) -> None:
        self.visitor = Visitor(machines, HRFactory(password=PASSWORD), 0)
        sent = {"file": directory(row("E77777", full_name="Ana Bell")).read()}
        brought = self.visitor.until_answered("import", 0, lambda: self.visitor.send("/people/import/", {}, sent))
        expect(brought, 302, "the file for an import")
        self.address = brought.headers["Location"]
        self.export = request_own(by=self.visitor.user)

    def look(self, site: int) -> None:
        page = self.visitor.until_answered("import", site, lambda: self.visitor.get(self.address))
        expect(page, 200, "the look at an import")
        if "Ana Bell" not in page.text:
            self.visitor.wrong.append("what was brought for an import was not shown by the site that is left")

    def finish(self, place: Place, site: int) -> None:
        said = {"submit_key": "import"}
        saved = self.visitor.until_answered("import", site, lambda: self.visitor.post(self.address, said))
        expect(saved, 302, "the saving of an import")
        if not User.objects.filter(employee_id="E77777", full_name="Ana Bell").exists():
            self.visitor.wrong.append("who was imported is not there")
        place.wait_until(self._is_written, "an archive of own data was not written")
        for number in range(SITES):
            self._fetch(number)

    def _is_written(self) -> bool:
        self.export.refresh_from_db()
        return self.export.status == ExportStatus.COMPLETE

    def _fetch(self, site: int) -> None:
        address = f"/me/data/archive/{self.export.code}/download/"
        got = self.visitor.until_answered("export", site, lambda: self.visitor.get(address))
        expect(got, 200, "the archive of own data")
        if hashlib.sha256(got.body).hexdigest() != self.export.sha256:
            self.visitor.wrong.append("the archive of own data is not what was written")


def expect(answer: Answer, status: int, what: str) -> None:
    if answer.status != status:
        raise AssertionError(f"{what} was {answer.status}: {answer.text[:300]}")

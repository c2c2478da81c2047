"""Files of competency frameworks for tests, and the page on which they are brought."""

from __future__ import annotations

import html
import io
import re

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assignments.forms.framework_import import ReadingForm, guess, sample
from assignments.imports import framework_columns as columns
from assignments.imports.framework_plan import Choices
from stretchhub.tables import open_table

HEADER = "code,name,description,parent_uri,alt_labels,status"


def csv_file(*rows: str, header: str = HEADER) -> bytes:
    return "\r\n".join([header, *rows, ""]).encode()


def workbook(*rows) -> bytes:
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def table(content: bytes):
    return open_table(io.BytesIO(content))


def choices(content: bytes, into=None, **more) -> Choices:
    """How the page would read the file if nobody changed the guess."""
    read = table(content)
    said = guess(read, columns.COMPETENCIES, sample(read))
    form = ReadingForm(said, table=read, kind=columns.COMPETENCIES)
    assert form.is_valid(), form.errors
    return Choices(form.columns(), into, **{"codes_tell_tree": form.cleaned_data["codes_tell_tree"], **more})


def counts(report) -> tuple[int, int, int, int, int, int]:
    """Added, changed, retired, back again, unchanged, wrong."""
    return (report.added, report.changed, report.retired, report.returned, report.unchanged, report.wrong)


def problems(report) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.column, problem.message) for problem in report.problems]


def bring(client, content: bytes, name: str = "skills.csv") -> str:
    """Upload the file; the address of the page that checks it."""
    answer = client.post(reverse("assignments:framework-import"), {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    return answer.url


def typed(page: str) -> dict[str, str]:
    """What the page's form would send as it stands."""
    form = page[page.index('<form method="post" class="stack framework-check"') :]
    form = form[: form.index("</form>")]
    said = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        one = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if one.get("type") == "checkbox":
            if re.search(r"\schecked\b", tag):
                said[one["name"]] = "on"
        elif "name" in one:
            said[one["name"]] = html.unescape(one.get("value", ""))
    for name, inside in re.findall(r'<textarea\b[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, flags=re.DOTALL):
        said[name] = html.unescape(inside.removeprefix("\n"))
    for name, inside in re.findall(r'<select\b[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, flags=re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', inside)
        said[name] = html.unescape(chosen[1]) if chosen else html.unescape(re.search(r'value="([^"]*)"', inside)[1])
    return said

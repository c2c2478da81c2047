"""A file of opportunities, row by row: columns by their names, each cell in words or with what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stretchhub.tables import Limits, Problem, Table, TableRow, Unreadable, open_table

from ..forms.opportunity import OpportunityForm
from ..forms.option import MOST_ROWS as MOST_COMPETENCIES
from ..forms.option import out_of_order
from ..models import Audience, Competency, Contribution, Kind, Opportunity, OptionRole

MOST_ROWS = 5_000
KEPT_PROBLEMS = 1_000
SHOWN_NAME = 80
LIMITS = Limits(rows=MOST_ROWS)
LONGEST_KEY = Opportunity._meta.get_field("key").max_length or 100
NEAREST_FOR = 30
CHOICES = {"kind": Kind, "audience": Audience, "role": OptionRole}
DAYS = ("starts_on", "ends_on")
PROSE = ("why", "success_criteria")


@dataclass(frozen=True)
class Column:
    """A column of the file: its name, other names it goes by, and what it holds."""

    name: str
    holds: str | Promise
    needed: bool = False
    also: tuple[str, ...] = ()


def _one_of(choices: type) -> Promise:
    return format_lazy(gettext_lazy("One of: {names}."), names=", ".join(choices.values))  # type: ignore[attr-defined]


COLUMNS = (
    Column("key", gettext_lazy("What your own list calls it. The same key changes the same opportunity."), True),
    Column("title", gettext_lazy("What is on offer."), True, ("what is on offer", "name", "option")),
    Column("kind", _one_of(Kind), True),
    Column("domain", gettext_lazy("Where the work is, for example Customer care."), True),
    Column("audience", _one_of(Audience), True),
    Column("role", _one_of(OptionRole), also=("as",)),
    Column("why", gettext_lazy("What it is and whom it would stretch."), True, ("description", "reason")),
    Column(
        "competencies",
        gettext_lazy(
            "Up to five names, separated by semicolons. “Name*” or “Name (primary)” is what the work is about; "
            "without a mark it is secondary."
        ),
        also=("competency",),
    ),
    Column("starts_on", gettext_lazy("A day as 2027-01-31, or empty."), also=("starts", "start", "could start on")),
    Column("ends_on", gettext_lazy("A day as 2027-03-31, or empty."), also=("ends", "end", "would end by")),
    Column("hours_per_week", gettext_lazy("A number between 0.5 and 60, or empty."), also=("hours", "hours a week")),
    Column("success_criteria", gettext_lazy("How one would know it worked."), also=("success",)),
)


@dataclass(frozen=True)
class Wanted:
    """What a right row asks for; a column that the file has not is not in `words`."""

    row: int
    key: str
    words: dict[str, Any]
    competencies: tuple[tuple[Competency, str], ...] | None


@dataclass
class Reading:
    """The right rows of a file, and the problems of the others: the first of them, and how many there are."""

    notes: list[str] = field(default_factory=list)
    rows: int = 0
    wanted: list[Wanted] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    wrong: set[int] = field(default_factory=set)
    readable: bool = True

    def refuse(self, problem: Problem) -> None:
        self.problem_count += 1
        self.wrong.add(problem.row)
        if len(self.problems) < KEPT_PROBLEMS:
            self.problems.append(problem)


def read(file: IO[bytes]) -> Reading:
    """Read the whole file; what cannot be read to its end has its reason among the problems."""
    reading = Reading()
    try:
        table = open_table(file, limits=LIMITS)
        reading.notes = list(table.notes)
        places = _places(table)
        known = Known()
        for row in table.rows():
            reading.rows += 1
            reading.wanted.extend(_read(row, places, known, reading))
    except Unreadable as error:
        reading.readable = False
        # It is said however many there were before it.
        del reading.problems[KEPT_PROBLEMS - 1 :]
        reading.refuse(error.problem)
    _refuse_doubles(reading)
    reading.problems.sort(key=lambda problem: problem.row)
    return reading


def _places(table: Table) -> dict[str, int]:
    """Where each column stands, by any of its names."""
    header = [" ".join(cell.replace("_", " ").lower().split()) for cell in table.header]
    places = {}
    for column in COLUMNS:
        names = {column.name.replace("_", " "), *column.also}
        found = [place for place, name in enumerate(header) if name in names]
        if len(found) > 1:
            words = _("This column is there twice. Remove one of them.")
            raise Unreadable(table.header_row, words, column=column.name)
        if found:
            places[column.name] = found[0]
    missing = [column.name for column in COLUMNS if column.needed and column.name not in places]
    if missing:
        words = _("Column missing: %(missing)s. Add it to the row that names the columns.")
        raise Unreadable(table.header_row, words % {"missing": ", ".join(missing)}, column=missing[0])
    return places


def _read(row: TableRow, places: Mapping[str, int], known: Known, reading: Reading) -> Iterator[Wanted]:
    if row.problem:
        reading.refuse(row.problem)
        return
    before = reading.problem_count

    def wrong(name: str, words: object) -> None:
        reading.refuse(Problem(row.number, name, str(words)))

    cells = {name: row.cells[place].strip() for name, place in places.items()}
    key = " ".join(cells["key"].split())
    if not key or len(key) > LONGEST_KEY or "\x00" in key:
        wrong("key", _("Give the row a key of at most %(most)d characters.") % {"most": LONGEST_KEY})
    words = {}
    for name in OpportunityForm.base_fields:
        if name in cells:
            try:
                words[name] = _clean(name, cells[name])
            except ValidationError as error:
                wrong(name, " ".join(error.messages))
    out_of_order(words, wrong)
    competencies = known.named(cells["competencies"], wrong) if "competencies" in cells else None
    if reading.problem_count == before:
        yield Wanted(row.number, key, words, competencies)


def _clean(name: str, cell: str) -> Any:
    """The cell as the form would take it, so that both say the same."""
    if name in CHOICES:
        if not cell and name == "role":
            return OptionRole.OWNER.value
        named = {str(label).lower(): value for value, label in CHOICES[name].choices}
        value = named.get(cell.lower(), cell.lower().replace(" ", "_").replace("-", "_"))
        if value not in CHOICES[name].values:
            words = _("Write one of: %(names)s.") % {"names": ", ".join(CHOICES[name].values)}
            raise ValidationError(words)
        return value
    if name in DAYS and cell:
        try:
            return OpportunityForm.base_fields[name].clean(date.fromisoformat(cell))
        except ValueError:
            raise ValidationError(_("Write the day as in 2027-03-31, or leave it empty.")) from None
    if name == "hours_per_week":
        cell = cell.replace(",", ".")
    elif name in PROSE:
        cell = cell.replace("\r\n", "\n").replace("\r", "\n")
    else:
        cell = " ".join(cell.split())
    field = OpportunityForm.base_fields[name]
    value = field.clean(cell)
    try:
        Opportunity._meta.get_field(name).run_validators(value)
    except ValidationError as error:
        said = [field.error_messages.get(str(each.code), each.messages[0]) for each in error.error_list]
        raise ValidationError(said) from None
    return value


def _refuse_doubles(reading: Reading) -> None:
    """Neither of two rows with the same key is believed."""
    rows: dict[str, list[int]] = {}
    for one in reading.wanted:
        rows.setdefault(one.key, []).append(one.row)
    for numbers in rows.values():
        for number in numbers if len(numbers) > 1 else []:
            other = next(each for each in numbers if each != number)
            words = _("Row %(other)d has the same. Keep one of the two.") % {"other": other}
            reading.refuse(Problem(number, "key", words))
    reading.wanted = [one for one in reading.wanted if len(rows[one.key]) == 1]


class Known:
    """The competencies that can be named, by their names; read when the first one is named."""

    def __init__(self) -> None:
        self.by_name: dict[str, list[Competency]] | None = None
        self.asked = 0

    def named(self, cell: str, wrong: Any) -> tuple[tuple[Competency, str], ...]:
        """The competencies of a cell, each with how directly it is developed."""
        found: dict[int, tuple[Competency, str]] = {}
        parts = dict.fromkeys(words for part in cell.split(";") if (words := " ".join(part.split())))
        if len(parts) > MOST_COMPETENCIES:
            wrong("competencies", _("Name at most %(most)d competencies.") % {"most": MOST_COMPETENCIES})
            return ()
        for part in parts:
            name, contribution = _marked(part)
            competency = self._one(name, wrong)
            if competency is not None:
                found[competency.pk] = (competency, contribution)
        return tuple(found.values())

    def _one(self, name: str, wrong: Any) -> Competency | None:
        if self.by_name is None:
            self.by_name = {}
            rows = Competency.objects.current().select_related("framework")  # type: ignore[attr-defined]
            for competency in rows.defer("description", "alt_labels", "search").order_by("pk"):
                for each in {name.lower() for name in _names(competency)}:
                    self.by_name.setdefault(each, []).append(competency)
        found = self.by_name.get(name.lower(), [])
        if len(found) == 1:
            return found[0]
        if found:
            words = _("Several competencies are called “%(name)s”. Write which one, for example: %(example)s.")
            wrong("competencies", words % {"name": name[:SHOWN_NAME], "example": self._alone(found[0])})
        else:
            wrong("competencies", self._unknown(name))
        return None

    def _alone(self, competency: Competency) -> str:
        """The shortest name that means this one and no other."""
        named = [name for name in _names(competency) if len((self.by_name or {})[name.lower()]) == 1]
        return named[0] if named else competency.name

    def _unknown(self, name: str) -> str:
        """What to do about a name nobody knows; the nearest ones are looked for only so many times."""
        self.asked += 1
        near = get_close_matches(name.lower(), self.by_name or {}, n=3) if self.asked <= NEAREST_FOR else []
        name = name[:SHOWN_NAME]
        if not near:
            return _("No competency is called “%(name)s”. Look it up among the competencies.") % {"name": name}
        names = ", ".join((self.by_name or {})[each][0].name for each in near)
        return _("No competency is called “%(name)s”. Near it: %(near)s.") % {"name": name, "near": names}


def _names(competency: Competency) -> tuple[str, str, str]:
    """What a competency can be called, from the shortest to the one that is its own."""
    name, framework = competency.name, competency.framework
    return name, f"{name} ({framework})", f"{name} ({framework}, {competency.key})"


def _marked(part: str) -> tuple[str, str]:
    """A name without its mark, and what the mark says."""
    for mark, contribution in (
        ("*", Contribution.PRIMARY),
        ("(primary)", Contribution.PRIMARY),
        ("(secondary)", Contribution.SECONDARY),
    ):
        if part.lower().endswith(mark):
            return part[: -len(mark)].strip(), contribution.value
    return part, Contribution.SECONDARY.value

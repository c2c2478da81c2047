"""Who may see and write what: the product's promise, written out by hand, a row an object and a column a person.

R reads it, W writes it, - neither. The asked sponsor was sent a brief and has not answered. The colleague is a rater,
whom the sponsor passed the ask on to, and who was asked to introduce somebody. A line manager's one form has tests of
its own.
Nothing here is derived from the code; tests/test_visibility.py asks the running product for each cell.
"""

ROLES = ("mentee", "mentor", "sponsor", "asked_sponsor", "manager", "colleague", "hr", "administrator")

TABLE = """
object                     mentee mentor sponsor asked_sponsor manager colleague hr administrator
intake                     RW     RW     -       -             -       -         -  -
goals                      RW     RW     -       -             -       -         -  -
learning plan              RW     RW     -       -             -       -         -  -
pipeline                   RW     RW     -       -             -       -         -  -
stretch profile            RW     RW     -       -             -       -         -  -
ranking                    RW     RW     -       -             -       -         -  -
confidence                 RW     R      -       -             -       -         -  -
strain                     RW     R      -       -             -       -         -  -
possible sponsors          RW     RW     -       -             -       -         -  -
stakeholder grid           RW     RW     -       -             -       -         -  -
outreach                   RW     RW     -       -             -       R         -  -
brief not yet endorsed     RW     RW     -       -             -       -         -  -
brief asked about          R      R      -       R             -       -         R  -
charter                    RW     RW     R       -             -       -         R  -
milestones                 RW     RW     R       -             -       -         R  -
saved plan of mentee       RW     -      -       -             -       -         -  -
saved plan offered         -      RW     -       -             -       -         R  R
saved plan of everybody    R      R      R       R             R       R         RW RW
scope changes              RW     R      RW      -             -       -         -  -
measurements               RW     RW     R       -             -       -         -  -
ask                        R      R      RW      -             -       RW        -  -
check-ins with the sponsor RW     RW     RW      -             -       -         -  -
hand-over note             R      R      -       R             -       -         -  -
check-ins of the two       RW     RW     -       -             -       -         -  -
agenda                     RW     RW     -       -             -       -         -  -
what to do about the load  RW     RW     -       -             -       -         -  -
status set by hand         RW     RW     R       -             -       -         R  -
decisions                  RW     RW     R       -             -       -         -  -
setback not shared         RW     R      -       -             -       -         -  -
setback shared             RW     R      R       -             -       -         -  -
lesson of a setback        RW     R      -       -             -       -         -  -
reflection                 RW     -      -       -             -       -         -  -
line of a reflection       RW     R      -       -             -       -         -  -
reflection shown           RW     R      -       -             -       -         -  -
evidence not shared        RW     R      -       -             -       -         -  -
draft of evidence          RW     -      -       -             -       -         -  -
word on evidence           R      RW     -       -             -       -         -  -
word on shared evidence    R      RW     R       -             -       -         -  -
evidence shared            RW     R      R       -             -       -         -  -
feedback by name           R      R      -       -             R       -         -  -
feedback passed on         R      R      R       -             R       -         -  -
feedback in confidence     R      R      -       -             -       -         R  -
feedback of fewer than 3   -      -      -       -             R       -         -  -
draft of feedback          -      -      -       -             -       RW        -  -
draft rating of mentee     RW     -      -       -             -       -         -  -
draft rating of mentor     -      RW     -       -             -       -         -  -
draft rating of sponsor    -      -      RW      -             -       -         -  -
draft rating of colleague  -      -      -       -             -       RW        -  -
draft rating of outsider   -      -      -       -             -       -         -  -
rating in calibration      -      R      R       -             -       -         R  -
final rating of mentor     R      R      -       -             -       -         R  -
final rating shared        R      R      R       -             -       -         R  -
outcome of a closing       R      R      R       -             -       -         -  -
lesson kept to oneself     R      -      -       -             -       -         -  -
lesson for the mentor      R      R      -       -             -       -         -  -
plan after a closing       R      R      -       -             -       -         -  -
draft of a closing         RW     -      -       -             -       -         -  -
programme view             -      -      -       -             -       -         R  -
narrative not yet shown    RW     -      -       -             -       -         -  -
narrative in a packet      R      R      -       -             -       -         R  -
evidence shared at review  RW     R      -       -             -       -         R  -
statement to a packet      RW     R      -       -             -       -         R  -
letter being written       -      RW     -       -             -       -         -  -
letter to be approved      R      RW     -       -             -       -         -  -
signed letter              R      R      -       -             -       -         R  -
signed letter shared       R      R      R       -             -       -         R  -
case study being written   RW     -      -       -             -       -         -  -
issued case study          R      R      -       -             -       -         R  -
growth record              R      -      -       -             -       -         -  -
addendum to a packet       RW     RW     -       -             -       -         RW -
feedback shown at review   R      R      -       -             -       -         R  -
learned from shared piece  R      R      -       -             -       -         -  -
narrative in one shared    R      R      R       -             -       -         R  -
evidence in one shared     R      R      -       -             -       -         R  -
statement to one shared    R      R      R       -             -       -         R  -
addendum to one shared     R      R      -       -             -       -         R  -
"""


def cells() -> list[tuple[str, str, str]]:
    """Object, person and what the table says, one for each cell."""
    head, *rows = (line for line in TABLE.strip().splitlines() if line.strip())
    roles = head.split()[1:]
    found = []
    for row in rows:
        words = row.split()
        name, marks = " ".join(words[: -len(roles)]), words[-len(roles) :]
        found += [(name, role, mark) for role, mark in zip(roles, marks, strict=True)]
    return found

"""Who gets in where, and with what answer: sixty sentences written by hand from what the product is for.

Nothing here is derived from the code or from the table of addresses. `done` and `reads` are answers of one's own,
`hidden` is the answer that a place which does not exist would give, `refused` is said to somebody who sees the thing
but may not do this with it, `sign in` leads to the door.
"""

TABLE = """
person         act                                      answer
mentee         reads the kept conversation              reads
mentor         reads the kept conversation              reads
sponsor        reads the kept conversation              hidden
hr             reads the kept conversation              hidden
administrator  reads the kept conversation              hidden
manager        reads the goal                           hidden
other_mentee   reads the goal                           hidden
other_mentor   changes the goal                         hidden
mentor         settles the goal                         done
sponsor        opens the pipeline                       hidden
hr             opens the ranking                        hidden
asked_sponsor  reads the brief asked about              reads
hr             reads the brief asked about              reads
manager        reads the brief asked about              hidden
sponsor        reads the brief asked about              hidden
asked_sponsor  opens the pipeline                       hidden
mentee         endorses their own brief                 refused
mentor         endorses the mentee's brief              done
stranger       endorses the mentee's brief              hidden
mentee         says yes in the sponsor's place          refused
asked_sponsor  says yes to sponsor                      done
other_sponsor  says yes to sponsor                      hidden
sponsor        reads the charter                        reads
hr             reads the charter                        reads
manager        reads the charter                        hidden
manager        opens the form for hours and cover       reads
other_mentor   opens the form for hours and cover       hidden
sponsor        reads the milestones                     reads
sponsor        adds a milestone                         refused
administrator  reads the milestones                     hidden
sponsor        reads a check-in of the two              hidden
hr             reads a check-in of the two              hidden
mentee         acknowledges their own answers           refused
mentor         acknowledges the mentee's answers        done
mentor         reads the reflection kept private        hidden
administrator  reads the reflection kept private        hidden
hr             reads the reflection kept private        hidden
sponsor        reads the evidence not shared            hidden
sponsor        fetches a file of evidence not shared    hidden
mentee         fetches a file of evidence not shared    reads
stranger       fetches a file of evidence not shared    hidden
mentee         verifies their own evidence              refused
mentor         shares the evidence in the mentee's place refused
mentee         shares the evidence                      done
mentee         answers the ask in the sponsor's place   refused
other_sponsor  answers the ask                          hidden
mentee         opens the mentor's draft rating          hidden
hr             opens the mentor's draft rating          hidden
mentor         opens their own draft rating             reads
sponsor        states something to the packet           hidden
hr             reads the packet                         reads
sponsor        reads the packet                         hidden
hr             fetches the export                       asked who they are
mentor         fetches the export                       hidden
administrator  fetches the export                       hidden
hr             opens the report on equity               refused
analyst        opens the report on equity               reads
hr             gives somebody a role                    refused
deactivated    reads the goal                           sign in
signed_out     reads the kept conversation              sign in
"""


def sentences() -> list[tuple[str, str, str]]:
    """Person, act and answer of each line."""
    head, *lines = TABLE.strip().splitlines()
    answers = ("asked who they are", "sign in", "hidden", "refused", "reads", "done")
    assert head.split() == ["person", "act", "answer"]
    found = []
    for line in lines:
        person, rest = line.split(maxsplit=1)
        answer = next(each for each in answers if rest.endswith(f" {each}"))
        found.append((person, rest.removesuffix(answer).strip(), answer))
    return found

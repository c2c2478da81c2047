"""What the keeping of records itself holds about people."""

from __future__ import annotations

from stretchhub.personal import Own, Personal

PERSONAL = Personal(
    holdings=(),
    own=(Own("erasures", "keeping.ErasureRequest", ("person",), hide=("files", "counts")),),
    not_personal={"keeping.LetGo": "how much was let go of"},
    stays={"keeping.ErasureRequest": "a rule of law that is named, never a person"},
)

"""A column that holds a document as compressed JSON: for what is written whole, read whole and never searched."""

from __future__ import annotations

from typing import Any

import orjson
from django.db import models
from isal import isal_zlib as zlib

# Words of a page become a fifth, in less time than PostgreSQL takes to store them whole; any zlib reads it. ISA-L
# compresses at level 0 already; at 1 it makes a sixth of them in two thirds more time.
LEVEL = 0


def pack(value: Any) -> bytes:
    """Days, moments, codes and dataclasses are written as JSON has them; moments in UTC."""
    return zlib.compress(orjson.dumps(value, option=orjson.OPT_UTC_Z), LEVEL)


def unpack(packed: bytes | memoryview) -> Any:
    return orjson.loads(zlib.decompress(packed))


class PackedField(models.BinaryField):
    """Is given a document, or one that is packed already, and always gives the document."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        packed = value if isinstance(value, bytes) or value is None else pack(value)
        return super().get_db_prep_value(packed, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else unpack(value)

    def get_default(self) -> Any:
        return self._get_default()

    def value_to_string(self, obj: Any) -> str:
        return orjson.dumps(self.value_from_object(obj)).decode()

    def to_python(self, value: Any) -> Any:
        return orjson.loads(value) if isinstance(value, str) else value

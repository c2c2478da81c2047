"""A form with a file, written as a hostile sender would: nothing about the name is put right."""

from __future__ import annotations

from urllib.parse import quote
from uuid import uuid4

BOUNDARY = "abuseabuseabuse"


def multipart(name: str, content: bytes, **fields: str) -> tuple[bytes, str]:
    """The body and its content type; a name that cannot stand in a header is sent as RFC 5987 says."""
    plain = name.isprintable() and '"' not in name and "\\" not in name
    filename = f'filename="{name}"' if plain else f"filename*=utf-8''{quote(name, safe='')}"
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in {"key": uuid4().hex, **fields}.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; {filename}\r\nContent-Type: image/png\r\n\r\n'
    return b"".join([*parts, head.encode(), content, f"\r\n--{BOUNDARY}--\r\n".encode()]), (
        f"multipart/form-data; boundary={BOUNDARY}"
    )

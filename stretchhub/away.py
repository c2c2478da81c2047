"""Whether what went wrong is that something StretchHub stands on was away: its database, or room on its disk.

Nothing is wrong with the request then, and the same will work in a while.
"""

from __future__ import annotations

import errno
import sqlite3

from django.db import InterfaceError, InternalError, OperationalError

# No room, no right to write, or a disk that is broken.
DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.EMFILE}
SQLITE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
}
# PostgreSQL takes no writes, as one that is about to take over from another.
READ_ONLY = "25006"


def is_away(error: BaseException | None) -> bool:
    """True of an error that the surroundings made; a fault of the program, or of what was asked, is False."""
    if isinstance(error, OSError):
        return error.errno in DISK
    if isinstance(error, InternalError):
        return getattr(error.__cause__, "sqlstate", None) == READ_ONLY
    if isinstance(error, OperationalError):
        # SQLite says in the same words of a table that is not there that something could not be done.
        code = getattr(error.__cause__, "sqlite_errorcode", None)
        return code is None or code & 0xFF in SQLITE
    return isinstance(error, InterfaceError)

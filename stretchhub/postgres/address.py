"""Where PostgreSQL is: the address of one server, or of several of which one takes what is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from django.core.exceptions import ImproperlyConfigured

SHAPE = re.compile(
    r"postgres(?:ql)?://(?:(?P<who>[^/?#]*)@)?(?P<hosts>[^/?#@]*)"
    r"(?P<rest>/+(?P<name>[^?#]*[^?#/])/*(?:\?(?P<query>[^#]*))?(?:#.*)?)",
    re.IGNORECASE,
)
# The colons of an IPv6 address stand in brackets.
HOST = re.compile(r"\[(?P<six>[^\[\]]+)\](?::(?P<six_port>.*))?|(?P<host>[^\[\]:]*)(?::(?P<port>[^:]*))?")
USUAL_PORT, LAST_PORT = "5432", 65535
# What libpq calls a server that takes what is written.
WRITING = ("read-write", "primary")
# A server that is lost with its machine says nothing any more. In seconds, and the last in milliseconds: so long until
# whoever waits for its answer, or for it to answer at all, gives it up and asks the next.
SEVERAL = {
    "target_session_attrs": "read-write",
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
# One that only lightens the load of another is never waited for long; its connections are told by their name.
REPLICA = {
    **SEVERAL,
    "target_session_attrs": "standby",
    "connect_timeout": 2,
    "tcp_user_timeout": 5000,
    "application_name": "stretchhub-replica",
}
REPLICA_READS = " -c default_transaction_read_only=on"
# In milliseconds, for each statement there: one that has stopped behind a lock is as good as away.
REPLICA_WITHIN = 2000
REPLICA_IN_TIME = f" -c lock_timeout={REPLICA_WITHIN} -c statement_timeout={REPLICA_WITHIN}"


@dataclass(frozen=True)
class Address:
    """`hosts` and `ports` as libpq wants them, with commas between several; the rest of its settings in `options`."""

    hosts: str
    ports: str
    name: str
    user: str
    password: str
    options: dict[str, str]

    @property
    def several(self) -> bool:
        return "," in self.hosts


def read(url: str, variable: str = "DATABASE_URL") -> Address:
    """Take it apart; an error names the variable and what is wrong, never the password.

    Nor what stands where a host or port is looked for: a password is there when the @ behind it is left out.
    """
    found = SHAPE.fullmatch(url.strip())
    if not found:
        raise ImproperlyConfigured(f"{variable} must look like postgresql://user:password@host:5432/name.")
    if "@" in found["rest"]:
        # Cut short at a / of the password, what is before it would be the host.
        raise ImproperlyConfigured(
            f"{variable}: write a / in the password as %2F, or put the password into DATABASE_PASSWORD;"
            " an @ after the host is %40."
        )
    user, _colon, password = (found["who"] or "").partition(":")
    options = dict(parse_qsl(found["query"] or ""))
    places = [_place(each, f"{variable}: host {at}") for at, each in enumerate(found["hosts"].split(","), 1)]
    hosts, ports = [host for host, _port in places], [port for _host, port in places]
    if "host" in options:
        hosts = options.pop("host").split(",")
        ports = list(filter(None, ports)) or [""]
    if not any(ports):
        ports = options.pop("port", "").split(",")
    # As with libpq: one port stands for all hosts.
    ports = ports * len(hosts) if len(ports) == 1 else ports
    _require_fit(hosts, ports, variable)
    ports = [port or USUAL_PORT for port in ports] if len(hosts) > 1 else ports
    return Address(",".join(hosts), ",".join(ports), unquote(found["name"]), unquote(user), unquote(password), options)


def _place(words: str, which: str) -> tuple[str, str]:
    found = HOST.fullmatch(words)
    if not found:
        raise ImproperlyConfigured(f"{which} is no host with a port; an IPv6 address stands in [ ].")
    return unquote(found["six"] or found["host"] or ""), found["six_port"] or found["port"] or ""


def _require_fit(hosts: list[str], ports: list[str], variable: str) -> None:
    if len(hosts) > 1 and not all(hosts):
        raise ImproperlyConfigured(f"{variable}: between two commas a host is missing.")
    if len(ports) != len(hosts):
        raise ImproperlyConfigured(f"{variable} names {len(hosts)} hosts and {len(ports)} ports.")
    for at, port in enumerate(ports, 1):
        if port and not (port.isdecimal() and 0 < int(port) <= LAST_PORT):
            raise ImproperlyConfigured(f"{variable}: the port of host {at} must be a number from 1 to {LAST_PORT}.")


def require_writing(address: Address, variable: str = "DATABASE_URL") -> None:
    """Refuse to look for a server to which nothing can be written."""
    wanted = address.options.get("target_session_attrs", WRITING[0])
    fit = WRITING if address.several else (*WRITING, "any")
    if wanted not in fit:
        raise ImproperlyConfigured(
            f"{variable}: target_session_attrs must be {' or '.join(fit)}, as StretchHub writes; it is “{wanted}”."
        )

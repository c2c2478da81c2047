"""Lines of managers: who reports to whom, and where such a line bites its own tail."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def loops(nodes: Iterable[Node], manager_of: Callable[[Node], Node | None]) -> list[list[Node]]:
    """Each loop that these people's lines of managers run into, once, in the order of reporting."""
    found: list[list[Node]] = []
    done: set[Node] = set()
    for start in nodes:
        path: dict[Node, int] = {}
        node: Node | None = start
        while node is not None and node not in done and node not in path:
            path[node] = len(path)
            node = manager_of(node)
        if node is not None and node in path:
            found.append(list(path)[path[node] :])
        done.update(path)
    return found

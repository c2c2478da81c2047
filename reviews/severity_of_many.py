"""How mild or strict raters are, for a whole programme at once: the same least squares as in `reviews.severity`.

There a rater is a row of a full table; here the table is never written down, so a million ratings are a few numbers
each. Raters, units and mentees come as numbers from 0 on.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .severity import SHRINKAGE, Severity, told

Numbers = Sequence[int] | array
# Far below what is printed, in so many steps at the most.
CLOSE, STEPS = 1e-9, 2000


def estimate_many(raters: Numbers, units: Numbers, mentees: Numbers, levels: Numbers) -> Mapping[int, Severity]:
    """The severity of everybody who rated something that somebody else rated too, by number."""
    who, what, whose = (np.asarray(each, dtype=np.int64) for each in (raters, units, mentees))
    level = np.asarray(levels, dtype=float)
    if not len(who):
        return {}
    shared = np.bincount(what)[what] > 1
    who, what, whose, level = who[shared], what[shared], whose[shared], level[shared]
    if not len(who):
        return {}
    known, rater = np.unique(who, return_inverse=True)
    _units, unit = np.unique(what, return_inverse=True)
    raw = _solved(rater, unit, level)
    ratings = np.bincount(rater)
    pairs = np.unique(np.stack([rater, whose]), axis=1)
    people = np.bincount(pairs[0], minlength=len(known))
    return {
        int(number): told(float(raw[at]), int(ratings[at]), int(people[at]), SHRINKAGE)
        for at, number in enumerate(known)
    }


def _solved(rater: Any, unit: Any, level: Any) -> Any:
    """The raw estimates; among raters who are joined by units they add up to nothing."""
    from scipy import sparse  # noqa: PLC0415 (takes longer to load than most commands run)
    from scipy.sparse import csgraph, linalg  # noqa: PLC0415 (takes longer to load than most commands run)

    count = np.bincount(unit).astype(float)
    rated = sparse.csr_matrix(sparse.coo_matrix((np.ones(len(rater)), (unit, rater))))
    means = np.bincount(unit, weights=level) / count
    # Levels less the mean of their unit know nothing of the unit any more: what is left is the raters' doing.
    pull = np.bincount(rater, weights=level - means[unit])
    own = np.bincount(rater).astype(float)
    shares = sparse.diags(1 / count)

    def laplacian(guess: Any) -> Any:
        return own * guess - rated.T @ (shares @ (rated @ guess))

    size = len(own)
    solver = linalg.LinearOperator((size, size), matvec=laplacian)
    found, _steps = linalg.cg(solver, pull, rtol=CLOSE, atol=CLOSE, maxiter=STEPS)
    _groups, group = csgraph.connected_components(rated.T @ rated, directed=False)
    middle = np.bincount(group, weights=found) / np.bincount(group)
    return found - middle[group]

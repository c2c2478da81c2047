"""One part of the process tree: `python -m stretchhub.part PARENT MODULE ARGUMENT…`.

Runs a module and ends it, with all it started, as soon as the process PARENT is gone, however
that happened.
"""

import runpy
import sys
import warnings

from stretchhub import tether

if __name__ == "__main__":
    parent, module = int(sys.argv[1]), sys.argv[2]
    sys.argv = sys.argv[2:]
    tether.tie(parent)
    # Whoever starts everything on one machine as root has chosen so.
    warnings.filterwarnings("ignore", message="You're running the worker with superuser privileges")
    runpy.run_module(module, run_name="__main__", alter_sys=True)

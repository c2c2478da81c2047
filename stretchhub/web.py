"""How gunicorn serves StretchHub: `gunicorn --config python:stretchhub.web`."""

import os
import shutil
import sys
import tempfile

from stretchhub import env, logs, tether

wsgi_app = "stretchhub.wsgi:application"
bind = f"{env.text('HOST', '127.0.0.1')}:{env.number('PORT', 8000)}"
worker_class = "gthread"
workers = env.number("WEB_PROCESSES", 2)
threads = env.number("WEB_THREADS", 4)
preload_app = True
# Its default place is the home folder, which a service may not have.
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
graceful_timeout = env.number("WEB_STOP_SECONDS", 25)
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
accesslog = None
loglevel = "warning"
logconfig_dict = logs.config(env.text("LOG_LEVEL", "INFO").upper(), env.text("LOG_FORMAT", "text"), sys.stderr)
forwarded_allow_ips = env.text("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")

# Where the processes put down what each has measured, so that any of them can add it up.
measured = ""
if env.text("METRICS_TOKEN"):
    measured = os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="stretchhub-measured-")


def on_exit(server) -> None:
    if measured:
        shutil.rmtree(measured, ignore_errors=True)


def post_fork(server, worker) -> None:
    """A worker must not outlive a server that was killed."""
    tether.die_with_parent()

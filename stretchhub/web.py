"""How gunicorn serves StretchHub: `gunicorn --config python:stretchhub.web`."""

import os

from stretchhub import env, tether

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
forwarded_allow_ips = env.text("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")


def post_fork(server, worker) -> None:
    """A worker must not outlive a server that was killed."""
    tether.die_with_parent()

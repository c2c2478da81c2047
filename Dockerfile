# syntax=docker/dockerfile:1
FROM python:3.13-slim-trixie AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
WORKDIR /app
COPY requirements-s3.txt ./
RUN /opt/venv/bin/pip install --require-hashes -r requirements-s3.txt
COPY manage.py ./
COPY stretchhub stretchhub
COPY assignments assignments
COPY reviews reviews
COPY sponsors sponsors
COPY templates templates
COPY static static
ENV PATH=/opt/venv/bin:$PATH STATIC_DIR=/app/staticfiles
RUN DATA_DIR=/tmp/build python manage.py collectstatic --noinput --verbosity 0 \
    && python -m compileall -q stretchhub assignments reviews sponsors

FROM python:3.13-slim-trixie
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 PORT=8000 DATA_DIR=/data STATIC_DIR=/app/staticfiles
# pg_dump and pg_restore, for backups: Debian trixie has those of the server in docker-compose.yml.
RUN apt-get update && apt-get install --yes --no-install-recommends postgresql-client-17 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin stretchhub \
    && install -d -o 10001 -g 10001 -m 0700 /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=60s CMD ["python", "-m", "stretchhub.probe"]
CMD ["gunicorn", "--config", "python:stretchhub.web"]

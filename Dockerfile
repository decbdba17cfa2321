# One image for web, worker, scheduler and migrations; what it does is its command. `docker compose up` builds it.

# --- styles, scripts and typefaces ---
FROM node:20.19.4-bookworm-slim AS front-end
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-audit --no-fund --loglevel=error
COPY static static
RUN npm run build --silent

# --- libraries, exactly the pinned ones ---
FROM python:3.11.13-slim-bookworm AS libraries
COPY requirements.txt .
RUN python -m venv /opt/portal \
    && /opt/portal/bin/pip install --no-cache-dir --disable-pip-version-check \
        --require-hashes --only-binary :all: -r requirements.txt

# --- what runs ---
FROM python:3.11.13-slim-bookworm
ENV PATH=/opt/portal/bin:$PATH \
    LANG=C.UTF-8 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
# pg_dump and pg_restore, of the server's version, for the commands `backup` and `restore_drill`.
RUN apt-get update -q \
    && apt-get install -y -q --no-install-recommends postgresql-client-15 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --no-create-home portal
COPY --from=libraries /opt/portal /opt/portal
WORKDIR /app
COPY . .
COPY --from=front-end /build/static/build static/build
# The demo's settings serve this one step, which opens no database. The folders are the only ones the portal writes to.
RUN PORTAL_DEMO=1 python manage.py collectstatic --no-input --verbosity 0 \
    && mkdir -p var/files /backups \
    && chown -R portal:portal var/files /backups
USER portal
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["python", "docker/healthy.py", "web"]
CMD ["gunicorn", "portal.wsgi", "--bind", "0.0.0.0:8000", "--timeout", "60", "--no-control-socket"]

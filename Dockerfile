# Plumier's image: the web, the workers and the clock. docker-compose.yml says which command is which.
# The Python that the tests run on.
ARG PYTHON=3.11

FROM python:${PYTHON}-slim-bookworm AS packages
COPY requirements/base.txt /tmp/
RUN python -m venv --without-pip /opt/plumier \
    && pip --python /opt/plumier/bin/python install --no-cache-dir --disable-pip-version-check \
        --root-user-action=ignore --require-hashes --no-deps -r /tmp/base.txt

FROM python:${PYTHON}-slim-bookworm
ENV PATH=/opt/plumier/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data \
    PORT=8000
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /app --shell /usr/sbin/nologin plumier \
    && install --directory --owner=plumier --group=plumier --mode=700 /data
COPY --from=packages /opt/plumier /opt/plumier
WORKDIR /app
COPY . .
# The key signs nothing: it only says that this is no trial, whose files would be served uncompressed.
RUN SECRET_KEY=none python manage.py collectstatic --noinput --verbosity 0 \
    && python -m compileall -q .
USER plumier
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-m", "config.probe", "web"]
CMD ["gunicorn", "config.wsgi", "--workers", "2", "--threads", "8", "--preload", "--no-control-socket", \
     "--worker-tmp-dir", "/dev/shm", "--log-level", "warning"]

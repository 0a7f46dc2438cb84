# syntax=docker/dockerfile:1
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY pyproject.toml README.md ./
COPY venue venue
COPY signaling signaling
COPY streaming streaming
COPY web web
COPY rotunda rotunda
RUN python -m venv /opt/rotunda && /opt/rotunda/bin/pip install --no-cache-dir .

FROM python:3.11-slim-bookworm
# All codecs, fonts and the embedded store come with the wheels; nothing else is installed.
COPY --from=build /opt/rotunda /opt/rotunda
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin rotunda \
    && install -d -o rotunda -g rotunda -m 0700 /data
USER rotunda
ENV PATH=/opt/rotunda/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ROTUNDA_DATA=/data \
    ROTUNDA_HOST=0.0.0.0 \
    ROTUNDA_PORT=8080
VOLUME /data
EXPOSE 8080/tcp 40000-40099/udp
# Answers 503 with the reason until store, streaming and disk are ready.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['ROTUNDA_PORT'] + '/readyz', timeout=2)"]
STOPSIGNAL SIGTERM
CMD ["rotunda", "serve"]

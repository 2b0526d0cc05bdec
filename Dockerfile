# syntax=docker/dockerfile:1
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY requirements/ requirements/
RUN python -m venv /opt/build && /opt/build/bin/pip install --no-cache-dir --require-hashes -r requirements/uv.txt \
 && python -m venv /opt/circulo && /opt/build/bin/uv pip install --python /opt/circulo/bin/python --no-cache --compile-bytecode --require-hashes -r requirements/runtime.txt \
 && /opt/build/bin/uv pip install --python /opt/build/bin/python --no-cache --require-hashes -r requirements/runtime.txt -r requirements/build.txt
COPY . .
RUN /opt/build/bin/python static/build.py && /opt/build/bin/python -m nps_platform.lib.catalogues compile \
 && DATA_DIR=/tmp/build /opt/circulo/bin/python manage.py collectstatic --noinput && mkdir -p /app/collected && cp -r /tmp/build/static/. /app/collected/ \
 && rm -rf node_modules /tmp/build && /opt/circulo/bin/python -m compileall -q /app

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /app circulo && mkdir -p /var/lib/circulo && chown circulo /var/lib/circulo
COPY --from=build /opt/circulo /opt/circulo
COPY --from=build /app /app
WORKDIR /app
USER circulo
ENV PATH=/opt/circulo/bin:$PATH PYTHONUNBUFFERED=1 DATA_DIR=/var/lib/circulo STATIC_ROOT=/app/collected HOST=0.0.0.0
VOLUME /var/lib/circulo
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["gunicorn", "-c", "python:nps_platform.gunicorn", "nps_platform.wsgi:application"]

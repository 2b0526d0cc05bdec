# Círculo. A fresh machine needs Python 3.11 and make; everything else is fetched by name, with hashes, into .venv and node_modules.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
DATA_DIR ?= var
PY = .venv/bin/python
UV = .venv/bin/uv pip
export HOST PORT DATA_DIR

.PHONY: demo demo-reset test check bench production-check browser-test assets messages locks help
.DEFAULT_GOAL := help

help: ## What can be done here
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 20

.venv/.made: requirements/uv.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Círculo needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

.venv/.runtime: .venv/.made requirements/runtime.txt requirements/build.txt
	$(UV) install --quiet --require-hashes -r requirements/runtime.txt -r requirements/build.txt
	@touch $@

.venv/.dev: .venv/.runtime requirements/dev.txt
	$(UV) install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

assets: .venv/.runtime ## Build style sheet, scripts and translations (quick when nothing changed)
	@$(PY) static/build.py
	@$(PY) -m nps_platform.lib.catalogues compile

demo: assets ## Everything, with a demo organisation, in the foreground
	@DEMO=1 $(PY) manage.py demo

demo-reset: .venv/.runtime ## Throw the demo's data away
	@DEMO=1 $(PY) manage.py demo_reset

test: .venv/.dev assets ## The whole suite (DATABASE_URL and REDIS_URL choose the engines)
	$(PY) -m pytest -n auto --dist loadgroup $(ARGS)

browser-test: .venv/.dev assets ## Only what needs Chromium
	$(PY) -m pytest -m browser $(ARGS)

check: .venv/.dev assets ## Lint, types, import contracts, templates, translations, migrations, deployment settings
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/djade --check $$(git ls-files 'templates/*.html')
	.venv/bin/lint-imports
	.venv/bin/mypy manage.py nps_platform surveys responses closeloop dashboards tests benchmarks
	$(PY) -m nps_platform.lib.catalogues check
	$(PY) manage.py makemigrations --check --dry-run
	BASE_URL=https://circulo.example SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(60))') EMAIL_URL=smtp://localhost:25 \
		$(PY) manage.py check --deploy --fail-level WARNING

bench: .venv/.dev assets ## Benchmarks: ratios to a named peer, interleaved
	$(PY) -m benchmarks

production-check: .venv/.dev assets ## The production form as processes, driven through a browser
	$(PY) -m tests.production

messages: .venv/.dev ## Collect texts into locale/
	$(PY) -m nps_platform.lib.catalogues update

locks: .venv/.made ## Resolve requirements/*.in again
	$(UV) compile --quiet --universal --python-version 3.11 --generate-hashes --no-header requirements/uv.in -o requirements/uv.txt
	$(UV) compile --quiet --universal --python-version 3.11 --generate-hashes --no-header requirements/runtime.in -o requirements/runtime.txt
	$(UV) compile --quiet --universal --python-version 3.11 --generate-hashes --no-header requirements/build.in -c requirements/runtime.txt -o requirements/build.txt
	$(UV) compile --quiet --universal --python-version 3.11 --generate-hashes --no-header requirements/dev.in -c requirements/runtime.txt -c requirements/build.txt -o requirements/dev.txt

# Storecast's commands. `make demo` and `make test` need only Python 3.11+ and make.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTEST := $(BIN)/pytest
WEB_SOURCES := $(shell find web -name node_modules -prune -o -name dist -prune -o -type f -print 2>/dev/null)
WEB := $(if $(wildcard web/package.json),web/dist/.built)
PEER_PACKAGES := $(patsubst %/package.json,%/node_modules/.package-lock.json,$(wildcard tests/peers/*/package.json))
# The machine's Node where it is new enough, else the one in the virtual environment.
NODE := PATH="$$($(BIN)/python scripts/node_path.py):$$PATH"

.PHONY: help setup web run demo test peers bench soak check format routes lock new-domain new-migration clean

help:
	@echo 'make demo              set up and start the platform with a live demo show'
	@echo 'make run               set up and start the platform; data in ./data'
	@echo 'make test              set up and pass all tests'
	@echo 'make bench             measure against limits and peers (docs/benchmarks.md); takes a quarter of an hour'
	@echo 'make soak              a long show, and long campaigns of the property tests; takes hours (SOAK_MINUTES=60)'
	@echo 'make check             format, lint, types, import layers, events the pages know, web pages'
	@echo 'make format            format the code and mend what lint can mend'
	@echo 'make setup             only set up: .venv and the built web pages'
	@echo 'make routes            every operation: path, domain, file and line'
	@echo 'make new-domain NAME=x start a domain'
	@echo 'make new-migration NAME=x start a migration from what the models changed'
	@echo 'make lock              compile requirements/*.in to locked *.txt'
	@echo 'make clean             remove what setup made; ./data stays'

setup: $(READY) $(WEB)

$(BIN)/uv: requirements/uv.txt
	@python=""; \
	for name in $${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do \
	  if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$name; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "Storecast needs Python 3.11 or newer; found: $$(python3 --version 2>&1 || true). Name one with PYTHON=/path/to/python3" >&2; exit 1; \
	fi; \
	if [ ! -x $(BIN)/python ]; then \
	  "$$python" -m venv $(VENV) || { rm -rf $(VENV); echo "Python has no venv module; on Debian: apt-get install python3-venv" >&2; exit 1; }; \
	fi
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

$(READY): $(BIN)/uv requirements/dev.txt pyproject.toml
	@echo 'Setting up Python packages'
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes --no-deps -r requirements/dev.txt
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation --no-index -e .
	@touch $@

web: $(WEB)

web/node_modules/.package-lock.json: web/package.json web/package-lock.json $(READY)
	@echo 'Setting up web packages'
	@cd web && PATH="$$(../$(BIN)/python ../scripts/node_path.py):$$PATH" npm ci --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/.built: $(WEB_SOURCES) web/node_modules/.package-lock.json
	@echo 'Building the web pages'
	@$(NODE) npm --prefix web run --silent build -- --logLevel warn
	@touch $@

run: setup
	@exec $(BIN)/storecast run

demo: setup
	@exec $(BIN)/storecast demo

test: setup peers
	@$(PYTEST) -n 4 --dist worksteal -rs $(ARGS)

# Programs the tests hold Storecast against. Without them those tests are skipped, and the summary says so.
peers: $(PEER_PACKAGES)
	@missing=""; can=$$([ "$$(id -u)" = 0 ] && command -v apt-get || true); \
	known() { apt-cache show $$1 >/dev/null 2>&1; }; \
	command -v chromium-headless-shell >/dev/null \
	  || { command -v chromium >/dev/null && { [ -z "$$can" ] || ! known chromium-headless-shell; }; } \
	  || missing="$$missing chromium-headless-shell"; \
	command -v ffmpeg >/dev/null || missing="$$missing ffmpeg"; \
	command -v wrk >/dev/null || missing="$$missing wrk"; \
	command -v jq >/dev/null || missing="$$missing jq"; \
	command -v openssl >/dev/null || missing="$$missing openssl"; \
	command -v valkey-server >/dev/null || command -v redis-server >/dev/null || missing="$$missing redis-server"; \
	ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1 || missing="$$missing faketime"; \
	for module in rtmp stream; do \
	  [ -e /usr/lib/nginx/modules/ngx_$${module}_module.so ] || missing="$$missing nginx libnginx-mod-$$module"; \
	done; \
	if [ -n "$$missing" ]; then \
	  if [ -n "$$can" ]; then \
	    echo "Installing test peers:$$missing"; \
	    { apt-get -qq update && { known chromium-headless-shell || missing="$${missing/-headless-shell}"; } \
	      && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $$missing >/dev/null; } \
	      || echo "Could not install$$missing: tests that need them are skipped"; \
	  else echo "Not installed:$$missing: tests that need them are skipped"; fi; \
	fi

bench: setup peers
	@$(NODE) $(BIN)/python -m benchmarks

soak: setup peers
	@$(BIN)/pytest -n 2 -rs -m 'soak or hypothesis' --hypothesis-profile campaign --timeout 36000 $(ARGS)

tests/peers/%/node_modules/.package-lock.json: tests/peers/%/package.json tests/peers/%/package-lock.json $(READY)
	@echo 'Installing test peer: $*'
	@node=$$($(BIN)/python scripts/node_path.py); \
	cd tests/peers/$* && PATH="$$node:$$PATH" npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.package-lock.json \
	  || echo 'Could not install $*: tests that need it are skipped'

check: $(READY) $(if $(WEB),web/node_modules/.package-lock.json)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
ifneq ($(WEB),)
	@$(BIN)/storecast events | cmp -s - web/src/client/events.ts || { \
	  echo 'The pages know other events than the server tells. Make their types anew:' >&2; \
	  echo '  .venv/bin/storecast events > web/src/client/events.ts' >&2; exit 1; }
	@$(NODE) npm --prefix web run --silent check
endif

format: $(READY)
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

routes: $(READY)
	@$(BIN)/storecast routes

new-domain: $(READY)
	@$(BIN)/python scripts/new_domain.py '$(NAME)'

new-migration: $(READY)
	@$(BIN)/python scripts/new_migration.py '$(NAME)'

lock: $(BIN)/uv
	@for set in uv run dev; do \
	  $(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-annotate --no-header \
	    --override requirements/overrides.txt \
	    --python-version 3.11 --universal requirements/$$set.in -o requirements/$$set.txt; \
	done

clean:
	@rm -rf $(VENV) web/node_modules web/dist

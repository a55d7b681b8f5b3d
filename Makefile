# Every target does its own set-up: a virtual environment in .venv with the locked dependencies.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test check bench chaos lock clean

run: .venv/run.stamp
	$(BIN)/goalward demo

test: .venv/dev.stamp browser
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal

check: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_imports.py

bench: .venv/dev.stamp
	$(BIN)/python -m tests.bench

chaos: .venv/dev.stamp
	$(BIN)/python -m pytest -m chaos --timeout=3000 tests/chaos

.PHONY: browser
browser: .venv/dev.stamp
	@$(BIN)/python -m tests.peers.browser

.venv/run.stamp: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Goalward needs Python 3.11 or newer; set PYTHON=… to one.")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { rm -rf .venv; echo "The venv module is missing: install python3-venv (or python3-virtualenv)." >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	@touch $@

# Needs `uv`; the files name versions and hashes, never an address.
LOCK := uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --python-version 3.11 pyproject.toml
lock:
	$(LOCK) --group build --output-file requirements.lock
	$(LOCK) --group build --group dev --output-file requirements-dev.lock

clean:
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis bench.json

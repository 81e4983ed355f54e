# Datawall. `make run` opens the dashboard, `make test` checks everything.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8501
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: run test test-llm check fix bench soak lock clean

run: .venv/run.done  ## open the dashboard on 127.0.0.1 with the sample in it
	$(BIN)/datawall app --port $(PORT)

test: .venv/dev.done  ## everything: style, types, import contracts, unit, property, page and browser tests
	$(BIN)/python tests/browser/chromium.py
	$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest -n 2 --dist loadfile --ignore=tests/llm -m "not slow"

test-llm: .venv/llm.done  ## a small language model on this machine, asked as any endpoint is
	$(BIN)/python -m pytest tests/llm

check: .venv/dev.done  ## style, types and import contracts only
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: .venv/dev.done  ## mend what ruff can mend
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .

bench: .venv/dev.done  ## timings against floors, in one run; writes benchmarks/results.md
	$(BIN)/python -m benchmarks

soak: .venv/dev.done  ## slow proofs; the loop under load, faults, budgets and kills; writes benchmarks/soak.md
	$(BIN)/python -m pytest --ignore=tests/llm -m slow
	$(BIN)/python -m benchmarks.loop_soak

lock: .venv/dev.done  ## resolve the lock files anew
	$(BIN)/uv pip compile pyproject.toml --group build --universal --python-version 3.11 \
	    --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	    --quiet -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group build --group dev --universal --python-version 3.11 \
	    --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	    --quiet -c requirements.lock -o requirements-dev.lock
	$(BIN)/uv pip compile --group llm --no-deps --universal --python-version 3.11 \
	    --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	    --quiet -o requirements-llm.lock

clean:  ## remove what the other targets made
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# Installed once per change of the lock, so that a second start takes seconds.
.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv .venv

.venv/run.done: requirements.lock pyproject.toml | .venv/bin/python
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	touch $@

.venv/dev.done: requirements-dev.lock pyproject.toml | .venv/bin/python
	$(PIP) --require-hashes -r requirements-dev.lock
	$(PIP) --no-deps --no-build-isolation -e .
	touch $@ .venv/run.done

.venv/llm.done: requirements-llm.lock .venv/dev.done
	$(PIP) --no-deps --require-hashes -r requirements-llm.lock
	touch $@

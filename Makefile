# Everything a developer types. `make help` lists it; scripts/setup.sh says what an install needs.

BIN := .venv/bin
HOST ?= 127.0.0.1
PORT ?= 8000
DATA ?= ./data

.DEFAULT_GOAL := help
.PHONY: help setup run test faults lint web lint-web format-web test-web web-tools format docs bench lock clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name what; \
		do printf '  make %-11s %s\n' "$$name" "$$what"; done

setup: ## make .venv with everything that run, test and lint need
	@scripts/setup.sh dev

run: ## start the server with a demo on http://127.0.0.1:8000, its data in ./data (HOST, PORT, DATA)
	@scripts/setup.sh run
	@exec $(BIN)/punchlist serve --demo --host $(HOST) --port $(PORT) --data-dir $(DATA)

test: setup ## run all tests, on a PostgreSQL that they start (ARGS="-k name" for some)
	@$(BIN)/python -m pytest $(ARGS)

faults: setup ## kill the server, PostgreSQL and workers under load, and count what is lost (nothing)
	@$(BIN)/python -m tests.faults

lint: setup ## check style, types, the direction of imports and the size of files
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python scripts/check_file_sizes.py

web: setup ## build the web app, which the server serves at / (setup does so too)
	@$(BIN)/python scripts/build_web.py --force

lint-web: web-tools ## check the web app's style, and its types against the server's OpenAPI document
	@$(BIN)/python -m scripts.web_types
	@cd web && npx --no-install biome check . && npx --no-install tsc --noEmit

test-web: web-tools ## test the web app in a headless Chromium, on a server with the demo (ARGS="-g name" for some)
	@cd web && PUNCHLIST=$(abspath $(BIN))/punchlist npx --no-install playwright test $(ARGS)

format-web: web-tools ## let biome mend what it can
	@cd web && npx --no-install biome check --write .

web-tools: setup
	@$(BIN)/python scripts/build_web.py --tools

format: setup ## let ruff mend what it can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

docs: setup ## write the generated parts of the manual
	@$(BIN)/python -m scripts.generate_docs

bench: ## measure the server against PostgreSQL itself and a peer; the report goes to bench/report/
	@scripts/setup.sh bench
	@$(BIN)/python -m bench $(ARGS)

lock: ## pin the newest versions that pyproject.toml allows into requirements/ (needs uv)
	@scripts/lock.sh

clean: ## remove .venv and caches, but no data
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .schemathesis
	rm -rf web/node_modules web/test-results src/punchlist/api/static
	find src tests bench scripts -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

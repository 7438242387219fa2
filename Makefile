# Everything a newcomer needs: `make demo` to see it, `make test` to check it.
# `make install` alone makes the environment; `make lint` checks style and types.

PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8866
WORKERS ?= 3
# Many tests wait more than they compute. A file's tests stay together, and neighbours share a server.
SIDE_BY_SIDE := --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder
STAMP := .venv/.installed
# uv installs the same versions in a fraction of the time; pip does where uv is not installed.
ifneq ($(shell command -v uv 2>/dev/null),)
PIP := uv pip
IN_VENV := --python $(BIN)/python
else
PIP := $(BIN)/python -m pip --disable-pip-version-check
IN_VENV :=
endif

.DEFAULT_GOAL := help
.PHONY: help install demo test check-speed lint lint-web docs format pins sbom audit tour clean

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) ## Make the environment (.venv/bin/cluster-kit), with uv or pip

$(STAMP): requirements.txt pyproject.toml deploy/fresh-machine.sh
	@sh deploy/fresh-machine.sh python
	@echo "Making the environment in .venv (a few minutes the first time) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) install $(IN_VENV) --requirement requirements.txt
	@$(PIP) install $(IN_VENV) --quiet --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

demo: install ## Start a fictional series on 127.0.0.1 and print links to join
	@echo "Starting the demonstration (the first time, this can take a minute) ..."
	@$(BIN)/cluster-kit demo --home .demo --port $(PORT)

# Processes that tests start read the compiled modules instead of compiling them again.
test: export PYTHONDONTWRITEBYTECODE :=
test: install ## Run every test: units, notebooks, and the real server in a real browser
	@sh deploy/fresh-machine.sh browser
	@sh deploy/fresh-machine.sh postgres
	@sh deploy/fresh-machine.sh nginx
	@sh deploy/fresh-machine.sh poppler
	-@sh deploy/fresh-machine.sh libreoffice
	-@sh deploy/fresh-machine.sh pdftk
	-@sh deploy/fresh-machine.sh screenreader
	$(BIN)/python -m pytest $(SIDE_BY_SIDE)
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) -p nbval.plugin --nbval-lax --override-ini=filterwarnings= notebooks

check-speed: install ## Compare arrivals with stock Voilà and Solara, and with the recorded ratios
	$(BIN)/python -m benchmarks.arrivals --small --check

lint: install lint-web ## Check style, types, wording and content
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest --quiet tests/test_language.py
	$(BIN)/cluster-kit content check

docs: install ## Build the documentation site in site/; warnings are errors
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

lint-web: node_modules/.installed
	npx --no-install biome lint --error-on-warnings
	npx --no-install tsc --project jsconfig.json

node_modules/.installed: package.json package-lock.json
	@command -v npm >/dev/null 2>&1 || { echo "make lint: Node.js 20 or later checks the JavaScript; install it from https://nodejs.org or with your system's packages (nodejs, npm), and run this again." >&2; exit 1; }
	@npm ci --no-audit --no-fund --silent
	@touch $@

format: install ## Put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m tests.test_language

tour: install ## Take the screenshots of docs/tutorial/tour.md from the real pages
	@sh deploy/fresh-machine.sh browser
	$(BIN)/python -m docs.make_tour

pins: ## Rewrite requirements.txt from what is installed
	@(sed -n '/^#/p' requirements.txt; $(BIN)/python -m pip freeze --exclude-editable | grep -v ' @ ') > .pins && mv .pins requirements.txt

sbom: .tools/.installed ## Write sbom.json: the packages of requirements.txt, in CycloneDX
	@.tools/bin/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml --output-reproducible --output-file sbom.json

audit: ## Compare requirements.txt with the public advisories
	@sh deploy/audit.sh

.tools/.installed: deploy/supply-chain.txt
	@test -x .tools/bin/python || $(PYTHON) -m venv .tools
	@.tools/bin/python -m pip --disable-pip-version-check install --quiet --requirement deploy/supply-chain.txt
	@touch $@

clean: ## Remove the environments, the site, and the demonstration's data
	rm -rf .venv .tools .demo site node_modules

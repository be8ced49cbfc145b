# Every target sets up what it needs. `make help` lists them.

SHELL := bash
.DEFAULT_GOAL := help

PYTHON ?= python3
ARGS ?=

VENV := .venv
VENV_BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
VENV_PYTHON := $(VENV_BIN)/python
PIP := $(VENV_PYTHON) -m pip --disable-pip-version-check
# A lock names every package, so nothing is looked up beside it: pip before 23.3 asks the index for `name[extra]` anew
# and refuses the answer once a newer release is out. `pip check` then tells whether the lock is whole.
INSTALL_LOCK = $(PIP) install --quiet --no-deps --require-hashes -r packaging/locks/$(1) && $(PIP) check

CATALOGUES := $(wildcard resources/translations/*/LC_MESSAGES/bindtool.po)
# Git writes a line there whenever the checkout comes to another commit; "" outside of one.
HEAD := $(wildcard $(shell git -c safe.directory='*' rev-parse --git-path logs/HEAD 2>/dev/null))

# A file in .venv stands for each step of set-up that was done.
CREATED := $(VENV)/created
INSTALLED := $(VENV)/installed
BUILT := $(VENV)/built
INSTALLED_DEV := $(VENV)/installed-dev
INSTALLED_WINDOWS := $(VENV)/installed-windows
INSTALLED_MUTANTS := $(VENV)/installed-mutants
INSTALLED_RELEASE := $(VENV)/installed-release
INSTALLED_PACKAGE := $(VENV)/installed-package
INSTALLED_FREEZE := $(VENV)/installed-freeze

# The system libraries come before whatever uses them.
.NOTPARALLEL:

.PHONY: help run test quick test-browser soak mutants bench windows windows-tests windows-tools style lint lint-release \
	release-check format lock \
	fresh-check deb rpm package-check set-up set-up-dev set-up-freeze set-up-package-tools set-up-packages libraries test-libraries \
	clean FORCE

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: set-up ## set everything up and start bindtool in practice mode (ARGS="..." are handed to it)
	$(VENV_PYTHON) -m bindtool --practice $(ARGS)

test: test-libraries set-up-dev ## set everything up and run every test (ARGS="tests/gui -q" runs a part, PROCESSES=1 in one process, SEED=random draws new examples)
	$(if $(PROCESSES),PROCESSES=$(PROCESSES) )$(if $(SEED),SEED=$(SEED) )$(VENV_PYTHON) packaging/run_tests.py $(ARGS)

quick: ## the tests of the core but the long ones and those with PostgreSQL, in about a minute
	@$(MAKE) --no-print-directory test ARGS="tests/core -m 'not long' --ignore=tests/core/shared_ledger/postgres -q $(ARGS)"

test-browser: set-up-dev ## sign in with a real browser, Debian's Chromium (installed when root)
	@PYTHON='$(PYTHON)' packaging/system-libraries.sh --browser
	$(VENV_PYTHON) -m pytest tests/core/sign_in/with_chromium.py -q $(ARGS)

soak: test-libraries set-up-dev ## kill window and command line 200 times each while they work (ARGS="--kills 1000 --seed 7"), or work for an hour against every fault (ARGS="--minutes 60")
	packaging/test-session.sh $(VENV_PYTHON) -m tests.kills.soak $(ARGS)

mutants: test-libraries set-up-dev $(INSTALLED_MUTANTS) ## change a line of the modules that decide and see a test fail, N times (N=40, SEED=the commit, PROCESSES=one a core)
	$(if $(PROCESSES),PROCESSES=$(PROCESSES) )$(VENV_PYTHON) packaging/mutants.py $(or $(N),40) $(SEED)

BENCHMARKS := first_paint start_ticks bound_before thousand ui_tick sheet_ticks story_ticks speed pace fleet isolation scan_rate bursts lists corpus \
	history find ledger package

bench: test-libraries set-up-dev ## print the figures of tests/benchmarks; none of them fails by time (BENCHMARKS="speed")
	@for name in $(BENCHMARKS); do \
		echo "== $$name"; packaging/test-session.sh $(VENV_PYTHON) -m tests.benchmarks.$$name || true; \
	done

windows: windows-tools test-libraries set-up-dev $(INSTALLED_WINDOWS) $(INSTALLED_PACKAGE) ## make Windows' setup, MSI and zip in dist/windows and try them, all under Wine
	packaging/windows/freeze.sh
	packaging/windows/package.sh
	packaging/windows/check-signing.sh
	packaging/windows/wine-tests.sh $(ON_WINDOWS)
	packaging/test-session.sh $(VENV_PYTHON) -m tests.windows.check $(ARGS)

# Where Windows is asked for what other systems don't have.
ON_WINDOWS := tests/core/network tests/core/jobs/test_keep_awake_on_windows.py tests/gui/binding/test_taskbar_on_windows.py

windows-tests: windows-tools set-up-dev $(INSTALLED_WINDOWS) ## run tests with Windows' Python under Wine (ARGS="tests/core")
	packaging/windows/wine-tests.sh $(or $(ARGS),$(ON_WINDOWS))

windows-tools:
	@packaging/windows/tools.sh

SHELL_SCRIPTS := .ci/run $(wildcard packaging/*.sh packaging/*/*.sh)

style: set-up-dev ## the quick part of `make lint`: style of Python and of shell scripts
	$(VENV_BIN)/ruff check .
	$(VENV_BIN)/ruff format --check .
	$(VENV_BIN)/shellcheck --external-sources $(SHELL_SCRIPTS)
	$(VENV_PYTHON) packaging/comment_words.py bindtool 60

lint: style ## check style, types and the walls between the modules
	$(VENV_BIN)/mypy
	$(VENV_BIN)/mypy --platform win32 bindtool/core/network
	$(VENV_BIN)/mypy --platform darwin bindtool/core/network
	$(VENV_BIN)/lint-imports --no-logo

lint-release: $(INSTALLED_RELEASE) ## check the workflows, the issue forms and what Dependabot is told
	$(VENV_BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(VENV_BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(VENV_BIN)/check-jsonschema --builtin-schema vendor.github-issue-forms $(filter-out %/config.yml,$(wildcard .github/ISSUE_TEMPLATE/*.yml))
	$(VENV_BIN)/zizmor --offline .github

release-check: ## say what is missing before a tag of this version
	@$(PYTHON) packaging/release_check.py

format: set-up-dev ## put imports and layout in order
	$(VENV_BIN)/ruff check --fix .
	$(VENV_BIN)/ruff format .

fresh-check: ## do what the README says in fresh Debian 12 and 13, as a user and as root (ARGS="bookworm newcomer -- tests/core")
	@[ "$$(id -u)" -ne 0 ] || PYTHON='$(PYTHON)' packaging/system-libraries.sh --packages
	packaging/linux/fresh-check.sh $(ARGS)

# gzip is a minute quicker than xz and twice as large: for a look, not for people.
package-check: set-up-packages ## make the .deb, install it in fresh Debian 12 and 13, have it look at itself, remove it
	packaging/linux/package.sh gzip
	packaging/linux/check.sh

deb: set-up-packages ## the same with the .deb that people get, in dist/ with SHA256SUMS and the list of parts
	packaging/linux/package.sh xz
	packaging/linux/check.sh

rpm: deb ## the .rpm, which `make deb` makes of the same file; it was not installed anywhere
	rpm --query --info --package dist/*.rpm

set-up: libraries $(INSTALLED) $(BUILT) ## what `make run` needs: libraries, .venv, translations

set-up-dev: set-up $(INSTALLED_DEV) ## what `make test` and `make lint` need on top

set-up-freeze: set-up $(INSTALLED_FREEZE) ## what makes a program of its own out of bindtool

set-up-package-tools: set-up $(INSTALLED_PACKAGE) ## what the packages are made and judged with, of Python's

set-up-packages: set-up-dev set-up-package-tools ## what the packages are made and judged with; needs root
	@PYTHON='$(PYTHON)' packaging/system-libraries.sh --packages

libraries: ## the system libraries that the window needs (Debian: installed when root)
	@PYTHON='$(PYTHON)' packaging/system-libraries.sh

test-libraries: ## the same for the tests
	@PYTHON='$(PYTHON)' packaging/system-libraries.sh --tests $(ARGS)

UPGRADE := --upgrade
# Nothing here names a file of this machine or a host, so one set of locks serves Linux, Windows and macOS.
LOCK := cd packaging/locks && UV_PYTHON_DOWNLOADS=never ../../$(VENV_BIN)/uv pip compile --quiet --universal \
	--python-version 3.11 --generate-hashes --no-header $(UPGRADE)

lock: set-up-dev ## choose the newest versions that packaging/locks/*.in allow and write the locks (UPGRADE= keeps those in use)
	$(LOCK) requirements.in requirements-build.in -o requirements.txt
	$(LOCK) requirements-dev.in -o requirements-dev.txt
	$(LOCK) requirements-mutants.in -o requirements-mutants.txt
	$(LOCK) requirements-freeze.in -o requirements-freeze.txt
	$(LOCK) requirements-package.in -o requirements-package.txt
	$(LOCK) requirements-windows.in -o requirements-windows.txt
	$(LOCK) requirements-release.in -o requirements-release.txt

clean: ## remove everything that set-up and the tests made
	@[ ! -f $(CREATED) ] || rm -rf $(VENV)
	rm -rf build dist .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache \
		*.egg-info $(CATALOGUES:.po=.mo) resources/commit resources/parts.json

# An environment that works stays, unless somebody names another Python for it.
$(CREATED): FORCE | libraries
	@$(PYTHON) packaging/environment.py $(VENV) $(if $(filter file,$(origin PYTHON)),--keep)

FORCE:

$(INSTALLED): $(CREATED) packaging/locks/requirements.txt packaging/qt_support.py pyproject.toml
	@echo "Installing the locked libraries in $(VENV), about 110 MB to fetch the first time"
	$(call INSTALL_LOCK,requirements.txt)
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	$(VENV_PYTHON) packaging/qt_support.py
	@touch $@

$(INSTALLED_DEV): $(INSTALLED) packaging/locks/requirements-dev.txt
	$(call INSTALL_LOCK,requirements-dev.txt)
	@touch $@

$(INSTALLED_WINDOWS): $(INSTALLED_DEV) packaging/locks/requirements-windows.txt
	$(call INSTALL_LOCK,requirements-windows.txt)
	@touch $@

$(INSTALLED_MUTANTS): $(INSTALLED_DEV) packaging/locks/requirements-mutants.txt
	$(call INSTALL_LOCK,requirements-mutants.txt)
	@touch $@

$(INSTALLED_RELEASE): $(CREATED) packaging/locks/requirements-release.txt
	$(call INSTALL_LOCK,requirements-release.txt)
	@touch $@

$(INSTALLED_PACKAGE): $(INSTALLED) packaging/locks/requirements-package.txt
	$(call INSTALL_LOCK,requirements-package.txt)
	@touch $@

$(INSTALLED_FREEZE): $(INSTALLED) packaging/locks/requirements-freeze.txt
	$(call INSTALL_LOCK,requirements-freeze.txt)
	@touch $@

$(BUILT): $(INSTALLED) $(CATALOGUES) $(HEAD) LICENSE bindtool/__init__.py packaging/build_steps.py
	$(VENV_PYTHON) packaging/build_steps.py resources
	@touch $@

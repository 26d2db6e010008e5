# Everything below works from any folder (make -C), as any user, with Python 3.11 or newer and make.
MAKEFLAGS += --no-print-directory
.DELETE_ON_ERROR:
.PHONY: help setup dev demo run test faults bench lint messages clean

SHELL := /bin/sh
CANDIDATES := python3 python3.14 python3.13 python3.12 python3.11 python
PYTHON ?= $(shell for p in $(CANDIDATES); do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
ENVIRONMENT := .venv
RUN := $(ENVIRONMENT)/bin/python
# One call, nothing resolved (the sets are complete), nothing compiled that is never imported.
INSTALL := $(RUN) -m pip install -qq --no-input --disable-pip-version-check --root-user-action=ignore \
	--require-hashes --no-deps --no-compile
SETS := requirements/base.txt requirements/embedded.txt
WORKERS ?= 2
PACKAGES := config plumier channels_app notica attendance convivencia secretaria journal grades tablon profesores mirador demo benchmarks

# A caller's settings for his own Python would change ours.
unexport PYTHONHOME PYTHONPATH PYTHONDONTWRITEBYTECODE VIRTUAL_ENV

help:
	@echo 'make demo   un instituto de ejemplo, de la matrícula al acuse (ONCE=1: termina al acabar)'
	@echo 'make run    la web, los envíos y el reloj en esta máquina'
	@echo 'make test   todas las pruebas        make lint   estilo, tipos y plantas'
	@echo 'make bench  cuánto envía en un segundo, junto a otros (20 minutos; ARGS=--quick: 3)'
	@echo 'make messages  textos nuevos a locale/ (necesita gettext)'
	@echo 'make faults  procesos y servidores que caen, y nada se pierde (SHORT=1: lo principal)'
	@echo 'make setup  prepara .venv            make clean  borra lo que se vuelve a hacer (no var/)'

$(ENVIRONMENT)/.pip: requirements/pip.txt
	@test -n "$(PYTHON)" || { echo 'Falta Python 3.11 o posterior: apt install python3 python3-venv' >&2; exit 1; }
	@echo 'Preparando el entorno en $(ENVIRONMENT)…' >&2
	@$(RUN) -c '' 2>/dev/null || $(PYTHON) -m venv --clear --without-pip $(ENVIRONMENT)
	@$(PYTHON) -m pip --python $(RUN) install -qq --no-input --disable-pip-version-check \
		--root-user-action=ignore --require-hashes --no-deps -r requirements/pip.txt 2>/dev/null \
	|| { $(RUN) -m ensurepip >/dev/null 2>&1 \
		|| { echo 'A este Python le falta venv: apt install python3-venv' >&2; exit 1; }; \
		$(INSTALL) -r requirements/pip.txt; }
	@touch $@

$(ENVIRONMENT)/.setup: $(ENVIRONMENT)/.pip $(SETS)
	@$(INSTALL) $(SETS:%=-r %)
	@touch $@

$(ENVIRONMENT)/.dev: $(ENVIRONMENT)/.setup requirements/dev.txt
	@$(INSTALL) -r requirements/dev.txt
	@touch $@

$(ENVIRONMENT)/.bench: $(ENVIRONMENT)/.setup requirements/bench.txt
	@$(INSTALL) -r requirements/bench.txt
	@touch $@

setup: $(ENVIRONMENT)/.setup

dev: $(ENVIRONMENT)/.dev

demo: setup
	@$(RUN) manage.py demo $(if $(ONCE),--once)

run: setup
	@$(RUN) manage.py migrate --verbosity 0
	@$(RUN) manage.py run

test: dev
	@$(RUN) -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

# Its own session with its own servers, which it crashes; SHORT=1 is the part for continuous integration.
faults: dev
	@PLUMIER_FAULTS=1 SHORT=$(SHORT) $(RUN) -m pytest tests/faults --ds=tests.faults.settings -p no:randomly $(ARGS)

bench: $(ENVIRONMENT)/.bench
	@$(RUN) -m benchmarks $(ARGS)

lint: dev
	@$(RUN) -m ruff check
	@$(RUN) -m ruff format --check
	@$(RUN) -m mypy $(PACKAGES) manage.py
	@$(ENVIRONMENT)/bin/lint-imports
	@if [ -d templates ]; then $(ENVIRONMENT)/bin/djlint --quiet --lint templates; fi

# Without the hour of collecting, which would make every run a change, and the empty address beside it.
messages: setup
	@$(RUN) manage.py makemessages --all --no-location --no-wrap --no-obsolete --ignore '.venv/*' --ignore 'tests/*'
	@for catalogue in locale/*/LC_MESSAGES/*.po; do \
		grep -vE '^"(POT-Creation-Date|Report-Msgid-Bugs-To):' $$catalogue >$$catalogue.new && mv $$catalogue.new $$catalogue; done
	@$(RUN) manage.py compilemessages --ignore '.venv/*'

clean:
	rm -rf $(ENVIRONMENT) staticfiles .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find $(PACKAGES) tests -name __pycache__ -type d -prune -exec rm -rf {} +

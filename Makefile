# Every command people type. `make help` lists them. ARGS= is handed on to the program behind a target.
SHELL := /bin/sh
.DEFAULT_GOAL := help
# One rig at a time: recipes share a machine, not only a folder.
.NOTPARALLEL:

NODE := node
TSX := $(NODE) --import tsx
MANIFESTS := package.json package-lock.json $(wildcard packages/*/package.json test/package.json bench/package.json)
SOURCES := $(shell find packages -name node_modules -prune -o -name dist -prune -o \( -name '*.ts' -o -name '*.tsx' -o -name 'tsconfig.json' -o -path '*/page/*' \) -print 2>/dev/null)
MODULES := node_modules/.installed
BUILT := node_modules/.built

.PHONY: help build image-files demo demo-rig test test-fast test-full rig bench chaos lint generate docs

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  %-11s %s\n", $$1, $$2 }' Makefile

# A fresh tree gets exactly what the lock says; one that is in use is brought in line without being emptied.
$(MODULES): $(MANIFESTS)
	@$(NODE) -e 'const [a, b] = process.versions.node.split("."); if (a < 20 || (a == 20 && b < 19)) { console.error("Node 20.19 or newer is needed, this is " + process.version + ": see https://nodejs.org"); process.exit(1) }'
	if [ -n "$$CI" ] || [ ! -d node_modules ]; then npm ci; else npm install; fi
	@touch $@

$(BUILT): $(MODULES) $(SOURCES) tsconfig.json tsconfig.base.json
	npx tsc -b
	npm run --silent build -w packages/dashboard
	@chmod +x packages/cli/dist/tenant-operator.js
	@touch $@

build: $(BUILT) ## compile the packages

image-files: $(BUILT) ## what the container image holds, in build/image
	@$(TSX) packages/cli/scripts/build-image.ts

demo: $(BUILT) ## the guide's example in one process, ending with the answers of dig (ARGS=--once: run and exit)
	$(NODE) packages/cli/dist/tenant-operator.js demo $(ARGS)

demo-rig: $(BUILT) ## the same on the real stack
	$(TSX) test/rig/demo.ts $(ARGS)

test: $(BUILT) ## all suites; the last line is "N passed, N failed"
	$(TSX) scripts/test.ts

test-fast: $(BUILT) ## the suites that need no real stack
	$(TSX) scripts/test.ts --fast

test-full: $(BUILT) ## what `make test` leaves out: heavy neighbours, long runs
	$(TSX) scripts/test.ts --full

rig: $(MODULES) ## run the real stack in the foreground; writes .rig/env and prints "ready"
	@$(TSX) test/rig/main.ts $(ARGS)

bench: $(BUILT) ## measure
	$(TSX) bench/main.ts $(ARGS)

chaos: $(BUILT) ## break it on purpose (SEED=n ROUNDS=n)
	$(TSX) test/chaos/main.ts $(if $(SEED),--seed $(SEED)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(ARGS)

lint: $(BUILT) ## formatting, lint rules, types, unused code, sizes, generated files
	$(TSX) scripts/lint.ts

generate: $(MODULES) ## write the generated files anew
	$(TSX) scripts/generate.ts

docs: $(MODULES) ## build the documentation
	npm run docs

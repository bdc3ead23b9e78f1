# What there is to run here; `make` alone lists it. Each target sets up what is missing first (scripts/setup.sh).

.DEFAULT_GOAL := help
.PHONY: help setup demo build docs test fuzz lint size bench clean

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s  %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what the machine lacks: wasm32 target, wasm-bindgen, npm packages, browsers, test tools
	@scripts/setup.sh
	@echo "Everything that is needed is there."

demo: ## Run the vault and the demo shop; Ctrl-C stops both
	@scripts/setup.sh build
	@node scripts/demo.mjs check
	@scripts/build.sh
	@node scripts/demo.mjs

build: ## Build the SDK, the npm package with its frame, the shop and the vault
	@scripts/setup.sh build
	@scripts/build.sh

docs: ## Build the documentation site into www/docs/dist, from the pages in docs/ and the types in pkg/
	@scripts/setup.sh build
	@scripts/build.sh browser
	@scripts/docs.sh
	@echo "The site is in www/docs/dist. To see it: npm run preview --workspace cardseal-docs"

test: ## Run every test, those in the browser included
	@scripts/setup.sh
	@scripts/test.sh

fuzz: ## Fuzz each parser of untrusted input for a minute; scripts/fuzz.sh says how to do it for longer
	@scripts/setup.sh build
	@scripts/fuzz.sh

lint: ## Check formatting, Rust, TypeScript, the lock file and what is committed
	@scripts/setup.sh build
	@scripts/lint.sh

size: ## Print the sizes that a shopper downloads; fails over a limit
	@scripts/setup.sh build
	@scripts/build.sh browser
	@node scripts/size.mjs

bench: ## Measure the browser's part in Chromium and the vault under load
	@scripts/setup.sh bench
	@scripts/build.sh
	@bench/run.sh

clean: ## Remove what was built; the installed tools (.tools/, node_modules/) and demo-data/ stay
	@cargo clean --quiet
	@rm -rf pkg/javascript pkg/wasm pkg/dist www/dist www/docs/dist www/docs/api test-results playwright-report

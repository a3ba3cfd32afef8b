# Two commands are all a new user needs: make demo, make test.
SHELL   := /bin/bash
GO      ?= go
BIN     := bin/quartermaster
SHOTS   ?= bin/e2e
LISTEN  ?= 127.0.0.1:8080

.PHONY: build demo test e2e properties chaos fuzz check fmt bench clean help

help: ## this list
	@grep -E '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

build: ## the program, in bin/
	@$(GO) build -trimpath -o $(BIN) ./bot/cmd/quartermaster

demo: ## a shop, a chat workspace and the bot on http://$(LISTEN), nothing else needed
	@echo "Building Quartermaster (the first time takes a minute or two) ..."
	@$(GO) build -trimpath -o $(BIN) ./bot/cmd/quartermaster
	@exec $(BIN) demo --listen $(LISTEN) $(DEMO_FLAGS)

# packages with properties of random cases
DRAWN = $(shell grep -rl --include=*_test.go '"pgregory.net/rapid"' . | xargs -n1 dirname | sort -u)

# The cases are the same in every run, so a run that turns red is the change's doing.
test: ## every test, on a real Postgres, with the race detector
	$(GO) test -race -timeout 20m $$($(GO) list ./... | grep -vxF "$$($(GO) list $(DRAWN))")
	$(GO) test -race -timeout 20m $(DRAWN) -rapid.seed=1

properties: ## every property with CHECKS new random cases (default 1000); PKG=./core/replenish for one package
	@set -o pipefail; for dir in $(or $(PKG),$(DRAWN)); do \
		names=$$(awk '/^func Test/ { split($$2, f, "("); name = f[1] } /rapid\.Check\(/ { print name }' $$dir/*_test.go | sort -u | paste -sd'|'); \
		$(GO) test -count=1 -timeout 120m -run "^($$names)$$" $$dir -rapid.checks=$(or $(CHECKS),1000) || exit 1; done

e2e: ## the story in a real browser, Slack's own SDK and types; needs Chromium and Node (pictures in bin/e2e)
	@for tool in chromium:chromium npm:npm node:nodejs; do command -v $${tool%%:*} >/dev/null || \
		{ echo "make e2e needs $${tool%%:*}, which is not installed (Debian and Ubuntu: apt-get install $${tool##*:})"; exit 1; }; done
	@mkdir -p $(SHOTS)
	E2E_SHOTS=$(abspath $(SHOTS)) $(GO) test -tags e2e -count=1 -timeout 20m -v ./bot/e2e

chaos: ## the same guarantees with 10,000 kills and many more rounds (hours on two cores); writes docs/results
	set -o pipefail; export QUARTERMASTER_CHAOS=1 QUARTERMASTER_RESULTS=$(CURDIR)/docs/results; rc=0; \
	{ $(GO) test -count=1 -timeout 60m -run 'RandomShops' ./core/plan || rc=1; \
	$(GO) test -count=1 -timeout 120m -v -parallel 10 -run '$(CHAOS)' ./bot || rc=1; \
	$(GO) test -count=1 -timeout 120m -v -p 1 -parallel 3 -run '$(CHAOS)' ./bot/jobs ./bot/slackapp ./bot/draft || rc=1; \
	$(GO) test -count=1 -run '^$$' -bench Ack -benchtime 1500x ./bot || rc=1; exit $$rc; } | tee chaos.log | grep -E '^ *(---|ok|FAIL|PASS|Benchmark)|SEED'
	$(GO) test ./bot/fault -update

# every test that writes a result
CHAOS := Kill|Takeover|GoesWrong|Secrets|Millions|Cap|Opposed|Database|TwoApprove|TwentyPeople|OncePerDate|CutAt|Outage|TooMany|UndoAgainst|Clock|Leaders|StopDoesNot|LostCards|TenThousand|Drafts|HostileShop

fuzz: ## every fuzz target for FUZZTIME each (default 30s)
	@set -o pipefail; grep -rlE '^func Fuzz' --include=*_test.go . | xargs -n1 dirname | sort -u | while read dir; do \
		for f in $$($(GO) test -list '^Fuzz' $$dir | grep '^Fuzz'); do \
			echo "$$dir $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(or $(FUZZTIME),30s) $$dir | tail -2 || exit 1; done; done

check: ## format, vet, lint, import directions
	@test -z "$$(gofmt -l .)" || { echo "not formatted:"; gofmt -l .; exit 1; }
	$(GO) vet -tags e2e ./...
	@PATH="$$PATH:$$($(GO) env GOPATH)/bin"; if command -v golangci-lint >/dev/null; then golangci-lint run ./...; \
	else echo "golangci-lint is not installed: skipped (go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0)"; fi
	$(GO) test -run 'TestImports' ./bot

fmt: ## format the code
	gofmt -w .

bench: ## benchmarks of the core and the importer
	$(GO) test -run '^$$' -bench . -benchmem ./core/... ./connectors/... ./bot/store/... ./bot

clean: ## remove what the build made
	rm -rf bin

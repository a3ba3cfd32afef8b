# Two commands are all a new user needs: make demo, make test.
SHELL   := /bin/bash
GO      ?= go
BIN     := bin/quartermaster
SHOTS   ?= bin/e2e
LISTEN  ?= 127.0.0.1:8080

.PHONY: build demo test e2e chaos check fmt bench clean help

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

build: ## the program, in bin/
	@$(GO) build -trimpath -o $(BIN) ./bot/cmd/quartermaster

demo: ## a shop, a chat workspace and the bot on http://$(LISTEN), nothing else needed
	@echo "Building Quartermaster (the first time takes a minute or two) ..."
	@$(GO) build -trimpath -o $(BIN) ./bot/cmd/quartermaster
	@exec $(BIN) demo --listen $(LISTEN) $(DEMO_FLAGS)

test: ## every test, on a real Postgres, with the race detector
	$(GO) test -race -timeout 20m ./...

e2e: ## the story in a real browser, Slack's own SDK and types; needs Chromium and Node (pictures in bin/e2e)
	@for tool in chromium:chromium npm:npm node:nodejs; do command -v $${tool%%:*} >/dev/null || \
		{ echo "make e2e needs $${tool%%:*}, which is not installed (Debian and Ubuntu: apt-get install $${tool##*:})"; exit 1; }; done
	@mkdir -p $(SHOTS)
	E2E_SHOTS=$(abspath $(SHOTS)) $(GO) test -tags e2e -count=1 -timeout 20m -v ./bot/e2e

chaos: ## the same guarantees with 10,000 kills and many more rounds (about half an hour); writes docs/results
	set -o pipefail; QUARTERMASTER_CHAOS=1 QUARTERMASTER_RESULTS=$(CURDIR)/docs/results $(GO) test -count=1 -timeout 120m -v -p 1 \
		-run 'Kill|Cap|Opposed|Database|TwoApprove|TwentyPeople|OncePerDate|CutAt|Outage|TooMany|GoesWrong|Secrets|TenThousand' ./bot ./bot/jobs ./bot/slackapp \
		| tee chaos.log | grep -E '^ *(---|ok|FAIL|PASS)|SEED'
	$(GO) test ./bot/fault -update

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

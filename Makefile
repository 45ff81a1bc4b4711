# Every target works on a laptop as it does in CI.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# STACK=staging make preview; ARGS="--json" make status
STACK ?= local
ARGS ?=
TRIPSAGE = bin/tripsage --stack $(STACK) $(ARGS)

# Programs that tests run for real and that Debian has; other systems install
# them in their own way, and a test that misses one says so.
TEST_PACKAGES := redis-server shellcheck procps curl

# The flags that the tools are built with, so that nothing is compiled twice.
AS_BUILT := CGO_ENABLED=0 GOFLAGS=-mod=readonly GOWORK=off

##@ Run
.PHONY: up preview status down clean
up: bin/tripsage ## Bring the platform up on a Kubernetes of its own (or on KUBECONFIG's)
	@$(TRIPSAGE) up

preview: bin/tripsage ## Show what up would change
	@$(TRIPSAGE) preview

status: bin/tripsage ## Show what is running and where
	@$(TRIPSAGE) status

down: bin/tripsage ## Stop everything; data stays
	@$(TRIPSAGE) down

clean: bin/tripsage ## Stop everything and delete its data
	@$(TRIPSAGE) down --purge
	rm -rf bin

##@ Develop
.PHONY: test unit manifests previews e2e lint fmt bench generate
test: lint unit manifests previews e2e ## Everything that CI checks

unit: test-packages ## Unit and integration tests, with real servers but no cluster
	cd tools/kube && $(AS_BUILT) go vet -trimpath ./...
	cd tools/engine && $(AS_BUILT) go test -trimpath ./...
	cd tools/providers && $(AS_BUILT) go test -trimpath ./...
	go test -timeout 30m $$(go list ./... | grep -v /test/)

manifests: ## Every stack's objects before a real API server and the linters
	cd tools/istio && $(AS_BUILT) go vet -trimpath ./...
	go test -count=1 -timeout 60m -v ./test/manifests

previews: ## Staging and production before Vercel's and GitHub's provider code
	go test -count=1 -timeout 60m -v ./test/preview

e2e: bin/tripsage test-packages ## End-to-end tests on embedded clusters (as root: real nodes too)
	go test -count=1 -timeout 60m -v ./test/e2e

lint: bin/golangci-lint ## Static checks and the table of who may import whom
	bin/golangci-lint run

fmt: ## Format the code
	gofmt -w .

generate: ## Make the generated files and golden files anew
	go test $$(grep -rlE --include='*_test.go' 'flag.Bool\("update"|internal/pulumitest"' . | xargs -n1 dirname | sort -u) -update

bench: bin/tripsage ## Measure; prints ratios against baselines of the same run
	go test -count=1 -timeout 60m -run '^$$' -bench . -benchtime 1x -v ./test/bench

bin/tripsage: FORCE
	@test -e $@ || echo "building $@: a few minutes the first time"
	@go build -o $@ ./cmd/tripsage

bin/golangci-lint: tools/lint/go.mod tools/lint/go.sum
	cd tools/lint && go build -o ../../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

.PHONY: test-packages help FORCE
FORCE:

test-packages:
	@missing=$$(for p in $(TEST_PACKAGES); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" != 0 ]; then echo "tests need these Debian packages, and only root can install them:" $$missing >&2; exit 1; fi; \
	echo "installing" $$missing; apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null

help: ## Show this list
	@awk 'BEGIN {FS = ":.*##"; print "make TARGET"} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z0-9-]+:.*##/ {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

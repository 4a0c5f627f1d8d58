# make help lists what there is; make check is the gate, and CI calls it.
GO ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
COMMITTED ?= $(shell git log -1 --format=%cI 2>/dev/null)
LINT = $(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
NFPM = $(GO) run github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.45.2
# What a build is made of is all that its bytes depend on: no path, no time of the machine.
BUILD = CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=$(VERSION) -X main.committed=$(COMMITTED)"
# The race detector watches our code and the libraries, but not what SQLite does inside: translated from C it has locks of its
# own, was tested elsewhere, and watching it takes most of the time.
RACE = -race -gcflags='modernc.org/sqlite/lib=-race=false -d=checkptr=0'
CHROMIUM ?= $(firstword $(wildcard /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome))
UI_SOURCES = $(shell find ui -path ui/node_modules -prune -o -path ui/dist -prune -o -type f -print)

# Vite writes most of a build before it finds that it cannot finish: that is not to pass for one.
.DELETE_ON_ERROR:

.PHONY: help run dev demo build ui test check bench crash faults replica races timing asvs e2e gen lint dist distcheck

help: ## this list
	@grep -hE '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

run: build ## build all and serve on :8080 with ./doorward-data
	./bin/doorward serve

demo: build ## serve a sample event and play an evening on it
	./bin/doorward demo

dev: ui/node_modules/.installed ## serve on :8080 with the pages reloading on :5173
	$(GO) build -o bin/doorward ./cmd/doorward
	./bin/doorward serve --listen 127.0.0.1:8080 & server=$$!; trap "kill $$server" EXIT; cd ui && npm run dev

build: ui ## bin/doorward, with the pages in it
	$(BUILD) -o bin/doorward ./cmd/doorward

dist: ui ## binaries and Debian packages for amd64, arm64 and armv7, in bin/dist
	rm -rf bin/dist && mkdir -p bin/dist
	GOOS=linux GOARCH=amd64 $(BUILD) -o bin/dist/doorward-linux-amd64 ./cmd/doorward
	GOOS=linux GOARCH=arm64 $(BUILD) -o bin/dist/doorward-linux-arm64 ./cmd/doorward
	GOOS=linux GOARCH=arm GOARM=7 $(BUILD) -o bin/dist/doorward-linux-armv7 ./cmd/doorward
	for a in amd64:amd64 arm64:arm64 arm7:armv7; do ARCH=$${a%:*} FILE=$${a#*:} SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) \
		DEB_VERSION=$$(echo "$(VERSION)" | sed 's/^v//; /^[0-9]*\.[0-9]/!s/^/0.0.0+/; s/-/./g') \
		$(NFPM) package -f systemd/nfpm.yaml -p deb -t bin/dist/ || exit 1; done
	cd bin/dist && sha256sum * > SHA256SUMS

distcheck: dist ## try what make dist made; needs Debian's systemd, and qemu-user-static for the other processors
	systemd/check.sh "$(VERSION)" "$(COMMITTED)"

ui: ui/dist/.vite/manifest.json ## the pages

ui/node_modules/.installed: ui/package-lock.json
	cd ui && npm ci --no-audit --no-fund --ignore-scripts
	touch $@

ui/dist/.vite/manifest.json: ui/node_modules/.installed $(UI_SOURCES)
	cd ui && npm run build
	touch ui/dist/.gitkeep

test: build ## everything that needs no extra install, and the browser tests where Chromium is
	$(GO) test -shuffle=on ./...
	cd ui && npm test
	$(if $(CHROMIUM),$(MAKE) e2e,@echo "no Chromium: the browser tests were left out")

e2e: build ## the browser tests; they need Chromium
	cd ui && CHROMIUM=$(CHROMIUM) node --test --test-concurrency=1 e2e/*.e2e.mjs

crash: ## the faults of the README: hundreds of kills and power cuts
	DOORWARD_LONG=1 $(GO) test -v -count=1 -timeout 2h ./pkg/testkit/crash

gen: ## the files that are made from others
	$(GO) run ./cmd/gen

faults: ## disk full, damaged pages, killed migrations: the figures of the README (root for the disk)
	DOORWARD_LONG=1 $(GO) test -count=1 -v -run 'TestDiskFull|TestFlippedBytes|TestMigrationKilled|TestClockJumps' ./pkg/httpapi ./pkg/sqlite ./pkg/app | grep -v 'level=\|INFO\|ERROR'

lint:
	$(LINT) run ./...

check: build ## the gate: format, vet, lint, race tests, generated files, pages, browser tests
	@test -z "$$(gofmt -l cmd pkg ui/*.go)" || (gofmt -l cmd pkg ui/*.go; echo "not formatted: run gofmt -w"; exit 1)
	$(GO) vet ./...
	$(MAKE) lint
	$(MAKE) gen && git diff --exit-code -- pkg/sqlite/schema_gen.go
	$(GO) test $(RACE) -shuffle=on -count=1 ./...
	$(GO) test -count=1 -run 'TestHostileImports|TestImportKilled|TestDuplicateKilled' ./pkg/httpapi # without the race detector, see withoutRace
	cd ui && npm run lint && npm run typecheck && npm test && npm run check
	@test -n "$(CHROMIUM)" || (echo "the browser tests need Chromium"; exit 1)
	$(MAKE) e2e

replica: ## the long runs of replication: S3 and its outages, torn files, the stock program; twelve minutes
	DOORWARD_LONG=1 $(GO) test -count=1 -timeout 20m -v ./pkg/replica
	DOORWARD_LONG=1 $(GO) test -count=1 -timeout 20m -v -run 'TestReplicaOutage' ./pkg/httpapi

races: ## every single-use thing, and the last places of an event, asked for at once, two hundred rounds each
	DOORWARD_RACES=200 $(GO) test -count=1 -timeout 60m -run 'Race$$' -v ./pkg/account ./pkg/httpapi

timing: ## whether answers take longer for an address that has an account: medians of 500 tries each
	DOORWARD_TIMING=500 $(GO) test -count=1 -timeout 60m -run 'TestAnswersTakeTheSameTime' -v ./pkg/httpapi

asvs: ## the ids of ASVS 5.0 that apply, with the tests that prove them
	@$(GO) run ./cmd/gen asvs

bench: build ## the figures of the README
	$(GO) test -run '^$$' -bench . -benchtime 2s ./pkg/fraud ./pkg/cidr ./pkg/guest
	$(GO) test -run '^$$' -bench . -benchtime 2s -cpu 1 ./pkg/app # the number of clients is counted in processors
	$(GO) test -run '^$$' -bench "Storm|Import" -benchtime 1x ./pkg/httpapi
	@ls -l bin/doorward

# The pages, the program, and an image with nothing else in it.
FROM --platform=$BUILDPLATFORM node:22-slim AS pages
WORKDIR /src/ui
COPY ui/package.json ui/package-lock.json ./
RUN npm ci --no-audit --no-fund --ignore-scripts
COPY ui/ ./
# The About page shows it.
COPY pkg/geo/NOTICE-X4B /src/pkg/geo/
RUN npm run build

FROM --platform=$BUILDPLATFORM golang:1.26-bookworm AS program
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY cmd/ cmd/
COPY pkg/ pkg/
COPY ui/ ui/
COPY --from=pages /src/ui/dist/ ui/dist/
ARG TARGETOS TARGETARCH TARGETVARIANT VERSION=dev COMMITTED=
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH GOARM=${TARGETVARIANT#v} \
    go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=$VERSION -X main.committed=$COMMITTED" -o /made/usr/bin/doorward ./cmd/doorward \
 && mkdir -p /made/etc/ssl/certs /owned/data /owned/tmp \
 && cp /etc/ssl/certs/ca-certificates.crt /made/etc/ssl/certs/

FROM scratch
COPY --from=program /made/ /
COPY --from=program --chown=1000:1000 /owned/ /
ENV DOORWARD_DATA=/data PATH=/usr/bin
USER 1000:1000
VOLUME /data
EXPOSE 8080
# The image has no shell; the program asks itself.
HEALTHCHECK --interval=30s --timeout=6s --start-period=60s CMD ["/usr/bin/doorward", "ready"]
ENTRYPOINT ["/usr/bin/doorward"]
CMD ["serve"]

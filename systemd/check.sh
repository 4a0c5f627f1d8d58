#!/bin/sh
# Tries what `make dist` made, as far as one machine can: units, packages, the other processors, the image's files, and
# that the same source gives the same bytes. It wants root (for chroot) and Debian's systemd and qemu-user-static.
set -eu
version=$1 committed=$2
here=$(pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# starts COMMAND…: serves on a free port until /healthz answers, then stops it. A port is taken from the log.
starts() {
	"$@" serve --listen 127.0.0.1:0 >"$work/out" 2>"$work/log" &
	pid=$!
	for _ in $(seq 600); do
		addr=$(sed -n 's/.*msg=listening addr=\([0-9.:]*\).*/\1/p' "$work/log")
		[ -z "$addr" ] || break
		kill -0 $pid || { cat "$work/log"; return 1; }
		sleep 0.1
	done
	curl -sf "http://$addr/healthz" && echo
	bin/dist/doorward-linux-amd64 ready --listen "$addr"
	kill $pid
	wait $pid
}

echo "== the unit"
sed 's|/usr/bin/doorward|/bin/true|' systemd/doorward.service >"$work/doorward.service"
cp systemd/doorward.socket "$work/"
systemd-analyze verify "$work/doorward.service" "$work/doorward.socket"
systemd-analyze security --offline=true --threshold=20 systemd/doorward.service | tail -1

echo "== the packages"
for deb in bin/dist/*.deb; do
	dpkg-deb -f "$deb" Package Version Architecture Depends
	dpkg-deb -x "$deb" "$work/$(basename "$deb" .deb)"
done
dpkg-deb -c bin/dist/doorward_*_amd64.deb

echo "== the other processors"
for a in amd64: arm64:qemu-aarch64-static armv7:qemu-arm-static; do
	[ "$(${a#*:} "bin/dist/doorward-linux-${a%:*}" version)" = "$version" ]
	export DOORWARD_DATA="$work/data-${a%:*}"
	echo "${a%:*}:"
	starts ${a#*:} "bin/dist/doorward-linux-${a%:*}"
done

echo "== the files of the image, as user 1000 and with nothing else there"
root=$work/image
mkdir -p "$root/usr/bin" "$root/etc/ssl/certs" "$root/data" "$root/tmp" "$root/dev" "$root/proc"
cp bin/dist/doorward-linux-amd64 "$root/usr/bin/doorward"
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
chmod 0755 "$work" "$root"
chown 1000:1000 "$root/data" "$root/tmp"
export DOORWARD_DATA=/data
starts chroot --userspec=1000:1000 "$root" /usr/bin/doorward
rm -rf "$root/data"
size=$(du -sm "$root" | cut -f1)
echo "$size MB"
[ "$size" -le 60 ]

echo "== the same bytes twice, from another folder"
git -C "$here" ls-files -z | xargs -0 cp --parents -t "$work/image"
cp -r ui/dist "$work/image/ui/"
cd "$work/image"
CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=$version -X main.committed=$committed" -o again ./cmd/doorward
cmp again "$here/bin/dist/doorward-linux-amd64"
echo "all is well"

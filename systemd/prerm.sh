#!/bin/sh
# Before removal. An upgrade goes on serving until postinst restarts it.
set -e
[ "$1" = remove ] || exit 0
[ ! -d /run/systemd/system ] || systemctl stop doorward.socket doorward.service
systemctl disable doorward.socket doorward.service

#!/bin/sh
# After unpacking. A first install starts the service; later ones restart it behind its socket, if it runs.
set -e
[ "$1" = configure ] || exit 0
systemd-sysusers doorward.conf
if [ -z "$2" ]; then
	systemctl enable doorward.socket doorward.service
fi
[ -d /run/systemd/system ] || exit 0
systemctl daemon-reload
if [ -z "$2" ]; then
	systemctl start doorward.socket doorward.service
else
	systemctl try-restart doorward.service
fi

#!/bin/sh
# The alzette command for root: it runs with the settings of the service and the rights of its user. See docs/debian.md.
set -a
. /etc/alzette/settings.env
exec setpriv --reuid=alzette --regid=alzette --init-groups env HOME=/var/lib/alzette node /opt/alzette/node_modules/.bin/alzette "$@"

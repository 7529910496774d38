#!/bin/sh
# The alzette command for root: it runs with the settings of the service and the rights of its user. See docs/debian.md.
set -a
for file in /etc/alzette/*.env; do . "$file"; done
PATH=/opt/alzette/node_modules/.bin:$PATH
exec setpriv --reuid=alzette --regid=alzette --init-groups env HOME=/var/lib/alzette node /opt/alzette/node_modules/.bin/alzette "$@"

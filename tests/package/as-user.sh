#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Run a command as another user than root, in a copy of this tree that is the user's.  It
# adds the user, so it runs only in a bare Debian:
#
#	tests/package/chroot.sh trixie sh -c 'make deps && tests/package/as-user.sh make check'
set -eu
[ "${BARE-}" = yes ] || {
	echo "as-user.sh: it changes the machine: run it by tests/package/chroot.sh" >&2
	exit 1
}
cd "$(dirname "$0")/../.."

useradd --create-home builder
mkdir /home/builder/imxpt
tar -c --exclude ./build . | tar -C /home/builder/imxpt -x
chown -R builder: /home/builder/imxpt
cd /home/builder/imxpt
exec setpriv --reuid=builder --regid=builder --init-groups env HOME=/home/builder "$@"

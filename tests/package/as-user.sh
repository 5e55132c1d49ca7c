#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Run a command as another user than root, in a copy of this tree that is the user's.  It
# adds the user, so it is for a new machine, as root:
#
#	tests/package/chroot.sh trixie sh -c 'make deps && tests/package/as-user.sh make check'
set -eu
cd "$(dirname "$0")/../.."

useradd --create-home builder
mkdir /home/builder/imxpt
tar -c --exclude ./build . | tar -C /home/builder/imxpt -x
chown -R builder: /home/builder/imxpt
cd /home/builder/imxpt
exec setpriv --reuid=builder --regid=builder --init-groups env HOME=/home/builder "$@"

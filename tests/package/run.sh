#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Build, test and package the committed tree in bare new Debians; each name is one job:
#
#	bookworm trixie			README's two commands, as root and as another user
#	bookworm-deb trixie-deb		a Debian package
#	musl cross			the scripts of these names
#
# It takes root and debootstrap, and some minutes each.  The last line is "N passed, N failed".
set -u
cd "$(dirname "$0")/../.." || exit 1

log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0 failed=0

# job NAME: in its Debian
job() {
	case $1 in
	bookworm | trixie) tests/package/chroot.sh "$1" ;;
	musl) tests/package/chroot.sh bookworm sh -ec '
		make deps
		apt-get -qy --no-install-recommends install musl-tools
		exec tests/package/musl.sh' ;;
	cross) tests/package/chroot.sh bookworm tests/package/cross.sh ;;
	bookworm-deb | trixie-deb) tests/package/chroot.sh "${1%-deb}" tests/package/deb.sh ;;
	*) echo "run.sh: no such job: $1" && false ;;
	esac
}

can_run() {
	[ "$(id -u)" -eq 0 ] && command -v debootstrap >/dev/null &&
		unshare --mount --pid --fork true
}

for name; do
	start=$(date +%s)
	if ! can_run; then
		echo "ok - $name # skip it takes root, debootstrap and namespaces of its own"
	elif job "$name" >"$log" 2>&1; then
		passed=$((passed + 1))
		echo "ok - $name ($(($(date +%s) - start)) s)"
		grep -E '^[0-9]+ passed|# skip' "$log" | sort | uniq -c
	else
		failed=$((failed + 1))
		echo "not ok - $name"
		tail -n 100 "$log"
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Make a Debian package of this tree as another user than root, with its tests, and again in
# another directory without; check it with lintian; install it, run the end-to-end tests with
# the installed program, and remove it.  TAP.
#
# It adds a user, and installs and removes packages, so it runs only in a bare Debian:
#
#	tests/package/chroot.sh bookworm tests/package/deb.sh
set -eu
[ "${BARE-}" = yes ] || {
	echo "deb.sh: it changes the machine: run it by tests/package/chroot.sh" >&2
	exit 1
}
cd "$(dirname "$0")/../.."
# shellcheck source=tests/tap.sh
. tests/tap.sh

log=$tmp/log
DEBIAN_FRONTEND=noninteractive
export DEBIAN_FRONTEND
{
	make deps
	apt-get -qy --no-install-recommends install build-essential debhelper lintian
	useradd --create-home builder
} >"$log" 2>&1 || {
	tail "$log" >&2
	exit 1
}
version=$(cat .version 2>/dev/null || echo 0)

# package DIRECTORY [DEB_BUILD_OPTIONS]: from a copy of this tree
package() {
	mkdir -p "$1"
	tar -c --exclude ./build --exclude ./.git . | tar -C "$1" -x
	cp -r "$1/tests/package/debian" "$1/debian"
	cat >"$1/debian/changelog" <<-END
		imxpt ($version) unstable; urgency=medium

		  * Package the commit that the version names.

		 -- The imxpt authors <imxpt@imxpt.invalid>  $(date -R -r Makefile)
	END
	chown -R builder: "${1%/*}"
	(cd "$1" && setpriv --reuid=builder --regid=builder --init-groups \
		env HOME=/home/builder DEB_BUILD_OPTIONS="parallel=$(nproc) ${2-}" \
		dpkg-buildpackage -us -uc)
}

runs_as_installed() {
	mkdir -p "$tmp/tested"
	ln -sf /usr/sbin/imxpt "$first/build/tests" "$first/build/dts" "$first/build/completions" \
		"$tmp/tested"
	# shellcheck disable=SC2046 # names without blanks
	BUILD=$tmp/tested tests/check.sh $(find tests -maxdepth 1 -name '*.t' ! -name install.t)
}

first=$tmp/first/imxpt second=$tmp/in/a/longer/path/imxpt-again
ok "a package, with its tests" package "$first"
ok "a package again, elsewhere" package "$second" nocheck
deb=$(echo "$tmp"/first/imxpt_*.deb)
ok "the same bytes" cmp "$deb" "$tmp"/in/a/longer/path/imxpt_*.deb
ok "lintian has no error and no warning" lintian --allow-root --fail-on error,warning \
	"$tmp"/first/imxpt_*.changes
ok "it is installed" apt-get -qy --no-install-recommends install "$deb"
is "it says its version" "imxpt $version" "$(imxpt --version)"
ok "dpkg finds all its files" dpkg --verify imxpt
ok "the end-to-end tests, with the installed program" runs_as_installed
ok "it is removed" dpkg --purge imxpt
is "and leaves nothing" "" "$(find /usr /etc -name '*imxpt*')"
finish

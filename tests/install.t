#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make install, uninstall and dist: what is put where, and that it can be used from there.
set -eu
. tests/tap.sh

# Variables of the make that runs the tests are not for this one.
unset MAKEFLAGS MFLAGS MAKELEVEL
dest="$tmp/a dest"

installs() {
	make -s BUILD="$BUILD" DESTDIR="$dest" "$@"
}
files() {
	(cd "$dest" && find . -type f | sed 's/^\.//' | sort)
}

ok "install" installs PREFIX=/usr install
is "the files" "$(
	{
		echo /usr/sbin/imxpt
		for page in man/*; do
			echo "/usr/share/man/man${page##*.}/${page##*/}"
		done
		for source in dts/*.dts dts/include/*.*; do
			echo "/usr/share/imxpt/${source#dts/}"
		done
		for file in modprobe.conf 60-imxpt.rules kernel.config imxpt.schema.json; do
			echo "/usr/share/imxpt/$file"
		done
		echo /usr/lib/systemd/system/imxpt@.service
		echo /usr/share/bash-completion/completions/imxpt
		echo /usr/share/fish/vendor_completions.d/imxpt.fish
		echo /usr/share/zsh/site-functions/_imxpt
	} | sort
)" "$(files)"
is "the modes" "755 644 644" "$(cd "$dest/usr" && stat -c %a sbin/imxpt share/man/man8/imxpt.8 \
	share/imxpt/imx8qm-fec1.dts | paste -sd' ')"
unit=$dest/usr/lib/systemd/system/imxpt@.service
# shellcheck disable=SC2016 # systemd expands it
ok "the unit runs what is installed" grep -qx 'ExecStart=/usr/sbin/imxpt bind -p %i $BIND_OPTIONS' "$unit"
ok "and reads the installed configuration" grep -qx 'EnvironmentFile=-/etc/imxpt/%i.conf' "$unit"
verifies() {
	# as README.md says; systemd's own units and man are not below that root
	systemd-analyze verify --root="$dest" --man=no --recursive-errors=no imxpt@x.service 2>&1 |
		tee "$tmp/verified"
	[ ! -s "$tmp/verified" ]
}
if command -v systemd-analyze >/dev/null; then
	ok "systemd accepts the unit" verifies
else
	skip "systemd accepts the unit" "there is no systemd-analyze"
fi
ok "a place for the user's profiles" test -d "$dest/etc/imxpt"

# A profile that uses the installed headers, compiled as imxpt-profile(5) says.
cp "$dest/usr/share/imxpt/imx8qm-fec1.dts" "$tmp/mine.dts"
# shellcheck disable=SC2016 # eval expands it
man_line=$(sed -n '/^cpp -P/,/dtc -O/p' "$dest/usr/share/man/man5/imxpt-profile.5" |
	sed 's|\\e$|\\|; s|-I /usr|-I "$dest/usr|; s|/include |/include" |; s|dtc|dtc -q|')
(cd "$tmp" && eval "$man_line")
ok "a user's own profile is compiled with what is installed" \
	cmp "$tmp/mine.dtb" "$BUILD/dts/imx8qm-fec1.dtb"

: >"$dest/etc/imxpt/mine.dtb"
ok "uninstall" installs PREFIX=/usr uninstall
is "leaves what is the user's" /etc/imxpt/mine.dtb "$(files)"
rm "$dest/etc/imxpt/mine.dtb"

ok "install elsewhere" installs PREFIX=/opt/imxpt SBINDIR=/bin DATADIR=/data MANDIR=/pages \
	UNITDIR=/units install
is "all of it" "/bin /data /pages /units" \
	"$(cd "$dest" && find . -mindepth 1 -maxdepth 1 ! -empty | sed 's/^\.//' |
		grep -vx -e /usr -e /etc | sort | paste -sd' ')"
ok "uninstall from there" installs PREFIX=/opt/imxpt SBINDIR=/bin DATADIR=/data MANDIR=/pages \
	UNITDIR=/units uninstall
is "leaves nothing" "" "$(files)"

mkdir -p "$dest/opt"
: >"$dest/opt/my"
refuses() {
	rc=0
	installs "PREFIX=/opt/my apps" "$1" >/dev/null 2>"$tmp/err" || rc=$?
	is "$1 refuses a directory with a blank" "2 imxpt: a directory has a blank, &, |, % or a backslash: \
SBINDIR=/opt/my apps/sbin" "$rc $(grep -v '^make' "$tmp/err")"
}
refuses install
refuses uninstall
is "and leave a file of another as it was" /opt/my "$(files)"
refused=0
for dir in '/a&b' '/a|b' '/a%b' '/a\b'; do
	! installs PREFIX=/usr SYSCONFDIR="$dir" uninstall 2>&1 |
		grep -q '^imxpt: a directory has a blank' || refused=$((refused + 1))
done
is "other characters are refused" 4 "$refused"

# In a folder of its own, since the program has SYSCONFDIR compiled in, and others test it now.
texts=$tmp/texts/installed
ok "the texts have the directories" make -s BUILD="$tmp/texts" DATADIR=/data SYSCONFDIR=/conf \
	"$texts/man/imxpt.8" "$texts/imxpt@.service"
ok "the manual" grep -qx '.It Pa /data/imxpt' "$texts/man/imxpt.8"
ok "of the configuration" grep -qx '.It Pa /conf/imxpt/NAME.dtb' "$texts/man/imxpt.8"
ok "the unit" grep -qx 'EnvironmentFile=-/conf/imxpt/%i.conf' "$texts/imxpt@.service"
ok "directories that look like those they replace" make -s BUILD="$tmp/texts" SBINDIR=/etc/imxpt/bin \
	DATADIR=/etc/imxpt SYSCONFDIR=/usr/local/etc "$texts/man/imxpt.8" "$texts/imxpt@.service"
is "are not replaced again in the unit" "-/usr/local/etc/imxpt/%i.conf /etc/imxpt/bin/imxpt" "$(
	sed -n 's/^EnvironmentFile=//p; s/^ExecStart=\([^ ]*\).*/\1/p' "$texts/imxpt@.service" | paste -sd' ')"
ok "nor in the manual" grep -qx '.It Pa /etc/imxpt/imxpt' "$texts/man/imxpt.8"
has "the program" "$(make -n BUILD="$tmp/texts" SYSCONFDIR=/conf "$tmp/texts/src/cmd/files.o")" \
	"-DIMXPT_SYSCONFDIR='\"/conf\"'"

is "Yocto's recipe has the checksum of LICENSE" "$(md5sum <LICENSE | cut -d ' ' -f 1)" \
	"$(sed -n 's/^LIC_FILES_CHKSUM.*md5=\([0-9a-f]*\).*/\1/p' tests/package/imxpt.bb)"
nix_line=$(sed -n "s/.*--replace-fail '\(.*\)' ':'.*/\1/p" tests/package/imxpt.nix)
is "the Nix expression finds the line that it replaces" 1 "$(grep -cF -- "$nix_line" Makefile)"
if [ -e .git ] && command -v git >/dev/null; then
	first=$(make -s BUILD="$tmp/1" dist)
	second=$(make -s BUILD="$tmp/2" dist)
	ok "make dist makes the same bytes twice" cmp "$first" "$second"
	is "a tarball knows its version" "$(basename "$first" .tar.gz | sed 's/^imxpt-//')" \
		"$(tar -xzO -f "$first" --wildcards '*/.version')"
else
	skip "make dist makes the same bytes twice" "this is no checkout"
	skip "a tarball knows its version" "this is no checkout"
fi

# A file is in the way of a directory; the last page can be installed.
mkdir -p "$tmp/other/usr/share/man"
: >"$tmp/other/usr/share/man/man5"
ok "a page that cannot be installed is an error" not make -s BUILD="$BUILD" DESTDIR="$tmp/other" \
	PREFIX=/usr install

mkdir "$tmp/git"
cat >"$tmp/git/git" <<'END'
#!/bin/sh
[ "$1" != archive ] || { printf 'error: unknown option\nusage: git archive\n' >&2; exit 129; }
END
chmod +x "$tmp/git/git"
rc=0
PATH=$tmp/git:$PATH make BUILD="$tmp/3" dist >/dev/null 2>"$tmp/err" || rc=$?
is "make dist fails if git fails" 2 "$rc"
is "in one line" "imxpt: git archive: error: unknown option" "$(grep -v '^make' "$tmp/err")"
is "and leaves no file" "" "$(ls "$tmp/3")"
finish

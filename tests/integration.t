#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The commands of the manual's section INTEGRATION, as they are printed there, on a recorded
# board and with a program in place of QEMU that prints its arguments.
set -eu
# shellcheck source=tests/recorded.sh
. tests/recorded.sh

command -v jq >/dev/null || skip_all "jq is missing"

# manual NUMBER: that literal block of the section, as a reader sees it
manual() {
	sed -n '/^\.Sh INTEGRATION/,/^\.Sh NO/p' man/imxpt.8 |
		awk -v n="$1" '/^\.Ed/ { here = 0 } here; /^\.Bd/ { here = ++block == n }' |
		sed 's/\\e/\\/g'
}

mkdir "$tmp/bin" "$tmp/cwd"
program=$(realpath "$imxpt")
cat >"$tmp/bin/imxpt" <<END
#!/bin/sh
exec $program --root $root "\$@"
END
cat >"$tmp/bin/qemu-system-aarch64" <<'END'
#!/bin/sh
printf '%s\n' "$@"
END
chmod +x "$tmp"/bin/*

# from_manual NUMBER: run that block
from_manual() {
	manual "$1" >"$tmp/block"
	(cd "$tmp/cwd" && env PATH="$tmp/bin:$PATH" sh -e "$tmp/block")
}

# without_phandles: of the SMMU, which each tree numbers in its own way
without_phandles() {
	sed 's/ iommus = <0x[0-9a-f]* / iommus = </'
}
sed -n '/From its output:/,/^## /s/^    //p' README.md | without_phandles >"$tmp/shown"
"$imxpt" patch -q -n "$(board mek-like)" | without_phandles >"$tmp/plan"
is "README shows some lines of a plan" 6 "$(grep -cxFf "$tmp/shown" "$tmp/plan")"
is "and no other" "" "$(grep -vxFf "$tmp/plan" "$tmp/shown")"
is "a drive has its format, or QEMU guesses it and protects its first block" "" \
	"$(grep -h 'drive file=' README.md man/imxpt.8 | grep -v format=)"

fresh
is "there are four blocks" 4 "$(for n in 1 2 3 4 5; do manual $n | head -n 1; done | wc -l)"

from_manual 1
env PATH="$tmp/bin:$PATH" "$tmp/cwd/run-guest" >"$tmp/arguments" || :
"$imxpt" qemu -q --json -- -smp 2 -m 1G -kernel Image | jq -r '.argv[1:][]' >"$tmp/want"
ok "a script for a unit runs QEMU" diff "$tmp/want" "$tmp/arguments"

run --root "$root" check --json
cp "$tmp/out" "$tmp/checks"
from_manual 2 >"$tmp/tap"
# count FILTER: of the checks
count() {
	jq "[.checks[] | select($1)] | length" "$tmp/checks"
}
is "TAP: the plan" "1..$(count true)" "$(head -n 1 "$tmp/tap")"
is "TAP: a line for each check" "$(jq -r '.checks[].name' "$tmp/checks")" \
	"$(sed -n 's/^[a-z ]*ok [0-9]* - \([^ ]*\).*/\1/p' "$tmp/tap")"
is "TAP: failures" "$(count '.verdict == "fail"')" "$(grep -c '^not ok' "$tmp/tap")"
ok "TAP: some fail here" [ "$(count '.verdict == "fail"')" -gt 0 ]
is "TAP: skipped" "$(count '.verdict == "skip"')" "$(grep -c '^ok .* # SKIP$' "$tmp/tap")"
is "TAP: numbers" "$(seq "$(count true)")" "$(sed -n 's/.*ok \([0-9]*\) .*/\1/p' "$tmp/tap")"

from_manual 3
is "the words for another program" "-dtb guest.dtb \
-device vfio-platform,id=enet0_lpcg,host=5b230000.clock-controller \
-device vfio-platform,id=fec1,host=5b040000.ethernet \
-device vfio-platform,id=lsio_mu2,host=5d1d0000.mailbox" "$(jq -r 'join(" ")' "$tmp/cwd/words.json")"
is "the words for libvirt" "$(jq -r '.[]' "$tmp/cwd/words.json" |
	sed 's|.*|<qemu:arg value="&"/>|')" "$(from_manual 4)"

# Without such a profile imxpt fails, and writes its error as JSON.
rm "$tmp/cwd/run-guest" "$tmp/cwd/words.json"
export IMXPT_PROFILE=nope
ok "no script for a unit if imxpt fails" not from_manual 1
ok "no words if imxpt fails" not from_manual 3
is "and no files" "" "$(ls "$tmp/cwd")"
has "TAP: no check was run" "$(from_manual 2 2>"$tmp/err" | head -n 1)" \
	"Bail out! IMXPT_PROFILE: there is no profile 'nope'"
finish

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The completions: bash's answers, compared with the program's help; fish's and zsh's.
set -eu
# shellcheck source=tests/tap.sh
. tests/tap.sh

here=$PWD
mkdir "$tmp/bin" "$tmp/cwd" "$tmp/cwd/a dir"
: >"$tmp/cwd/board.dtb"
ln -s "$(realpath "$imxpt")" "$tmp/bin/imxpt"
PATH=$tmp/bin:$PATH
commands=$("$imxpt" help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')

# options [COMMAND]: all that the help of the command has, one a line
options() {
	"$imxpt" help "$@" | sed -n 's/^  \(-.,\)* *\(--[a-z-]*\) .*/\1\n\2/p' | tr -d , |
		grep . | sort
}

# complete_bash WORD...: what the last word can become, one a line
complete_bash() {
	# shellcheck disable=SC2016 # bash expands them
	(cd "$tmp/cwd" && bash --norc -c '
		compopt() { :; } # it is for a completion that a terminal asks for
		. "$1"
		shift
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		_imxpt "$1"
		[ ${#COMPREPLY[@]} -eq 0 ] || printf "%s\n" "${COMPREPLY[@]}"
	' bash "$here/$BUILD/completions/imxpt.bash" imxpt "$@") | sort
}

# completes NAME WANT WORD...: the answers, with spaces between
completes() {
	name=$1 want=$2
	shift 2
	is "bash: $name" "$want" "$(complete_bash "$@" | paste -sd' ')"
}

case $BUILD in
/*) here= ;;
esac
is "bash: the commands" "$(printf '%s\n' "$commands" | sort)" "$(complete_bash "" | grep -v '^-')"
is "bash: the global options" "$(options)" "$(complete_bash -)"
for command in $commands; do
	is "bash: the options of $command" "$(options "$command")" "$(complete_bash "$command" -)"
done
profiles=$("$imxpt" profiles | sed 's/ .*//' | paste -sd' ')
checks=$("$imxpt" check --explain | awk 'NR > 1 { print $2 }' | sort | paste -sd' ')

completes "a command" "partition patch" pa
completes "a command after --root" "partition patch profiles" --root / p
completes "a command after --root=" "partition patch profiles" --root = / p
completes "a long option" "--dry-run" bind --d
completes "a profile, or a file" "a dir board.dtb $profiles" bind -p ""
completes "a profile after --profile=" "ghaf-guide" bind --profile = gh
completes "= itself" "a dir board.dtb $profiles" bind --profile =
completes "a profile after short options in one word" "ghaf-guide" patch -np gh
completes "a profile in a word with its option" "-pghaf-guide" bind -pgh
completes "a profile in a word with short options" "-npghaf-guide" patch -npgh
completes "an operand after an option with its argument" "" patch -op gh
completes "a short option" "-p" patch -p
completes "a file" "board.dtb" guest --host b
completes "a directory" "a dir" status --root ""
completes "a format" "fw_setenv" uboot --format f
completes "who makes the partition" "linux uboot" patch --partition ""
completes "an option after one that takes nothing" "--owner" bind --partition --o
completes "a VMM" "crosvm" check --vmm c
completes "nothing for a name" "" uboot --fdt-file ""
completes "a check" "$checks" check --explain ""
completes "an option instead of a check" "--json" check --explain --j
completes "a user" "root" check --user roo
completes "nothing for a number" "" patch --pad ""
completes "a tree" "board.dtb" patch -n b
completes "no operand" "" bind ""
completes "a command for help" "unbind" help un
completes "a profile to print" "ghaf-guide" profiles gh
completes "a file for QEMU" "board.dtb" qemu -- -kernel b
completes "no option of ours for QEMU" "" qemu -- -p

# --- bash-completion loads it by its name

if [ -e /usr/share/bash-completion/bash_completion ]; then
	mkdir -p "$tmp/share/bash-completion/completions"
	cp "$BUILD/completions/imxpt.bash" "$tmp/share/bash-completion/completions/imxpt"
	# shellcheck disable=SC2016 # bash expands it
	ok "bash-completion finds it" env XDG_DATA_DIRS="$tmp/share" bash --norc -ic '
		. /usr/share/bash-completion/bash_completion
		_completion_loader imxpt 2>/dev/null || _comp_load imxpt
		complete -p imxpt | grep "_imxpt imxpt$"'
else
	skip "bash-completion finds it" "bash-completion is missing"
fi

# --- fish

# complete_fish LINE: what its last word can become, one a line
complete_fish() {
	(cd "$tmp/cwd" && HOME=$tmp fish --no-config -c "
		source $here/$BUILD/completions/imxpt.fish
		complete -C '$1'") | cut -f 1 | sort
}

if command -v fish >/dev/null; then
	is "fish: the commands" "$(printf '%s\n' "$commands" | sort)" "$(complete_fish "imxpt ")"
	for command in $commands; do
		is "fish: the options of $command" "$(options "$command" | grep '^--')" \
			"$(complete_fish "imxpt $command --")"
	done
	is "fish: a command after --root" "partition patch profiles" \
		"$(complete_fish "imxpt --root / p" | paste -sd' ')"
	is "fish: a profile" "ghaf-guide" "$(complete_fish "imxpt bind -p gh")"
	is "fish: a profile in a word with short options" "-npghaf-guide" "$(complete_fish "imxpt patch -npgh")"
	is "fish: a profile of another command" "ghaf-guide" "$(complete_fish "imxpt partition -p gh")"
	is "fish: who makes the partition" "linux uboot" \
		"$(complete_fish "imxpt patch --partition " | paste -sd' ')"
	is "fish: an option after one that takes nothing" "--owner" \
		"$(complete_fish "imxpt bind --partition --ow")"
	is "fish: an option instead of a check" "--json" "$(complete_fish "imxpt check --explain --j")"
	is "fish: a check" "$checks" "$(complete_fish "imxpt check --explain " | paste -sd' ')"
	is "fish: a file" board.dtb "$(complete_fish "imxpt patch -n b")"
	is "fish: no operand" "" "$(complete_fish "imxpt bind ")"
else
	skip "fish" "fish is missing"
fi

# --- zsh

# The options in a specification of _arguments: a terminal would be needed to complete them.
options_zsh() {
	awk -v case="$1)" '
		$1 ~ /^[a-z]+\)$/ { here = $1 == case }
		/local -a specs/ { here = 1 }
		$1 == ")" { here = 0 }
		here && match($0, /--[a-z-]+/) { print substr($0, RSTART, RLENGTH) }' \
		"$BUILD/completions/imxpt.zsh" | sort
}

# complete_zsh LINE: the line after a tab.  It is typed in a terminal, which adds "print" at its
# start (^A), so that nothing else is run.
complete_zsh() {
	# shellcheck disable=SC2016 # zsh expands it
	(cd "$tmp/cwd" && timeout 60 zsh -fc '
		zmodload zsh/zpty && zpty z TERM=dumb zsh -fi || exit
		zpty -w z "fpath+=($1); autoload -U compinit; compinit -u -D; bindkey -e"
		zpty -w z "$2"$'"'\\t\\x01'"'"print -r >$1/line -- "
		zpty -w z exit
		while zpty -r z; do :; done' zsh "$tmp/zsh" "$1" >"$tmp/zsh/terminal" 2>&1
	cat "$tmp/zsh/line")
}

if command -v zsh >/dev/null; then
	ok "zsh reads it" zsh -fn "$BUILD/completions/imxpt.zsh"
	ok "zsh: who makes the partition" grep -q -- "--partition.*:WHO:(uboot linux)'" \
		"$BUILD/completions/imxpt.zsh"
	for command in $commands; do
		is "zsh: the options of $command" "$(options "$command" | grep '^--')" "$(options_zsh "$command")"
	done
	mkdir "$tmp/zsh"
	cp "$BUILD/completions/imxpt.zsh" "$tmp/zsh/_imxpt"
	if zsh -fc 'zmodload zsh/zpty && zpty z true' 2>"$tmp/err"; then
		for line in "--profile=gh" "--profile gh" "-pgh" "-npgh"; do
			is "zsh: $line" "imxpt patch ${line}af-guide" "$(complete_zsh "imxpt patch $line")"
		done
	else
		skip "zsh: a profile" "there is no terminal"
	fi
else
	skip "zsh" "zsh is missing"
fi
finish

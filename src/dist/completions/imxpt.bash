# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Completion of imxpt for bash.

# The words that can follow a command; without one, also the commands.
_imxpt_options()
{
	case $1 in
@WORDS@
	esac
}

# What the argument of an option is, COMMAND:OPTION, or a command's operands, COMMAND:.
_imxpt_kind()
{
	case $1 in
@KINDS@
	esac
}

_imxpt_words()
{
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

_imxpt_files()
{
	compopt -o filenames
	mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen "$1" -- "$2")
}

# _imxpt_complete KIND WORD PROGRAM
_imxpt_complete()
{
	case $1 in
	FILE) _imxpt_files -f "$2" ;;
	DIR) _imxpt_files -d "$2" ;;
	=*) _imxpt_words "${1#=}" "$2" ;;
	USER) mapfile -t COMPREPLY < <(compgen -u -- "$2") ;;
@SETS@
	CHECK) _imxpt_words "$("$3" check --explain 2>/dev/null | awk 'NR > 1 { print $2 }')" "$2" ;;
	PROFILE)
		_imxpt_words "$("$3" profiles 2>/dev/null | awk '{ print $1 }')" "$2"
		_imxpt_files -f "$2"
		;;
	esac
}

_imxpt()
{
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	local command="" kind="" i

	# bash makes three words of --option=value
	if [[ $word == = ]]; then
		word=
	elif [[ $before == = ]]; then
		before=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--root)
			[[ ${COMP_WORDS[i + 1]} != = ]] || ((i++))
			((i++))
			;;
		--)
			kind=FILE # for another program
			break
			;;
		-*) ;;
		*) : "${command:=${COMP_WORDS[i]}}" ;;
		esac
	done
	if [[ ! $kind && $before == -* ]]; then
		kind=$(_imxpt_kind "$command:$before")
	fi
	if [[ $kind == *\? ]]; then
		kind=${kind%\?}
		[[ $word != -* ]] || kind=
	fi
	COMPREPLY=()
	if [[ ! $kind && ($word == -* || ! $command) ]]; then
		_imxpt_words "$(_imxpt_options "$command")" "$word"
	else
		_imxpt_complete "${kind:-$(_imxpt_kind "$command:")}" "$word" "$1"
	fi
}

complete -F _imxpt imxpt

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

# _imxpt_short COMMAND WORD: WORD's short options up to the first that has an argument
_imxpt_short()
{
	local i

	for ((i = 1; i < ${#2}; i++)); do
		if [[ $(_imxpt_kind "$1:-${2:i:1}") ]]; then
			echo "${2:0:i + 1}"
			return
		fi
	done
}

_imxpt()
{
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	local command="" kind="" last="" prefix="" i

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
	if [[ $before == -[!-]* ]]; then
		[[ $(_imxpt_short "$command" "$before") != "$before" ]] || last=-${before: -1}
		before=$last
	fi
	if [[ ! $kind && $word == -[!-]* ]]; then
		prefix=$(_imxpt_short "$command" "$word")
		word=${word#"$prefix"}
		if [[ ! $word ]]; then
			word=$prefix prefix=
		elif [[ $prefix ]]; then
			before=-${prefix: -1}
		fi
	fi
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
	COMPREPLY=("${COMPREPLY[@]/#/"$prefix"}")
}

complete -F _imxpt imxpt

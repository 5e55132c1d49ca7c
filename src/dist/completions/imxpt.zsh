#compdef imxpt
# SPDX-License-Identifier: Apache-2.0
# Completion of imxpt for zsh.

_imxpt_profile() {
	compadd -- ${${(f)"$(imxpt profiles 2>/dev/null)"}%% *}
	_files -g '*.dtb'
}

_imxpt_check() {
	compadd -- ${(f)"$(imxpt check --explain 2>/dev/null | awk 'NR > 1 { print $2 }')"}
}

_imxpt_command() {
	local -a commands=(
@COMMANDS@
	)

	_describe command commands
}

_imxpt() {
	local -a specs=(
@GLOBALS@
	)
	local curcontext=$curcontext context state line
	typeset -A opt_args

	_arguments -C -s -S $specs ':command:_imxpt_command' '*::argument:->rest' && return
	[[ $state == rest ]] || return
	case $words[1] in
@CASES@
	esac
	_arguments -s -S $specs
}

_imxpt "$@"

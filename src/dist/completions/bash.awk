# SPDX-License-Identifier: Apache-2.0
# What is made for imxpt.bash; see options.awk.

function print_part(part,   i) {
	if (part == "@WORDS@") {
		print_words("")
		for (i = 1; i <= n_commands; i++)
			print_words(commands[i])
	} else if (part == "@KINDS@") {
		print_kinds()
	} else if (part == "@SETS@") {
		print "\tFORMAT) _imxpt_words '" formats "' \"$2\" ;;"
		print "\tCOMMAND) _imxpt_words '" join_commands() "' \"$2\" ;;"
	}
}

# A case for the command: all words that can follow it.
function print_words(command,   i, key, words) {
	words = command ? "" : " " join_commands()
	for (i = 1; i <= n_keys; i++) {
		key = keys[i]
		if (is_accepted(command, key))
			words = words (key in letter ? " -" letter[key] : "") " --" long[key]
	}
	printf "\t%s) echo%s ;;\n", command ? command : "''", words
}

function print_kinds(   i, key) {
	for (i = 1; i <= n_keys; i++) {
		key = keys[i]
		if (arg[key])
			printf "\t%s--%s) echo %s ;;\n", key in letter ? "-" letter[key] " | " : "",
				long[key], kind(key) ? kind(key) : "NONE"
	}
	for (i = 1; i <= n_commands; i++)
		if (operand[commands[i]])
			printf "\t%s) echo %s ;;\n", commands[i], operand[commands[i]]
}

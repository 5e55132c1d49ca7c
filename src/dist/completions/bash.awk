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

# "?": the argument is optional; "=WORDS": it is one of these.
function print_kinds(   i, key, what) {
	for (i = 1; i <= n_keys; i++) {
		key = keys[i]
		if (!arg[key])
			continue
		what = kind(key) ? kind(key) : "NONE"
		if (what == "CHOICE")
			what = "=" choices[long[key]]
		printf "\t%s) echo '%s' ;;\n", patterns(key), what (is_optional(key) ? "?" : "")
	}
	for (i = 1; i <= n_commands; i++)
		if (operand[commands[i]])
			printf "\t%s:) echo %s ;;\n", commands[i], operand[commands[i]]
}

# COMMAND:OPTION, for each command that accepts the option; "*": for all that have one so named
function patterns(key,   i, out, is_shared) {
	for (i = 1; i <= n_keys; i++)
		is_shared = is_shared || keys[i] != key && long[keys[i]] == long[key]
	if (!is_shared)
		return (key in letter ? "*:-" letter[key] " | " : "") "*:--" long[key]
	for (i = 1; i <= n_commands; i++)
		if ((commands[i], key) in accepts)
			out = out (out ? " | " : "") commands[i] ":--" long[key]
	return out
}

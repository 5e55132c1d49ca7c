# SPDX-License-Identifier: Apache-2.0
# What is made for imxpt.zsh; see options.awk.

function print_part(part,   i) {
	for (i = 1; part == "@COMMANDS@" && i <= n_commands; i++)
		print "\t\t" quoted(commands[i] ":" summary[commands[i]])
	for (i = 1; part == "@GLOBALS@" && i <= n_keys; i++)
		if (keys[i] in is_global)
			print_option("\t\t", keys[i])
	for (i = 1; part == "@CASES@" && i <= n_commands; i++)
		print_case(commands[i])
}

function quoted(text) {
	gsub(/'/, "'\\''", text)
	return "'" text "'"
}

# Brackets, ':' and '\' have a meaning in a specification of _arguments; -p+ and --profile= may
# have their argument in the same word.
function print_option(indent, key,   text, long_name, attached) {
	text = help[key]
	gsub(/\[|\]|:|\\/, "\\\\&", text)
	text = "[" text "]"
	attached = arg[key] ? "=" : ""
	if (attached)
		text = text (is_optional(key) ? "::" : ":") argument_name(key) ":" action(kind(key), choices[long[key]])
	long_name = "--" long[key]
	if (key in letter)
		print indent quoted("(-" letter[key] " " long_name ")") "{-" letter[key] \
			(attached ? "+" : "") "," long_name attached "}" quoted(text)
	else
		print indent quoted(long_name attached text)
}

function argument_name(key,   name) {
	name = arg[key]
	gsub(/\[|\]|:/, " ", name)
	return name
}

# words: of a choice
function action(what, words) {
	if (what == "CHOICE")
		return "(" words ")"
	if (what == "FILE")
		return "_files"
	if (what == "DIR")
		return "_directories"
	if (what == "USER")
		return "_users"
	return what ? "_imxpt_" tolower(what) : " "
}

function print_case(command,   i) {
	print "\t" command ")"
	print "\t\tspecs+=("
	for (i = 1; i <= n_keys; i++)
		if ((command, keys[i]) in accepts)
			print_option("\t\t\t", keys[i])
	if (operand[command])
		print "\t\t\t" quoted("*:" tolower(operand[command]) ":" action(operand[command]))
	print "\t\t)"
	print "\t\t;;"
}

# SPDX-License-Identifier: Apache-2.0
# Print template, the completion of a shell, with its lines "@PART@" made from the tables
# of commands and options in the sources:
#
#	awk -v template=imxpt.SHELL -f options.awk -f SHELL.awk \
#		include/cmd/command.h src/cmd/*.c src/main.c
#
# It is for sources as clang-format prints them, and needs no program that a cross build
# could not run.  It fails if an option of a command is in no table; tests/completions.t
# compares the result with the program's help.
#
# For SHELL.awk, which has print_part(PART):
#	commands[1..n_commands]			names
#	summary[COMMAND], operand[COMMAND]	its line of help; the kind of its operands
#	keys[1..n_keys]				the options of all commands
#	long[KEY], letter[KEY], arg[KEY], help[KEY]	"" for what an option has not
#	accepts[COMMAND, KEY], is_global[KEY]
#	choices[LONG]				an option's only words, with spaces between
# A kind is FILE, DIR, PROFILE, CHECK, USER, COMMAND or CHOICE; "" cannot be completed.

{ text[FILENAME] = text[FILENAME] $0 "\n" }

END {
	for (i = 1; i < ARGC; i++) {
		read_letters(text[ARGV[i]])
		read_options(text[ARGV[i]])
		read_choices(text[ARGV[i]])
	}
	for (i = 1; i < ARGC; i++)
		read_command(text[ARGV[i]])
	if (!n_keys || !n_commands || !choices["format"])
		fail("the tables are not found")
	while ((getline line <template) > 0) {
		if (line ~ /^@[A-Z]+@$/)
			print_part(line)
		else
			print line
	}
}

function fail(reason) {
	print "options.awk: " reason | "cat >&2"
	exit 1
}

# The first string literal in text; rest is the text after it.
function string(text,   out, c) {
	out = ""
	text = substr(text, index(text, "\"") + 1)
	for (; (c = substr(text, 1, 1)) != "\"" && c != ""; text = substr(text, 2)) {
		if (c == "\\") {
			text = substr(text, 2)
			c = substr(text, 1, 1)
		}
		out = out c
	}
	rest = substr(text, 2)
	return out
}

# What stands in text between start, a regular expression, and the next end; else "".
function between(text, start, end) {
	if (!match(text, start))
		return ""
	text = substr(text, RSTART + RLENGTH)
	return substr(text, 1, index(text, end) - 1)
}

# Put the keys of an array of C into list; the number of them is returned.
function split_keys(array, list,   n, i) {
	gsub(/[ \t\n]/, "", array)
	sub(/,?0$/, "", array)
	n = split(array, list, ",")
	for (i = 1; i <= n; i++)
		if (!(list[i] in long))
			fail("an option in no table: " list[i])
	return n
}

# OPT_OUTPUT = 'o',
function read_letters(text,   row) {
	while (match(text, /OPT_[A-Z_]+ = '[A-Za-z]'/)) {
		row = substr(text, RSTART, RLENGTH)
		text = substr(text, RSTART + RLENGTH)
		letter[substr(row, 1, index(row, " ") - 1)] = substr(row, length(row) - 1, 1)
	}
}

# { OPT_OUTPUT, TEXT(output), "output", "FILE", "write the tree to FILE" },
function read_options(text,   table, key, list, n) {
	table = between(text, "rows\\[\\] = \\{", "\n};")
	while (match(table, /\{ OPT_[A-Z_]+,/)) {
		key = substr(table, RSTART + 2, RLENGTH - 3)
		long[key] = string(substr(table, RSTART + RLENGTH))
		arg[key] = rest ~ /^, NULL,/ ? "" : string(rest)
		help[key] = string(rest)
		table = rest
		keys[++n_keys] = key
	}
	if (n = split_keys(between(text, "global_options\\[\\] = \\{", "}"), list))
		for (; n; n--)
			is_global[list[n]] = 1
}

# "--format is boot-script, fw_setenv or libubootenv, not '%s'"
function read_choices(text,   row, at, name) {
	while (match(text, /"--[a-z-]+ is [a-z_, -]+, not /)) {
		row = substr(text, RSTART + 3, RLENGTH - 9)
		text = substr(text, RSTART + RLENGTH)
		at = index(row, " is ")
		name = substr(row, 1, at - 1)
		row = substr(row, at + 4)
		gsub(/,| or /, " ", row)
		gsub(/  +/, " ", row)
		choices[name] = row
	}
}

# const struct command cmd_patch = { .name = "patch", ...
function read_command(text,   row, name, list, n) {
	row = between(text, "\n(static )?const struct command cmd_[a-z]+ = \\{", "\n};")
	if (!row)
		return
	name = string(between(row, "\\.name =", "\n"))
	summary[name] = string(between(row, "\\.summary =", "\n"))
	operand[name] = operand_kind(string(between(row, "\\.usage =", "\n")))
	commands[++n_commands] = name
	for (n = split_keys(between(text, "accepts\\[\\] = \\{", "}"), list); n; n--)
		accepts[name, list[n]] = 1
}

# "-o OUT.dtb IN.dtb": the operand is a file
function operand_kind(usage) {
	gsub(/-[-a-z]+ [A-Z]+\.[a-z]+/, "", usage)
	if (usage ~ /\.dtb|--/)
		return "FILE"
	return usage ~ /PROFILE/ ? "PROFILE" : usage ~ /COMMAND/ ? "COMMAND" : ""
}

# The kind of an option's argument.
function kind(key,   name) {
	if (choices[long[key]])
		return "CHOICE"
	name = arg[key]
	sub(/^USER.*/, "USER", name)
	sub(/^PATH$/, "FILE", name)
	gsub(/[][]/, "", name)
	return name ~ /^(FILE|DIR|PROFILE|CHECK|USER)$/ ? name : ""
}

function is_optional(key) {
	return arg[key] ~ /^\[/
}

# Does the command accept the option?  "": no command is given yet.
function is_accepted(command, key) {
	return key in is_global || (command, key) in accepts
}

function join_commands(   i, names) {
	for (i = 1; i <= n_commands; i++)
		names = names (i > 1 ? " " : "") commands[i]
	return names
}

# SPDX-License-Identifier: Apache-2.0
# What is made for imxpt.fish; see options.awk.

function print_part(part,   i) {
	if (part == "@GLOBALS@") {
		for (i = 1; i <= n_keys; i++)
			if (keys[i] in is_global)
				print "        " (keys[i] in letter ? letter[keys[i]] "/" : "") \
					long[keys[i]] (arg[keys[i]] ? "=" : "") " \\"
	} else if (part == "@COMMANDS@") {
		for (i = 1; i <= n_keys; i++)
			if (keys[i] in is_global)
				print "complete -c imxpt" option(keys[i])
		for (i = 1; i <= n_commands; i++)
			print_command(commands[i])
	}
}

function quoted(text) {
	gsub(/['\\]/, "\\\\&", text)
	return "'" text "'"
}

function print_command(command,   i, here) {
	here = "complete -c imxpt -n " quoted("__imxpt_in " command)
	print ""
	print "complete -c imxpt -n '__imxpt_in' -a " command " -d " quoted(summary[command])
	for (i = 1; i <= n_keys; i++)
		if ((command, keys[i]) in accepts)
			print here option(keys[i])
	if (operand[command])
		print here values(operand[command])
}

function option(key) {
	return (key in letter ? " -s " letter[key] : "") " -l " long[key] \
		(arg[key] ? " -r" values(kind(key), choices[long[key]]) : "") " -d " quoted(help[key])
}

# words: of a choice
function values(what, words) {
	if (what == "FILE")
		return " -F"
	if (what == "DIR")
		return " -x -a '(__fish_complete_directories)'"
	if (what == "USER")
		return " -x -a '(__fish_complete_users)'"
	if (what == "CHOICE")
		return " -x -a " quoted(words)
	if (what == "COMMAND")
		return " -x -a " quoted(join_commands())
	if (what == "CHECK")
		return " -x -a '(__imxpt_checks)'"
	if (what == "PROFILE")
		return " -F -a '(__imxpt_profiles)'"
	return " -x"
}

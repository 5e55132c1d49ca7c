# SPDX-License-Identifier: Apache-2.0
# Print the faults that tests/mutate.sh can plant in the C files given as arguments, one a
# line, with tabs between: sort key, file, line, the line with the fault.
# Only lines in functions are changed.  -v seed=N: another N, other keys.

# The sort key: a number below 2^31 made of the text, so that it stays when others change.
function hash(text,    i, h) {
	h = seed
	for (i = 1; i <= length(text); i++)
		h = (h * 16807 + code_of[substr(text, i, 1)]) % 2147483647
	return h * 16807 % 2147483647
}

# The line with strings, characters and comments blanked, so that columns stay the same.
function mask(line,    out, c, i, quote) {
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (in_comment) {
			out = out "~"
			if (substr(line, i, 2) == "*/") {
				in_comment = 0
				out = out "~"
				i++
			}
		} else if (quote != "") {
			if (c == "\\") {
				out = out "~"
				i++
			} else if (c == quote) {
				quote = ""
			}
			out = out "~"
		} else if (substr(line, i, 2) == "/*") {
			in_comment = 1
			out = out "~~"
			i++
		} else if (c == "\"" || c == "'") {
			quote = c
			out = out "~"
		} else {
			out = out c
		}
	}
	return out
}

function plant(text) {
	sub(/^[\t ]+/, "", text)
	printf "%010d\t%s\t%d\t%s\n", hash(FILENAME " " text " " n_alike[FILENAME, text]++),
		FILENAME, FNR, text
}

# Replace each match of what, for a change of one operator or word.
function swap(what, new,    from, at) {
	for (from = 1; (at = index(substr(code, from), what)); from += at) {
		plant(substr($0, 1, from + at - 2) new substr($0, from + at - 1 + length(what)))
	}
}

function balanced(text,    open, close_) {
	open = gsub(/\(/, "", text)
	close_ = gsub(/\)/, "", text)
	return open == close_
}

# Each number becomes one more, but for negative ones: any of them says none.
function step_numbers(    rest, from, at, n, before) {
	from = 1
	while (match(rest = substr(code, from), /[0-9]+/)) {
		at = from + RSTART - 1
		n = substr(code, at, RLENGTH)
		before = at > 1 ? substr(code, at - 1, 1) : " "
		from = at + RLENGTH
		if (before !~ /[A-Za-z0-9_.-]/ && substr(code, from, 1) !~ /[A-Za-z0-9_.]/)
			plant(substr($0, 1, at - 1) (n + 1) substr($0, from))
	}
}

function plant_all(    text, trimmed) {
	swap(" == ", " != ")
	swap(" != ", " == ")
	swap(" < ", " <= ")
	swap(" <= ", " < ")
	swap(" > ", " >= ")
	swap(" >= ", " > ")
	swap(" && ", " || ")
	swap(" || ", " && ")
	swap(" + ", " - ")
	swap(" - ", " + ")
	swap(" += ", " -= ")
	swap(" |= ", " = ")
	swap("return true;", "return false;")
	swap("return false;", "return true;")
	swap("return ret;", "return 0;")
	swap("return 0;", "return -1;")
	swap("break;", ";")
	swap("continue;", ";")
	step_numbers()
	trimmed = text = $0
	sub(/^\t+/, "", trimmed)
	if (code ~ /^\t+(} else )?if \(.*\)( {)?$/ && balanced(code)) {
		sub(/if \(/, "if (!(", text)
		sub(/\)( {)?$/, ")&", text)
		plant(text)
	}
	if (code ~ /^\t+[a-z_][a-z0-9_]*\(.*\);$/ && balanced(code) && code !~ /^\t+return/)
		plant("; // dropped: " trimmed)
	else if (code ~ /^\t+[*a-z_][a-z0-9_.>*\[\]-]* [|+-]?= .*;$/)
		plant("; // dropped: " trimmed)
	if (code ~ /^\t+[a-z_][a-z0-9_]*\(.*\) +\?:$/)
		plant("0 ?: // dropped: " trimmed)
}

BEGIN {
	for (i = 1; i < 128; i++)
		code_of[sprintf("%c", i)] = i
}

FNR == 1 {
	in_comment = in_function = 0
}

{
	code = mask($0)
}

code ~ /^}/ {
	in_function = 0
}

in_function && code !~ /^\t+(static |const )/ && code !~ /^#/ {
	plant_all()
}

code ~ /^{/ {
	in_function = 1
}

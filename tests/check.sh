#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Run the tests named as arguments, programs that print TAP, and end with the line
# "N passed, N failed".  A test that passes prints one line; V=1 shows all it printed.
# Skipped is neither passed nor failed, and named.
set -u

passed=0 failed=0

# Read TAP, print "OK BAD SKIPPED PLANNED".  Cmocka prints a plan a group, and calls a
# skipped test "not ok".
tally() {
	awk '/^(not )?ok .*# (skip|SKIP)/ || /^1\.\.0 # (skip|SKIP)/ { skipped++ }
	/^(not )?ok .*# (skip|SKIP)/ { next }
	/^ok / { ok++ }
	/^not ok / { bad++ }
	/^1\.\.[0-9]+/ { planned += substr($1, 4); plans++ }
	END { print ok + 0, bad + 0, skipped + 0, plans ? planned : ok + bad + skipped }'
}

for t; do
	out=$(CMOCKA_MESSAGE_OUTPUT=tap timeout "${TEST_TIMEOUT:-600}" "$t" 2>&1)
	rc=$?
	read -r ok bad skipped planned <<-END
		$(printf '%s\n' "$out" | tally)
	END
	said=$((ok + bad + skipped))

	# It died, it tests nothing, or it did not come to its end.
	if [ "$bad" -eq 0 ] &&
		{ [ "$rc" -ne 0 ] || [ "$said" -eq 0 ] || [ "$said" -lt "$planned" ]; }; then
		bad=1
		out="$out
${t##*/}: exit status $rc, $said of $planned tests said how they went"
	fi

	printf '%s: %d ok, %d not ok\n' "${t##*/}" "$ok" "$bad"
	if [ "$bad" -gt 0 ] || [ -n "${V-}" ]; then
		printf '%s\n' "$out"
	elif [ "$skipped" -gt 0 ]; then
		printf '%s\n' "$out" | grep -E '# (skip|SKIP)'
	fi
	passed=$((passed + ok)) failed=$((failed + bad))
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

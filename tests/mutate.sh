#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Plant faults in the sources, one at a time, and list those that no test sees: "make mutate".
#
#   COUNT=300   how many; each source gets its share, and at least one
#   SEED=1      another number, other faults
#   FILES=...   only these sources
#   JOBS=2      how many at a time
#
# Which tests reach a line is what gcov says of one run of each.  A fault is compiled and
# linked alone, and the tests that reach its line run, the fastest first, until one fails.
# What no test sees is in build/mutate/unseen; tests/mutate.equivalent names the faults that
# change nothing that could be seen, each with its reason.
#
# A program with a fault may do anything.  As root, all runs in namespaces of its own: it
# sees only its own processes, and can write only below build/mutate and in /tmp, /run and /dev
# of its own.
set -eu

work=$PWD/build/mutate
count=${COUNT:-300} seed=${SEED:-1} jobs=${JOBS:-2}
equivalent=tests/mutate.equivalent
tab=$(printf '\t')
export LC_ALL=C

# --- which tests reach which line

# The tests, by their path below a build folder, or in the sources.
tests() {
	for t in tests/test_*.c; do
		echo "${t%.c}"
	done
	ls tests/*.t
}

targets() {
	echo "$1/imxpt"
	for t in tests/test_*.c; do
		echo "$1/${t%.c}"
	done
	for t in tests/dts/*.dts; do
		echo "$1/${t%.dts}.dtb"
	done
}

# run_test BUILD TEST: its exit status is the answer
run_test() {
	case $2 in
	*.t) BUILD=$1 "$2" ;;
	*) BUILD=$1 "$1/$2" ;;
	esac >/dev/null 2>&1 </dev/null
}

# "FILE LINE" of the lines that ran, for the coverage data below the folder
lines_run() {
	(cd "$1$work/cov" && find src -name '*.gcda') | while read -r data; do
		cp "$1$work/cov/$data" "$work/cov/$data"
		echo "$work/cov/$data"
	done >"$work/data"
	xargs gcov -t <"$work/data" 2>/dev/null | awk '
		{ split($0, part, ":"); n = part[1] + 0; line = part[2] + 0 }
		line == 0 && part[3] == "Source" { file = part[4] }
		line > 0 && n > 0 && file ~ /^src\// { print file, line }'
	xargs rm -f <"$work/data"
}

cover() {
	# shellcheck disable=SC2046 # words
	make -s -j"$jobs" BUILD="$work/cov" CFLAGS="-O0 --coverage" $(targets "$work/cov")
	rm -f "$work/reach"
	for t in $(tests); do
		rm -rf "$work/gcda"
		mkdir -m 777 "$work/gcda"
		start=$(date +%s%N)
		# gcov writes to stderr what a user without rights cannot write, and a test may see it
		GCOV_PREFIX=$work/gcda run_test "$work/cov" "$t" || :
		took=$((($(date +%s%N) - start) / 1000000))
		lines_run "$work/gcda" | sed "s|\$| $took $t|" >>"$work/reach"
	done
	rm -rf "$work/gcda"
}

# --- the faults

# Each with the tests that reach its line: FILE, LINE, the new line, the tests
choose() {
	# shellcheck disable=SC2086 # names of files
	awk -v seed="$seed" -f tests/mutate.awk ${FILES:-src/*.c src/*/*.c} >"$work/all"
	sort "$work/all" | awk -F "$tab" -v count="$count" '
		NR == FNR { n[$2]++; all++; next }
		taken[$2] < n[$2] * count / all { taken[$2]++; print }' "$work/all" - |
		cut -f 2- >"$work/chosen"
	# a line without code of its own is part of the statement before it
	sort -k 3,3n "$work/reach" | awk -F "$tab" '
		NR == FNR {
			split($0, r, " ")
			tests[r[1], r[2]] = tests[r[1], r[2]] " " r[3] ":" r[4]
			next
		}
		{
			for (line = $2; line > 0 && line > $2 - 6 && !(($1, line) in tests); line--)
				;
			print $0 "\t" tests[$1, line]
		}' - "$work/chosen" >"$work/faults"
}

# --- one worker

# The commands that make prints to build all, one a line: for each target a file with them.
record_commands() {
	mkdir -p commands
	# shellcheck disable=SC2046 # words
	make -nB V=1 CFLAGS=-O0 BUILD=build $(targets build) | sed -e ':a' -e '/\\$/N; s/\\\n//; ta' |
		awk '/ -c -o [^ ]*\.o / || / -o build\/(imxpt|tests\/test_[a-z_]*) / || /^rm -f .*\.a / {
			if (!match($0, / -o [^ ]*/))
				name = "build/imxpt.a"
			else
				name = substr($0, RSTART + 4, RLENGTH - 4)
			gsub("/", "+", name)
			print >("commands/" name)
			close("commands/" name)
		}'
}

build_target() {
	sh "commands/$(echo "$1" | tr / +)" >/dev/null 2>&1
}

# Is the fault seen?  Prints what came of it.
try() {
	file=$1 line=$2 text=$3 reached=$4 object=build/${1%.c}.o
	[ -n "$reached" ] || { echo "unseen (no test reaches it)"; return; }
	cp "$file" saved.c
	cp "$object" saved.o
	text=$text awk -v line="$line" 'FNR == line { print ENVIRON["text"]; next } { print }' saved.c >"$file"
	answer=unseen
	if ! build_target "$object" || ! build_target build/imxpt.a; then
		answer="does not compile"
	elif cmp -s "$object" saved.o; then
		answer="same code"
	else
		linked=
		for t in $reached; do
			took=${t%%:*} t=${t#*:} program=build/imxpt
			[ "${t%.t}" != "$t" ] || program=build/$t
			case $linked in
			*"$program "*) ;;
			*) build_target "$program"; linked="$linked$program " ;;
			esac
			if ! run_limited $((took / 100 + 20)) "$t"; then
				answer="seen by $t"
				break
			fi
		done
	fi
	cp saved.c "$file"
	cp saved.o "$object"
	echo "$answer"
}

# run_limited SECONDS TEST, with no more memory and disk than a test needs
run_limited() {
	case $2 in
	*.t) program=$2 ;;
	*) program=build/$2 ;;
	esac
	(
		# shellcheck disable=SC3045 # dash, bash and busybox have it
		ulimit -v 4000000
		ulimit -f 400000
		BUILD=build exec timeout -k 1 "$1" "$program" >/dev/null 2>&1 </dev/null
	)
}

# A test that fails without a fault, where the workers run, is of no use and is named.
check_tests() {
	cd "$work/1"
	for t in $(tests); do
		run_limited 600 "$t" && continue
		echo "mutate: $t fails without a fault, and is not used" >&2
		sed -i "s| [0-9]*:$t\\b||g" "$work/faults"
	done
}

# worker NUMBER: in its own copy of the sources
worker() {
	cd "$work/$1"
	awk -v n="$1" -v jobs="$jobs" 'NR % jobs == n - 1' "$work/faults" | sort -R --random-source="$work/chosen" |
		while IFS=$tab read -r file line text reached; do
			answer=$(try "$file" "$line" "$text" "$reached")
			printf '%s\t%s\t%s\t%s\n' "$file" "$line" "$text" "$answer"
		done >"$work/result.$1"
}

copy_sources() {
	for n in $(seq "$jobs"); do
		rm -rf "${work:?}/$n"
	done
	mkdir -p "$work/1"
	tar cf - --exclude=./build --exclude=./.git . | tar xf - -C "$work/1"
	# shellcheck disable=SC2046 # words
	(cd "$work/1" && make -s -j"$jobs" CFLAGS=-O0 BUILD=build $(targets build) && record_commands)
	for n in $(seq 2 "$jobs"); do
		cp -a "$work/1" "$work/$n"
	done
}

# In namespaces: nothing but build/mutate and fresh /tmp, /run and /dev can be written.
confine() {
	mount --make-rprivate /
	mkdir -p "$work/dev"
	mount -t tmpfs tmpfs "$work/dev"
	for node in null zero full random urandom tty; do
		: >"$work/dev/$node"
		mount --bind "/dev/$node" "$work/dev/$node"
	done
	mkdir "$work/dev/pts"
	mount -t devpts -o newinstance,ptmxmode=0666 devpts "$work/dev/pts"
	ln -s pts/ptmx "$work/dev/ptmx"
	ln -s /proc/self/fd "$work/dev/fd"
	ln -s /proc/self/fd/0 "$work/dev/stdin"
	ln -s /proc/self/fd/1 "$work/dev/stdout"
	ln -s /proc/self/fd/2 "$work/dev/stderr"
	mount --rbind "$work/dev" /dev
	mount -t tmpfs tmpfs /run
	mkdir /run/work
	mount --bind "$work" /run/work
	mount -t tmpfs tmpfs /tmp
	mkdir -p "$work" # it may have been below /tmp
	mount --bind /run/work "$work"
	mount -o remount,bind,ro /
}

# --- all of it

report() {
	cat "$work"/result.* | sort >"$work/result"
	grep -v -e "${tab}does not compile\$" -e "${tab}same code\$" "$work/result" >"$work/tried" || :
	awk -F "$tab" -v equivalent="$equivalent" '
		BEGIN {
			while ((getline line <equivalent) > 0) {
				at = index(line, "  # ")
				if (at)
					known[substr(line, 1, at - 1)] = 1
			}
		}
		$4 ~ /^unseen/ && !(($1 ": " $3) in known) { print $1 ":" $2 ": " $3 ": " $4 }
		$4 ~ /^unseen/ && ($1 ": " $3) in known { same++ }
		END { print same + 0 >"/dev/stderr" }' "$work/tried" >"$work/unseen" 2>"$work/equivalent"
	tried=$(wc -l <"$work/tried")
	unseen=$(wc -l <"$work/unseen")
	same=$(cat "$work/equivalent")
	real=$((tried - same))
	cat "$work/unseen"
	[ "$real" -gt 0 ] || { echo "mutate: no fault was planted" >&2; exit 1; }
	echo "$tried faults, $same of them equivalent: $((real - unseen)) of $real seen," \
		"$(((real - unseen) * 1000 / real / 10)).$(((real - unseen) * 1000 / real % 10)) %"
}

case ${1-} in
--workers)
	[ "$(id -u)" -ne 0 ] || confine
	(check_tests)
	for n in $(seq "$jobs"); do
		worker "$n" &
	done
	wait
	;;
*)
	mkdir -p "$work"
	rm -f "$work"/result.*
	cover
	choose
	copy_sources
	if [ "$(id -u)" -eq 0 ]; then
		unshare --mount --pid --fork --mount-proc --kill-child "$0" --workers
	else
		"$0" --workers
	fi
	report
	;;
esac

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Plant faults in the sources, one at a time, and list those that no test sees: "make mutate".
#
#   COUNT=300   how many; each source gets its share, and at least one
#   SEED=1      another number, other faults
#   FILES=...   only these sources
#   JOBS=2      how many at a time
#
# gcov shows which lines one run of each test reaches.  A fault is compiled, with
# ASan and UBSan, and linked, and the tests that reach its line run, the fastest first,
# until one fails, or half a minute of them has passed.  What no test sees is in
# build/mutate/report; tests/mutate.equivalent names the faults that change nothing that could
# be seen, each with its reason; they are not run.
#
# A program with a fault may do anything.  As root, all runs in namespaces of its own: it
# sees only its own processes, and can write only below build/mutate and in /tmp, /run and /dev
# of its own.
set -eu

work=$PWD/build/mutate
count=${COUNT:-300} seed=${SEED:-1} jobs=${JOBS:-2}
limit_ms=30000 # milliseconds of tests for one fault
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
	program=$1/$2
	[ "${2%.t}" = "$2" ] || program=$2
	BUILD=$1 $program </dev/null
}

# of_share NUMBER: each worker takes its share of the lines of standard input
of_share() {
	awk -v n="$1" -v jobs="$jobs" 'NR % jobs == n - 1'
}

# "FILE LINE" of the lines that ran, for the coverage data below the folder
lines_run() {
	[ -d "$1$work/cov" ] || return 0 # it runs nothing of ours
	(cd "$1$work/cov" && find src -name '*.gcda') | while read -r data; do
		ln "$work/cov/${data%.gcda}.gcno" "$1$work/cov/${data%.gcda}.gcno"
		echo "$1$work/cov/$data"
	done | xargs gcov -t 2>/dev/null | awk '
		{ split($0, part, ":"); n = part[1] + 0; line = part[2] + 0 }
		line == 0 && part[3] == "Source" { file = part[4] }
		line > 0 && n > 0 && file ~ /^src\// { print file, line }'
}

# cover NUMBER: one worker's share of the tests
cover() {
	data=$work/gcda.$1
	for t in $(tests | of_share "$1"); do
		rm -rf "$data"
		mkdir -m 777 "$data"
		start=$(date +%s%N)
		# gcov writes to stderr what a user without rights cannot write, and a test may see it
		GCOV_PREFIX=$data run_test "$work/cov" "$t" >/dev/null 2>&1 || :
		took=$((($(date +%s%N) - start) / 1000000))
		lines_run "$data" | sed "s|\$| $took $t|"
	done >"$work/reach.$1"
	rm -rf "$data"
}

# --- the faults

# Each with the tests that reach its line, the fastest first: FILE, LINE, the new line, the tests
choose() {
	# shellcheck disable=SC2086 # names of files
	awk -v seed="$seed" -f tests/mutate.awk ${FILES:-src/*.c src/*/*.c} >"$work/all"
	sort "$work/all" | awk -F "$tab" -v count="$count" '
		NR == FNR { n[$2]++; all++; next }
		taken[$2] < n[$2] * count / all { taken[$2]++; print }' "$work/all" - |
		cut -f 2- >"$work/chosen"
	# a line without code of its own is part of the statement before it
	sort -k 3,3n "$work"/reach.* | awk -F "$tab" '
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
	make -nB V=1 BUILD=build $(targets build) | sed -e ':a' -e '/\\$/N; s/\\\n//; ta' |
		awk '/ -c -o [^ ]*\.o / || / -o build\/(imxpt|tests\/test_[a-z_]*) / {
			match($0, / -o [^ ]*/)
			name = substr($0, RSTART + 4, RLENGTH - 4)
			gsub("/", "+", name)
			print >("commands/" name)
			close("commands/" name)
		}'
}

command_of() {
	cat "commands/$(echo "$1" | tr / +)"
}

# The fault's object is before the archive, so the linker takes no other.
link_fault() {
	sh -c "$(command_of "$1" | sed "s| $2 | |; s| build/imxpt\.a| build/fault.o&|")"
}

# plant FILE LINE TEXT: build/fault.o; the source is as it was
plant() {
	cp -p "$1" saved.c
	text=$3 awk -v line="$2" 'FNR == line { print ENVIRON["text"]; next } { print }' saved.c >"$1"
	built=0
	sh -c "$(command_of "build/${1%.c}.o" | sed 's| -o [^ ]*| -o build/fault.o|')" || built=1
	cp -p saved.c "$1"
	return "$built"
}

# try FILE LINE TEXT "MILLISECONDS:TEST ...": prints its result
try() {
	object=build/${1%.c}.o
	if grep -qF "$1: $3  # " "$equivalent"; then
		echo equivalent
	elif [ -z "$4" ]; then
		echo "unseen (no test reaches it)"
	elif ! plant "$1" "$2" "$3" >/dev/null 2>&1; then
		echo "does not compile"
	elif cmp -s "$object" build/fault.o; then
		echo "same code"
	else
		run_reaching "$object" "$4"
	fi
}

run_reaching() {
	linked='' spent=0
	for t in $2; do
		took=${t%%:*} t=${t#*:} program=build/imxpt
		spent=$((spent + took))
		[ "$spent" -lt "$limit_ms" ] || { echo "unseen in $((limit_ms / 1000)) s of tests"; return; }
		[ "${t%.t}" != "$t" ] || program=build/$t
		case $linked in
		*"$program "*) ;;
		*) link_fault "$program" "$1" >/dev/null 2>&1; linked="$linked$program " ;;
		esac
		if ! run_limited $((took / 100 + 20)) "$t" >/dev/null 2>&1; then
			echo "seen by $t"
			return
		fi
	done
	echo unseen
}

# run_limited SECONDS TEST, with no more memory and disk than a test needs; ends at the first
# check that fails
run_limited() (
	ulimit -f 400000
	# what malloc() returns is not all zeros by chance
	export ASAN_OPTIONS=hard_rss_limit_mb=2000:max_malloc_fill_size=1000000 TAP_STOP=1
	program=build/$2
	[ "${2%.t}" = "$2" ] || program=$2
	BUILD=build exec timeout -k 1 "$1" "$program" </dev/null
)

# A test that fails without a fault, where the workers run, is of no use and is named.
check_tests() {
	cd "$work/$1"
	for t in $(tests | of_share "$1"); do
		run_limited 600 "$t" >test.log 2>&1 && continue
		echo "mutate: $t fails without a fault, and is not used:" >&2
		grep -A 5 '^not ok' test.log >&2 || tail -n 5 test.log >&2
		echo "$t" >>"$work/unused"
	done
}

# worker NUMBER: in its own copy of the sources
worker() {
	cd "$work/$1"
	of_share "$1" <"$work/faults" | sort -R --random-source="$work/chosen" |
		while IFS=$tab read -r file line text reached; do
			answer=$(try "$file" "$line" "$text" "$reached")
			printf '%s\t%s\t%s\t%s\n' "$file" "$line" "$text" "$answer"
		done >"$work/result.$1"
}

# all_workers COMMAND: with the number of each worker
all_workers() {
	for n in $(seq "$jobs"); do
		"$1" "$n" &
	done
	wait
}

# The sources may be edited while this runs.
copy_sources() {
	for n in $(seq "$jobs"); do
		rm -rf "${work:?}/$n"
	done
	mkdir -p "$work/1"
	tar cf - --exclude=./build --exclude=./.git . | tar xf - -C "$work/1"
}

# In the first copy: run the tests for what they reach, and choose the faults.
prepare_faults() {
	cd "$work/1"
	# shellcheck disable=SC2046 # words
	make -s -j"$jobs" BUILD="$work/cov" CFLAGS="-O0 --coverage" all $(targets "$work/cov")
	all_workers cover
	choose
}

build_copies() {
	# shellcheck disable=SC2046 # words
	(cd "$work/1" && make -s -j"$jobs" BUILD=build all $(targets build) && record_commands)
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
	awk -F "$tab" '
		FNR == NR {
			known[substr($0, 1, index($0, "  # ") - 1)] = 1
			next
		}
		$4 == "same code" || $4 == "does not compile" { next }
		$4 !~ /^seen/ && ($1 ": " $3) in known { equivalent++; next }
		{ real++ }
		$4 ~ /^unseen/ { print $1 ":" $2 ": " $3 ": " $4; unseen++ }
		END {
			if (!real)
				exit 1
			printf "%d faults, %d of them equivalent: %d of %d seen, %.1f %%\n",
				real + equivalent, equivalent, real - unseen, real, (real - unseen) * 100 / real
		}' "$equivalent" "$work/result" >"$work/report" || { echo "mutate: no fault was planted" >&2; exit 1; }
	cat "$work/report"
}

case ${1-} in
--workers)
	[ "$(id -u)" -ne 0 ] || confine
	all_workers check_tests
	while read -r t; do
		sed -i "s| [0-9]*:$t\\b||g" "$work/faults"
	done <"$work/unused"
	all_workers worker
	;;
*)
	mkdir -p "$work"
	rm -f "$work"/result.* "$work"/reach.*
	: >"$work/unused"
	copy_sources
	(prepare_faults)
	export SAN=1 CFLAGS=-O0
	build_copies
	if [ "$(id -u)" -eq 0 ]; then
		unshare --mount --pid --fork --mount-proc --kill-child "$0" --workers
	else
		"$0" --workers
	fi
	report
	;;
esac

#!/bin/sh
# SPDX-License-Identifier: MIT
# What `make bench` runs: us against peers, turn by turn, medians. One table on the terminal; $B/bench.json gets a list of {name, unit,
# ours, peer, peer_name, peer_version, ratio (ours / peer), better (how many times better we are)}.
#
#   BENCH=full     all sizes; without it those that take no more than some seconds
#   RUNS=5         how often each command runs (rows that last some milliseconds: five times as often)
#   CLIPS641=PATH  the binary of CLIPS 6.4.1, built -O2 -fno-strict-aliasing from its source; its rows stay empty without it
#   ROWS=PATTERN   only rows of the list below that match the regular expression: ROWS='manners|load'
#
# CLIPS of Debian is installed where that is allowed.
cd "$(dirname "$0")/../.." || exit 2
B=${B:-build} BENCH=${BENCH:-quick} RUNS=${RUNS:-5}
export B
work=$B/bench
mkdir -p "$work" || exit 2
rm -f "$work/rows"

# When and what. Each kind of row is a function below.
rows() {
	cat <<- END
		quick startup
		quick load     10000
		quick memory   10000
		quick program  manners 16     183
		quick program  manners 64    2271
		full  program  manners 128   8639
		full  program  manners 256  33663
		quick program  waltz   12    3576
		quick program  waltz   50   14064
		full  program  waltz   200  55464
		quick program  waltzdb 4     4002
		quick program  waltzdb 16   13638
		full  program  waltzdb 100  81090
		quick modify   equal   20000
		quick modify   less    20000
		full  modify   equal   1000000
		full  modify   less    1000000
		quick wide     100   sparse 1000
		quick wide     100   dense  1000
		quick wide     1000  sparse 1000
		quick wide     1000  dense  200
		quick wide     10000 sparse 300
		full  wide     10000 sparse 1000
		full  wide     10000 dense  1000
		quick regexes  1000
		quick plan     16
		quick plan     40
		quick batch    1000
		full  batch    100000
	END
}

have_clips() {
	command -v clips > /dev/null && return
	[ "$(id -u)" -eq 0 ] && command -v apt-get > /dev/null && apt-get install -y --no-install-recommends clips > "$work/apt.log" 2>&1
	command -v clips > /dev/null
}

# clips_version BINARY
clips_version() {
	echo '(exit)' | "$1" | sed -n 's/.*CLIPS (\([0-9.]*\).*/\1/p'
}

# beside NAME UNITS RUNS PEER VERSION OURS... -- PEER'S...
beside() {
	name=$1 units=$2 runs=$3 peer=$4 version=$5
	shift 5
	"$work/versus" "$work/rows" "$name" "$peer" "$version" "$runs" "$units" "$@" || exit 1
}

# beside_clips NAME UNITS OURS... -- A SCRIPT THAT RUNS $CLIPS...: a row for each of the two.
beside_clips() {
	name=$1 units=$2
	shift 2
	for version in 6.30 6.4.1; do
		case $version in
		6.30) CLIPS=$debian why='not installed' ;;
		*) CLIPS=$CLIPS641 why='6.4.1: CLIPS641 names no binary' ;;
		esac
		export CLIPS
		if [ -n "$CLIPS" ]; then
			beside "$name" "$units" "$RUNS" CLIPS "$(clips_version "$CLIPS")" "$@"
		else
			"$work/versus" -n "$work/rows" "$name" CLIPS "$why" "$RUNS" "$units" "$@" || exit 1
		fi
	done
}

# alone NAME UNITS RUNS WHY OURS...
alone() {
	name=$1 units=$2 runs=$3 why=$4
	shift 4
	"$work/versus" -n "$work/rows" "$name" none "$why" "$runs" "$units" "$@" || exit 1
}

# `diagnose --facts FILE` on the shipped pack, against a program that only parses the same YAML and exits.
startup() {
	facts=tests/docs/phone.json
	# the pack's files, as the program finds them
	pack=$(find rules/apple-trust -name '*.yaml' | sort)
	beside startup "ms,cpu ms" $((RUNS * 5)) libyaml "$libyaml" \
		"$B/diagnose" --rules rules/apple-trust --facts $facts -- "$work/yaml_floor" $pack $facts
}

generated_rules() {
	[ -e "$work/rules-$1/pack.yaml" ] || { mkdir -p "$work/rules-$1" && "$work/gen_rules" "$work/rules-$1" "$1" 1; } || exit 2
}

# Generated rules and no facts, against the same for these files.
load() {
	generated_rules "$1"
	echo '{"schema": "diagnose-facts/1", "facts": {}}' > "$work/none.json"
	generated=$(find "$work/rules-$1" -name '*.yaml' | sort)
	beside "load-$1-rules" "ms,cpu ms" $((RUNS * 5)) libyaml "$libyaml" \
		"$work/load" "$work/rules-$1" -- "$work/yaml_floor" $generated
	beside "first-run-$1-rules" "ms,cpu ms" $((RUNS * 5)) libyaml "$libyaml" \
		"$B/diagnose" infer "$work/rules-$1" "$work/none.json" -- "$work/yaml_floor" $generated "$work/none.json"
}

# What the loaded rule base keeps of memory.
memory() {
	generated_rules "$1"
	alone "memory-$1-rules" B/rule "$RUNS" 'resident, without what libyaml needs meanwhile' "$work/records" "$work/rules-$1"
}

# Manners, Waltz, WaltzDB: from facts in to quiescence, and peak memory.
program() {
	"$work/gen_facts" "$1" "$2" "$work/$1-$2.json" "$work/$1-$2.clp" || exit 2
	beside_clips "$1-$2" ms,KiB tests/bench/infer.sh "tests/bench/$1" "$work/$1-$2.json" "$3" \
		-- tests/bench/clips.sh "tests/bench/$1/$1.clp" "$work/$1-$2.clp" "$3"
}

# One fact changes and fires; 1,000 rules test the slot.
modify() {
	dir=$work/modify-$1-$2
	[ "$1" = less ] && firings=$(($2 + 1000)) || firings=$2
	tests/bench/gen_modify.sh "$dir" "$1" 1000 "$2" || exit 2
	beside_clips "modify-$2-$1" ms tests/bench/infer.sh "$dir/modify.yaml" "$dir/modify.json" "$firings" \
		-- tests/bench/clips.sh "$dir/modify.clp" "$dir/modify.facts" "$firings"
}

# A wide rule base: flat records, one after the other.
wide() {
	dir=$work/wide-$1-$2-$3
	[ "$2" = dense ] && share=0.1 || share=0.001
	[ -e "$dir/floor.txt" ] || python3 -B tests/bench/gen_wide.py "$dir" "$1" $share --records "$3" || exit 2
	beside_clips "wide-$1-$2" records/s "$work/records" "$dir/pack" "$dir/records.tsv" -- tests/bench/clips_wide.sh "$dir"
	beside "wide-$1-$2-texts" records/s "$RUNS" 'bitmaps in C' - "$work/records" "$dir/pack" "$dir/records.tsv" texts \
		-- "$work/wide_floor" "$dir/floor.txt"
}

# Many regular expressions on one message, and until the first message is answered.
regexes() {
	dir=$work/regexes-$1
	python3 -B tests/bench/gen_regexes.py "$dir" "$1" || exit 2
	beside "regexes-$1" "us/record,ready ms" "$RUNS" 'PCRE2 JIT' "$pcre2" "$work/records" "$dir/regexes.yaml" "$dir/messages.tsv" texts \
		-- "$work/regex_floor" "$dir/patterns.txt" "$dir/messages.txt"
}

# Fact files through the shipped pack on one core, and where the time goes.
batch() {
	alone "batch-$1" 'records/s,% reading,% matching,% belief,% planning,% writing' "$RUNS" 'nobody else runs this pack' \
		"$work/batch" rules/apple-trust "$1"
}

# A plan of so many steps, with everything the program does for it, against the start of the program.
plan() {
	for family in noisy together; do
		dir=$work/plan-$family-$1
		{ mkdir -p "$dir" && "$B/oracle" -w "$dir" $family 1 "$1"; } || exit 2
		beside "plan-$1-$family" ms $((RUNS * 5)) 'diagnose --version' - "$B/diagnose" --json --rules "$dir/pack.yaml" --facts "$dir/facts.yaml" \
			-- "$B/diagnose" --version
	done
}

debian=$(have_clips && command -v clips)
libyaml=$(pkg-config --modversion yaml-0.1)
pcre2=$(pkg-config --modversion libpcre2-8)
printf '%-30s %-10s %12s %12s  %9s %9s   %s\n' row unit ours peer ours/peer 'x better' peer
rows | while read -r when kind arguments; do
	[ "$when" = quick ] || [ "$BENCH" = full ] || continue
	echo "$kind $arguments" | grep -qE "${ROWS:-.}" || continue
	$kind $arguments || exit 1
done || exit 1
sed -e '1s/^/[/' -e '1!s/^/ /' -e '$!s/$/,/' -e '$s/$/]/' "$work/rows" > "$B/bench.json" && echo "written: $B/bench.json"

#!/bin/sh
# SPDX-License-Identifier: MIT
# What `make bench` runs: time against peers. Each row is a pair of commands, run turn by turn; the table shows medians of wall time in
# milliseconds, processor time in brackets. build/bench.json (or $B/bench.json) gets a list of {name, unit, ours, peer, peer_name, ratio}.
#
#   startup   `diagnose --facts FILE` on the shipped pack, against a program that only parses the same YAML and exits (target: 2)
#   load      `diagnose infer` on 10,000 generated rules and no facts, against the same for these files (target: 4)
cd "$(dirname "$0")/../.." || exit 2
B=${B:-build}
runs=${RUNS:-25}
work=$B/bench
facts=tests/docs/phone.json
mkdir -p "$work/rules" || exit 2

for tool in yaml_floor versus gen_rules; do
	${CC:-cc} -O2 -std=c11 -D_GNU_SOURCE -o "$work/$tool" "tests/bench/$tool.c" $(pkg-config --cflags --libs yaml-0.1) || exit 2
done
rm -f "$work"/rules/*.yaml "$work/rows"
"$work/gen_rules" "$work/rules" 10000 1 || exit 2
echo '{"schema": "diagnose-facts/1", "facts": {}}' > "$work/none.json"

echo "                             diagnose (cpu ms)   libyaml (cpu ms)   ratio"
# pack.yaml and its neighbours, as the program finds them
pack=$(find rules/apple-trust -name '*.yaml' | sort)
"$work/versus" "$work/rows" startup libyaml "$runs" \
	"$B/diagnose" --rules rules/apple-trust --facts $facts -- "$work/yaml_floor" $pack $facts || exit 1
generated=$(find "$work/rules" -name '*.yaml' | sort)
"$work/versus" "$work/rows" load-10000-rules libyaml "$runs" \
	"$B/diagnose" infer "$work/rules" "$work/none.json" -- "$work/yaml_floor" $generated "$work/none.json" || exit 1

sed -e '1s/^/[/' -e '1!s/^/ /' -e '$!s/$/,/' -e '$s/$/]/' "$work/rows" > "$B/bench.json" && echo "written: $B/bench.json"

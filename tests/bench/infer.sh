#!/bin/sh
# SPDX-License-Identifier: MIT
# infer.sh DIAGNOSE PACK FACTS FIRINGS [OUTPUT]: runs a pack to the end; prints milliseconds from facts in to quiescence and peak
# memory, as versus.c reads them. Another number of firings is an error. OUTPUT gets the final facts.
"$1" infer "$2" "$3" --stats 2>&1 > "${5:-/dev/null}" | awk -v expected="$4" '
	/^firings / { fired = $2 }
	/^match time / { ms = $3 }
	/^peak memory / { kib = $3 }
	END {
		if (fired != expected) {
			print "infer.sh: " fired " firings, expected " expected > "/dev/stderr"
			exit 2
		}
		printf "ms %s\nKiB %s\n", ms, kib
	}'

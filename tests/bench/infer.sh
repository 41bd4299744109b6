#!/bin/sh
# SPDX-License-Identifier: MIT
# infer.sh PACK FACTS FIRINGS [OUTPUT]: runs a pack to the end; prints milliseconds from facts in to quiescence and peak
# memory, as versus.c reads them. Another number of firings is an error. OUTPUT gets the final facts.
"${B:-build}/diagnose" infer "$1" "$2" --stats 2>&1 > "${4:-/dev/null}" | awk -v expected="$3" '
	/^firings / { fired = $2 }
	/^match / { ms = $2 }
	/^peak memory / { kib = $3 }
	END {
		if (fired != expected) {
			print "infer.sh: " fired " firings, expected " expected > "/dev/stderr"
			exit 2
		}
		printf "ms %s\nKiB %s\n", ms, kib
	}'

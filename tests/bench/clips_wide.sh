#!/bin/sh
# SPDX-License-Identifier: MIT
# clips_wide.sh DIR: the rules and records of gen_wide.py through $CLIPS (default: clips), one record after the other; prints records a second.
# A record with another number of firings than expected is an error.
batch=$(mktemp) || exit 2
trap 'rm -f "$batch"' EXIT
cat > "$batch" << END
(unwatch all)
(unwatch compilations)
(load* "$1/wide.clp")
(reset)
(load-facts "$1/wide.facts")
(measure)
(exit)
END
"${CLIPS:-clips}" -f2 "$batch" | awk '
	/^records/ { rate = $2 }
	/^wrong / { wrong = $2 }
	END {
		if (rate == "" || wrong != 0) {
			print "clips_wide.sh: " wrong " records have other firings" > "/dev/stderr"
			exit 2
		}
		print "records/s " rate
	}'

#!/bin/sh
# SPDX-License-Identifier: MIT
# clips.sh CLIPS PROGRAM FACTS FIRINGS [OUTPUT]: the same with CLIPS and a program of its own, under its default strategy. The time is
# that of (run) alone: what CLIPS matched while facts were loaded does not count against it. Its peak memory is that of the process,
# which versus.c sees. FIRINGS - takes any number; OUTPUT gets the final facts.
batch=$(mktemp) || exit 2
trap 'rm -f "$batch"' EXIT
cat > "$batch" << END
(unwatch all)
(unwatch compilations)
(watch statistics)
(load "$2")
(reset)
(load-facts "$3")
(defglobal ?*began* = 0)
(bind ?*began* (time))
(run)
(printout t "ms " (* 1000 (- (time) ?*began*)) crlf)
(unwatch all)
${5:+(save-facts "$5")}
(exit)
END
"$1" -f2 "$batch" | awk -v expected="$4" '
	/rules fired/ { fired = $1 }
	/^ms / { ms = $2 }
	END {
		if (expected != "-" && fired != expected) {
			print "clips.sh: " fired " firings, expected " expected > "/dev/stderr"
			exit 2
		}
		print "ms " ms
	}'

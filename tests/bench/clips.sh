#!/bin/sh
# SPDX-License-Identifier: MIT
# clips.sh PROGRAM FACTS FIRINGS [OUTPUT]: the same with $CLIPS (default: clips) and a program of its own, under its default strategy.
# The time is that of (run) alone: what CLIPS matched while facts were loaded does not count against it. Its peak memory is that of
# the process, which versus.c sees.
batch=$(mktemp) || exit 2
trap 'rm -f "$batch"' EXIT
cat > "$batch" << END
(unwatch all)
(unwatch compilations)
(watch statistics)
(load "$1")
(reset)
(load-facts "$2")
(defglobal ?*began* = 0)
(bind ?*began* (time))
(run)
(printout t "ms " (* 1000 (- (time) ?*began*)) crlf)
(unwatch all)
${4:+(save-facts "$4")}
(exit)
END
"${CLIPS:-clips}" -f2 "$batch" | awk -v expected="$3" '
	/rules fired/ { fired = $1 }
	/^ms / { ms = $2 }
	END {
		if (fired != expected) {
			print "clips.sh: " fired " firings, expected " expected > "/dev/stderr"
			exit 2
		}
		print "ms " ms
	}'

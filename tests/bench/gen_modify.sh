#!/bin/sh
# SPDX-License-Identifier: MIT
# gen_modify.sh DIR equal|less RULES STEPS: one fact changes STEPS times, counting down, while RULES rules test the slot that changes,
# each with a number of its own from 1 on. Every change fires one rule; the tests hold only at the end: `is K` never, as the last value
# is 0 and a change goes before all else, `< K` of every rule once. DIR gets modify.yaml, modify.json, modify.clp and modify.facts.
case $2 in
equal) ours=is theirs='(value %d)' ;;
less) ours='<' theirs='(value ?v&:(< ?v %d))' ;;
*) echo "usage: gen_modify.sh DIR equal|less RULES STEPS" >&2; exit 2 ;;
esac
mkdir -p "$1" || exit 2
numbers=$(seq "$3")

{
	cat <<- END
		pack:
		  id: bench-modify
		  version: 1.0.0
		  title: one fact changes, many rules look at it
		  limits: {firings: 100000000, time: 1h}

		templates:
		  data:
		    title: what changes
		    surveyed: true
		    slots:
		      left: {type: integer}
		      value: {type: integer}
		  seen:
		    title: a rule fired
		    surveyed: true
		    slots:
		      rule: {type: integer}

		rules:
		  - id: count-down
		    salience: 1
		    when: data.left > 0
		    then:
		      - set: {data: {left: data.left - 1, value: data.left - 1}}
	END
	printf "  - id: test-%d\\n    when: data.value $ours %d\\n    then:\\n      - add: {seen: {rule: %d}}\\n" \
		$(echo "$numbers" | awk '{ print $1, $1, $1 }')
} > "$1/modify.yaml"
{
	cat <<- 'END'
		(deftemplate data (slot left) (slot value))
		(deftemplate seen (slot rule))
		(defrule count-down
			(declare (salience 1))
			?data <- (data (left ?left&:(> ?left 0)))
			=>
			(modify ?data (left (- ?left 1)) (value (- ?left 1))))
	END
	printf "(defrule test-%d (data $theirs) => (assert (seen (rule %d))))\\n" $(echo "$numbers" | awk '{ print $1, $1, $1 }')
} > "$1/modify.clp"
printf '{"facts": {"data": [{"left": %d, "value": %d}]}}\n' "$4" "$4" > "$1/modify.json"
printf '(data (left %d) (value %d))\n' "$4" "$4" > "$1/modify.facts"

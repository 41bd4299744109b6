#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes a wide rule base and records for it: what a large catalogue of faults asks of flat records of 60 attributes.

usage: gen_wide.py DIR RULES SHARE [--records N] [--seed S]

29 attributes are symbols of 2 to 48 values, 30 are numbers from 0 to 1000, one is a message. Of the rules 70 % test three attributes,
20 % need a tag that one of these made and test two, 10 % need a tag of such a rule and test two. SHARE is about how many of the rules
without a tag hold for one record: 0.1 (dense) or 0.001 (sparse). The same arguments give the same bytes.

DIR gets, of the same rules and records,

  pack/wide.yaml   the rules                   records.tsv   the records, for records.c
  wide.clp         the rules and a loop        wide.facts    the records, for CLIPS
  floor.txt        both, for wide_floor.c

Every record comes with the number of firings it must give, found by plain evaluation: whoever gets another number is not measured.
"""
import argparse
import os
import random

WORDS = ("battery fan sensor disk link port voltage current relay pump valve motor encoder bus "
         "watchdog firmware boot clock flash timer radio antenna modem charger panel cell coil "
         "bearing filter inlet outlet nozzle gasket rotor stator brake gear spindle probe shunt").split()
VERBS = "failed degraded timeout overrun underrun stalled reset lost retry mismatch drift noise".split()
VALUES = [2, 2, 3, 4, 4, 6, 8, 8, 12, 16, 16, 24, 32, 48]
SIGNS = ["<", "<=", ">", ">="]


def attributes(rng):
    """Symbols with their values; names of numbers."""
    symbols = {"c%02d" % i: ["%s_%d" % (rng.choice(WORDS), k) for k in range(VALUES[i % len(VALUES)])] for i in range(24)}
    symbols.update(("b%d" % i, ["off", "on"]) for i in range(5))
    return symbols, ["n%02d" % i for i in range(30)]


def message(rng):
    return "%s: %s %s%d %s code=%d temp=%d.%d unit %s/%s seq=%06d" % (
        rng.choice(WORDS), rng.choice(WORDS), rng.choice(WORDS), rng.randrange(16), rng.choice(VERBS), rng.randrange(512),
        rng.randrange(20, 90), rng.randrange(10), rng.choice(WORDS), rng.choice(WORDS), rng.randrange(1000000))


def record(rng, symbols, numbers):
    r = {a: rng.choice(values) for a, values in symbols.items()}
    for i, a in enumerate(numbers):
        r[a] = rng.randrange(1000) if i % 2 else round(rng.random() * 1000, 2)
    r["msg"] = message(rng)
    return r


def condition(rng, symbols, numbers, used, share):
    """Attribute, sign, value: one that holds for about a share of random records, on an attribute not yet used."""
    while True:
        a = rng.choice(list(symbols) if rng.random() < 0.55 else numbers)
        equal = 1 / len(symbols[a]) if a in symbols else share
        if a in used or not share * 0.4 <= equal <= share * 2.5:
            continue
        used.add(a)
        if a in symbols:
            return a, "is", rng.choice(symbols[a])
        s = min(0.95, share * rng.uniform(0.6, 1.4))
        sign = rng.choice(SIGNS)
        return a, sign, int(1000 * (s if "<" in sign else 1 - s))


def rules(rng, n, symbols, numbers, share):
    """(needed tag or None, conditions, tag): a rule needs no tag of a rule behind it."""
    first, second = max(5, n // 20), max(3, n // 40)
    for i in range(n):
        level = 0 if i < int(n * 0.7) else 1 if i < int(n * 0.9) else 2
        used = set()
        tests = [condition(rng, symbols, numbers, used, share ** (1 / 3)) for _ in range(3 if level == 0 else 2)]
        needs = [None, "symptom%d" % rng.randrange(first), "cause%d" % rng.randrange(second)][level]
        yield needs, tests, ["symptom%d" % (i % first), "cause%d" % (i % second), "act%d" % (i % second)][level]


HOLDS = {"is": lambda a, b: a == b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b}


def firings(base, r):
    tags, fired = set(), 0
    for needs, tests, tag in base:
        if (needs is None or needs in tags) and all(HOLDS[sign](r[a], v) for a, sign, v in tests):
            fired += 1
            tags.add(tag)
    return fired


def write_pack(out, base, symbols, numbers):
    out.write("pack: {id: bench-wide, version: 1.0.0, title: a wide rule base}\n\ntemplates:\n"
              "  tag:\n    title: what follows\n    surveyed: true\n    slots:\n      name: {type: symbol}\n"
              "  rec:\n    title: a record\n    slots:\n")
    types = [(a, "symbol") for a in symbols] + [(a, "number") for a in numbers] + [("msg", "text")]
    out.writelines("      %s: {type: %s}\n" % t for t in types)
    out.write("\nrules:\n")
    for i, (needs, tests, tag) in enumerate(base):
        out.write("  - id: r%d\n    when:\n" % i)
        if needs:
            out.write("      - tag.name is %s\n" % needs)
        out.writelines("      - rec.%s %s %s\n" % t for t in tests)
        out.write("    then:\n      - add: {tag: {name: %s}}\n" % tag)


def write_records(out, names, symbols, numbers, records, expected):
    out.write("rec\t%s\n" % "\t".join(names))
    for n, r in zip(expected, records):
        out.write("%d\t%s\n" % (n, "\t".join(str(r[a]) for a in names)))


# The records wait as facts with `live no`, and every pattern asks for `live yes` first: a record is copied inside CLIPS.
LOOP = """
(deffunction one (?f)
	(bind ?*fired* 0)
	(bind ?r (duplicate ?f (live yes)))
	(run)
	(retract ?r)
	(do-for-all-facts ((?t tag)) TRUE (retract ?t))
	(bind ?*seen* (+ ?*seen* 1))
	(if (<> ?*fired* (fact-slot-value ?f expected)) then (bind ?*wrong* (+ ?*wrong* 1))))

(deffunction pass ()
	(do-for-all-facts ((?f rec)) (eq ?f:live no) (one ?f)))

; Over at least half a second, as in records.c.
(deffunction measure ()
	(bind ?began (time))
	(pass)
	(while (< (- (time) ?began) 0.5) do (pass))
	(printout t "records/s " (/ ?*seen* (- (time) ?began)) crlf "wrong " ?*wrong* crlf))
"""


def write_clips(out, base, names):
    out.write("(defglobal ?*fired* = 0 ?*seen* = 0 ?*wrong* = 0)\n(deftemplate rec (slot live) (slot expected) %s)\n"
              "(deftemplate tag (slot name))\n" % " ".join("(slot %s)" % a for a in names))
    out.write(LOOP)
    for i, (needs, tests, tag) in enumerate(base):
        slots = ["(%s %s)" % (a, v) if sign == "is" else "(%s ?%s&:(%s ?%s %s))" % (a, a, sign, a, v) for a, sign, v in sorted(tests)]
        out.write("(defrule r%d %s(rec (live yes) %s) => (bind ?*fired* (+ ?*fired* 1)) (assert (tag (name %s))))\n" % (
            i, "(tag (name %s)) " % needs if needs else "", " ".join(slots), tag))


def write_clips_facts(out, names, records, expected):
    for n, r in zip(expected, records):
        out.write("(rec (live no) (expected %d) %s)\n" % (
            n, " ".join("(%s %s)" % (a, '"%s"' % r[a] if a == "msg" else r[a]) for a in names)))


def write_floor(out, base, names, numbers, records, expected):
    tags = {t: i for i, t in enumerate(sorted({t for needs, _, tag in base for t in (needs, tag) if t}))}
    place = {a: i for i, a in enumerate(names)}
    out.write("%d %d %d %d\n" % (len(names), len(base), len(records), len(tags)))
    out.writelines("%d\n" % (a in numbers) for a in names)
    for needs, tests, tag in base:
        out.write("%d %d %d" % (tags[needs] if needs else -1, tags[tag], len(tests)))
        out.write("".join("  %d %s %s" % (place[a], sign, v) for a, sign, v in tests) + "\n")
    for n, r in zip(expected, records):
        out.write("%d\n%s\n" % (n, "\t".join(str(r[a]) for a in names)))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("dir")
    ap.add_argument("rules", type=int)
    ap.add_argument("share", type=float)
    ap.add_argument("--records", type=int, default=1000)
    ap.add_argument("--seed", type=int, default=1)
    a = ap.parse_args()
    rng, of_records = random.Random(a.seed), random.Random(a.seed + 1)
    symbols, numbers = attributes(rng)
    names = list(symbols) + numbers + ["msg"]
    base = list(rules(rng, a.rules, symbols, numbers, a.share))
    records = [record(of_records, symbols, numbers) for _ in range(a.records)]
    expected = [firings(base, r) for r in records]
    os.makedirs(os.path.join(a.dir, "pack"), exist_ok=True)
    for name, write in (
            ("pack/wide.yaml", lambda f: write_pack(f, base, symbols, numbers)),
            ("records.tsv", lambda f: write_records(f, names, symbols, numbers, records, expected)),
            ("wide.clp", lambda f: write_clips(f, base, names)),
            ("wide.facts", lambda f: write_clips_facts(f, names, records, expected)),
            ("floor.txt", lambda f: write_floor(f, base, names, numbers, records, expected))):
        with open(os.path.join(a.dir, name), "w") as f:
            write(f)


if __name__ == "__main__":
    main()

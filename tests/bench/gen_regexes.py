#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes N different regular expressions and messages for them, of the kind that log lines are searched with.

usage: gen_regexes.py DIR N [--messages M]

DIR gets regexes.yaml (a rule for each), messages.tsv (for records.c, with the number of expressions that each message matches), and
patterns.txt and messages.txt for regex_floor.c. The same arguments give the same bytes.
"""
import argparse
import os
import random
import re

from gen_wide import VERBS, WORDS, message


def pattern(rng):
    w = rng.choice(WORDS)
    return rng.choice([
        r"\b%s[0-9]+ (%s|%s)" % (w, rng.choice(VERBS), rng.choice(VERBS)),
        r"^%s: %s" % (w, rng.choice(WORDS)),
        r"%s.* code=%d[0-9]+" % (w, rng.randrange(1, 60)),
        r"(?:%s|%s)[0-9]* .*temp=[6-8]" % (w, rng.choice(WORDS)),
        r"unit [a-z]+/%s seq=%d" % (w, rng.randrange(10)),
    ])


def write_pack(out, patterns):
    out.write("pack: {id: bench-regexes, version: 1.0.0, title: many regular expressions}\n\ntemplates:\n"
              "  hit:\n    title: what matched\n    surveyed: true\n    slots:\n      rule: {type: integer}\n"
              "  line:\n    title: a message\n    slots:\n      text: {type: text}\n\nrules:\n")
    for i, p in enumerate(patterns):
        out.write("  - id: r%d\n    when: '%s'\n    then:\n      - add: {hit: {rule: %d}}\n" % (
            i, "line.text matches /%s/" % p.replace("/", "\\/"), i))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("dir")
    ap.add_argument("n", type=int)
    ap.add_argument("--messages", type=int, default=1000)
    a = ap.parse_args()
    rng, of_messages = random.Random(5), random.Random(6)
    patterns = {}
    while len(patterns) < a.n:
        patterns[pattern(rng)] = True
    messages = [message(of_messages) for _ in range(a.messages)]
    compiled = [re.compile(p) for p in patterns]
    os.makedirs(a.dir, exist_ok=True)
    with open(os.path.join(a.dir, "regexes.yaml"), "w") as f:
        write_pack(f, patterns)
    with open(os.path.join(a.dir, "messages.tsv"), "w") as f:
        f.write("line\ttext\n")
        f.writelines("%d\t%s\n" % (sum(bool(c.search(m)) for c in compiled), m) for m in messages)
    for name, lines in (("patterns.txt", patterns), ("messages.txt", messages)):
        with open(os.path.join(a.dir, name), "w") as f:
            f.writelines(line + "\n" for line in lines)


main()

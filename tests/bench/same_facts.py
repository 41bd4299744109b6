#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares what `diagnose infer` left in working memory with what CLIPS left.

usage: same_facts.py OURS.json CLIPS.facts [TEMPLATE...]

OURS.json is the output of `diagnose infer`, CLIPS.facts that of (save-facts). Facts are equal when template, slots and values
are; their order does not count. A slot that nobody filled is unknown here and `nil` there. Facts of the named templates are left out:
tables that only one of the programs has. Prints what only one of them has.
"""
import collections
import json
import re
import sys


def written(value):
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def ours(path):
    for fact in json.load(open(path))["facts"]:
        slots = sorted((slot, written(v)) for slot, v in fact["slots"].items() if v is not None)
        yield fact["template"], tuple(slots)


def theirs(path):
    for line in open(path):
        name = re.match(r"\((\S+) \(", line)
        if name:
            slots = sorted(s for s in re.findall(r"\((\S+) ([^()\s]+)\)", line) if s[1] != "nil")
            yield name[1], tuple(slots)


def main():
    mine, its = (collections.Counter(f for f in read(path) if f[0] not in sys.argv[3:]) for read, path in zip((ours, theirs), sys.argv[1:3]))
    only = [("ours ", f) for f in (mine - its).elements()] + [("CLIPS", f) for f in (its - mine).elements()]
    for who, fact in sorted(only)[:20]:
        print("only", who, fact)
    print("%d facts and %d, %d differ" % (sum(mine.values()), sum(its.values()), len(only)))
    return bool(only) or not mine


sys.exit(main())

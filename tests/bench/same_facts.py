#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares what two runs left in working memory.

usage: same_facts.py FILE FILE [TEMPLATE...]
       same_facts.py --digest FILE [TEMPLATE...]

A FILE is the output of `diagnose infer` or that of CLIPS's (save-facts). Facts are equal when template, slots and values are; their
order does not count. A slot that nobody filled is unknown here and `nil` there. Facts of the named templates are left out: tables
that only one of the programs has. Prints what only one of them has; or a digest that is the same for equal facts.
"""
import collections
import hashlib
import json
import re
import sys


def written(value):
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def of_diagnose(text):
    for fact in json.loads(text)["facts"]:
        yield fact["template"], tuple(sorted((slot, written(v)) for slot, v in fact["slots"].items()))


def of_clips(text):
    for line in text.splitlines():
        name = re.match(r"\((\S+) \(", line)
        if name:
            slots = re.findall(r"\((\S+) ([^()\s]+)\)", line)
            yield name[1], tuple(sorted(s for s in slots if s[1] != "nil"))


def facts(path, without):
    text = open(path).read()
    every = of_diagnose(text) if text.startswith("{") else of_clips(text)
    return collections.Counter(f for f in every if f[0] not in without)


def compare(a, b, without):
    one, other = facts(a, without), facts(b, without)
    only = [(a, f) for f in (one - other).elements()] + [(b, f) for f in (other - one).elements()]
    for path, fact in sorted(only)[:20]:
        print("only", path, fact)
    print("%d facts and %d, %d differ" % (sum(one.values()), sum(other.values()), len(only)))
    return bool(only) or not one


def main():
    if sys.argv[1] != "--digest":
        return compare(sys.argv[1], sys.argv[2], sys.argv[3:])
    print(hashlib.sha256(repr(sorted(facts(sys.argv[2], sys.argv[3:]).elements())).encode()).hexdigest()[:16])


sys.exit(main())

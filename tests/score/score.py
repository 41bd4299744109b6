#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How good the plans are, measured on cases that really happened: score.py PROGRAM PACK [-o score.json]

Each case of tests/cases/real goes through the built program (facts in, `--tried` for what was tried, plan out). A step of the plan is
right when it has the class of the fix that worked, or is one of the steps that the case names where the class says nothing ("other").
Steps that only prepare others (a backup, the mending of a requirement, what must come first and settles nothing itself) have no place in
the order; all others have, those that complete an earlier one, too. docs/score.md tells what is printed.
"""
import argparse
import json
import sys

import baselines
import calibration
import cases
import leaveout

KS = (1, 3, 5)
SYSTEMS = ("linux", "macos", "windows")


def figures(ranks):
    """hit@k and mean reciprocal rank of a list of places, None: not in the plan."""
    n = len(ranks) or 1
    row = {"cases": len(ranks)}
    for k in KS:
        row["hit@%d" % k] = sum(r is not None and r <= k for r in ranks) / n
    row["mrr"] = sum(1 / r for r in ranks if r) / n
    return row


def by_system(real, rank_of):
    """Figures of each system and of all; rank_of(case) is the place of the fix."""
    table = {s: figures([rank_of(c) for c in real if c.system == s]) for s in SYSTEMS}
    table["all"] = figures([rank_of(c) for c in real])
    return table


def print_figures(title, table):
    print("%-30s" % title + "".join("%9s" % k for k in ("cases", "hit@1", "hit@3", "hit@5", "mrr")))
    for system, row in table.items():
        print("  %-28s%9d" % (system, row["cases"])
              + "".join("%8.1f%%" % (100 * row["hit@%d" % k]) for k in KS) + "%9.3f" % row["mrr"])


def measure(real, plans, steps):
    """The program beside the two baselines, strict and with alternatives."""
    tables = {}
    for how, alternatives in (("strict", False), ("with alternatives", True)):
        tables[how] = {
            "diagnose": by_system(real, lambda c: cases.place(c, plans[c.id], alternatives)),
            "the guide's order": by_system(real, lambda c: cases.place(c, baselines.guide(c, steps), alternatives)),
            "the system's usual fix": by_system(real, lambda c: cases.place(c, baselines.usual(c, real), alternatives)),
        }
    return tables


def case_rows(real, plans):
    return [{"id": c.id, "group": c.group, "fix": c.fix, "strict": cases.place(c, plans[c.id], False),
             "with_alternatives": cases.place(c, plans[c.id], True),
             "plan": [s["id"] for s in cases.in_order(plans[c.id])][:5]} for c in real]


def print_cases(rows):
    print("\nplace of the fix, strict and with alternatives; the plan's first steps")
    for r in rows:
        print("  %-46s%4s%4s  %s" % (r["id"], r["strict"] or "-", r["with_alternatives"] or "-", ", ".join(r["plan"])))


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("program")
    options.add_argument("pack")
    options.add_argument("-o", "--output", help="write everything there, as JSON")
    options.add_argument("--quick", action="store_true", help="only the figures: no cases left out, no calibration")
    o = options.parse_args()
    pack = cases.Pack(o.pack)
    real = cases.read_real()
    run = cases.Runner(o.program, o.pack)
    plans = dict(zip([c.id for c in real], run.plans([(c.facts, c.tried) for c in real])))
    later = cases.read_real(cases.LATER)
    late_plans = dict(zip([c.id for c in later], run.plans([(c.facts, c.tried) for c in later])))
    tables = measure(real, plans, pack.steps)
    score = {"figures": tables, "cases": case_rows(real, plans),
             "later": {"figures": measure(later, late_plans, pack.steps), "cases": case_rows(later, late_plans)}}
    for how, table in tables.items():
        for who, rows in table.items():
            print_figures("%s, %s" % (who, how), rows)
    print_cases(score["cases"])
    print("\ncases looked up later (tests/cases/later), strict and with alternatives")
    for how in tables:
        print_figures("diagnose, " + how, score["later"]["figures"][how]["diagnose"])
    print_cases(score["later"]["cases"])
    if not o.quick:
        score["left_out"] = leaveout.measure(real, plans, run, pack)
        leaveout.report(score["left_out"])
        score["calibration"] = calibration.measure(real, plans, pack.golden, run)
        calibration.report(score["calibration"])
    if o.output:
        with open(o.output, "w", encoding="utf-8") as out:
            json.dump(score, out, indent=1)
            out.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: MIT
"""What the plans owe to single facts and to single groups of cases.

The rules are written by hand, from the domain, so nothing is trained that could be left out. Three things tell whether they know cases by heart
all the same: patterns that only one case's messages match and that name no source in the domain; what is lost when a case loses one of
its facts, or all its messages; and what happens to a group when the frequencies of the issues are estimated anew from the other groups.
"""
import copy
import os
import re
import shutil
import tempfile

import cases

K = 3
PRETEND = 48		# what a frequency written by hand counts for, in cases


# ---- patterns ----

def as_python(matches):
    """The regular expression of a pattern, '/../flags', for Python."""
    found = re.fullmatch(r"/(.*)/([imsx]*)", matches, re.S)
    flags = sum({"i": re.I, "m": re.M, "s": re.S, "x": re.X}[c] for c in found[2])
    return re.compile(found[1].replace("(?<", "(?P<").replace("(?P<!", "(?<!").replace("(?P<=", "(?<="), flags)


def has_source(pattern):
    sources = pattern.get("source", [])
    return any(s.startswith(("domain/", "http")) for s in ([sources] if isinstance(sources, str) else sources))


def known_by_heart(real, patterns):
    """Patterns that one case alone matches: ids, those without a source apart."""
    alone, bad = [], []
    for p in patterns:
        if "message" not in p["in"]:
            continue
        regex = as_python(p["matches"])
        hits = [c.id for c in real if any(regex.search(m["text"]) for m in c.facts.get("message", []))]
        if len(hits) == 1:
            alone.append({"pattern": p["id"], "case": hits[0]})
            if not has_source(p):
                bad.append(p["id"])
    return {"matched_by_one_case": alone, "of_these_without_source": bad}


# ---- single facts ----

def without_each(case):
    """Copies of the facts, each without one piece of evidence: a slot, a message. The system stays: it is what the report is about."""
    for template, value in case.facts.items():
        if template == "message":
            for i in range(len(value)):
                less = copy.deepcopy(case.facts)
                del less["message"][i]
                yield "message %d" % (i + 1), less
            continue
        for slot in value:
            if template in ("process", "driver", "service") and slot != "name" or (template, slot) == ("host", "os"):
                continue
            less = copy.deepcopy(case.facts)
            if slot == "name":
                del less[template]
            else:
                del less[template][slot]
            yield template + "." + slot, less


def without_messages(case):
    less = copy.deepcopy(case.facts)
    less.pop("message", None)
    return less


def perturb(real, plans, run):
    jobs, labels = [], []
    for c in real:
        for what, facts in without_each(c):
            labels.append((c, what))
            jobs.append((facts, c.tried))
    messages = [c for c in real if c.facts.get("message")]
    answers = run.plans(jobs)
    bare = run.plans([(without_messages(c), c.tried) for c in messages])
    untried = run.plans([(c.facts, []) for c in real])
    good = {c.id: is_hit(c, plans[c.id]) for c in real}
    kept = [is_hit(c, plan) for (c, _), plan in zip(labels, answers)]
    return {
        "all_facts": share(good.values()),
        "one_fact_less": share(kept),
        "one_fact_less_of_cases_hit_before": share(k for (c, _), k in zip(labels, kept) if good[c.id]),
        "runs": len(jobs),
        "with_messages": share(good[c.id] for c in messages),
        "without_their_messages": share(is_hit(c, p) for c, p in zip(messages, bare)),
        "without_what_was_tried": share(is_hit(c, p) for c, p in zip(real, untried)),
        "lost_by": [{"case": c.id, "without": what} for (c, what), k in zip(labels, kept) if good[c.id] and not k],
    }


def is_hit(case, plan):
    at = cases.place(case, plan, True)
    return at is not None and at <= K


def share(hits):
    hits = list(hits)
    return sum(hits) / len(hits) if hits else 0


# ---- groups ----

def blame(case, plan, issues, steps):
    """The parts of a case that each issue gets: its probability among the issues that the fix is a remedy of."""
    right = {s["id"] for s in steps if cases.is_right(case, s, True)}
    mine = {i["id"] for i in issues if any(r["step"] in right for r in i["remedies"])}
    weights = {}
    for cause in plan["causes"]:
        if cause["id"] in mine:
            weights[cause["id"]] = weights.get(cause["id"], 0) + cause["p_ppm"]
    total = sum(weights.values()) or 1
    return {i: w / total for i, w in weights.items()}


WORDS = {"very-common": 200, "common": 80, "occasional": 25, "rare": 6, "very-rare": 1}


def frequencies(issues, blamed):
    """Each issue's frequency, as if what is written had been seen in PRETEND cases and the given ones beside."""
    written = {i["id"]: WORDS.get(i["frequency"]) or float(i["frequency"]) for i in issues}
    whole = sum(written.values())
    seen = dict.fromkeys(written, 0.0)
    for parts in blamed:
        for issue, part in parts.items():
            seen[issue] += part
    n = len(blamed)
    return {i: whole * (PRETEND * f / whole + seen[i]) / (PRETEND + n) for i, f in written.items()}


def write_pack(folder, to, per_issue):
    """A copy of the pack with other frequencies."""
    shutil.copytree(folder, to)
    for name in os.listdir(to):
        if not name.startswith("issues"):
            continue
        path = os.path.join(to, name)
        with open(path, encoding="utf-8") as f:
            text = f.read()
        issue = None
        lines = []
        for line in text.split("\n"):
            found = re.match(r"  - id: (\S+)", line)
            issue = found[1] if found else issue
            if issue in per_issue and re.match(r"    frequency: ", line):
                line = "    frequency: %.3f" % per_issue[issue]
            lines.append(line)
        with open(path, "w", encoding="utf-8") as f:
            f.write("\n".join(lines))


def leave_groups(real, plans, run, pack):
    blamed = {c.id: blame(c, plans[c.id], pack.issues, pack.steps) for c in real}
    rows = []
    with tempfile.TemporaryDirectory() as work:
        for group in sorted({c.group for c in real}):
            mine = [c for c in real if c.group == group]
            others = [blamed[c.id] for c in real if c.group != group]
            to = os.path.join(work, group)
            write_pack(pack.folder, to, frequencies(pack.issues, others))
            after = run.plans([(c.facts, c.tried) for c in mine], pack=to)
            rows.append({"group": group, "cases": len(mine),
                         "hits": {k: [sum(within(c, plans[c.id], k) for c in mine),
                                      sum(within(c, p, k) for c, p in zip(mine, after))] for k in (1, K)}})
    n = len(real)
    return {"groups": rows, **{"hit@%d" % k: {"written": sum(r["hits"][k][0] for r in rows) / n,
                                            "estimated_without_the_group": sum(r["hits"][k][1] for r in rows) / n} for k in (1, K)}}


def within(case, plan, k):
    at = cases.place(case, plan, True)
    return at is not None and at <= k


# ---- the whole ----

def measure(real, plans, run, pack):
    return {"patterns": known_by_heart(real, pack.patterns), "facts": perturb(real, plans, run),
            "groups": leave_groups(real, plans, run, pack)}


def report(r):
    p, f, g = r["patterns"], r["facts"], r["groups"]
    print("\nby heart? %d patterns match the messages of one case only; without a source in the domain or on a page: %s"
          % (len(p["matched_by_one_case"]), ", ".join(p["of_these_without_source"]) or "none"))
    print("hit@3 with alternatives when facts are left out")
    for what, key in (("all facts", "all_facts"), ("one fact less, mean of %d runs" % f["runs"], "one_fact_less"),
                      ("  .. of cases hit with all facts", "one_fact_less_of_cases_hit_before"),
                      ("cases with messages", "with_messages"), ("  .. without their messages", "without_their_messages"),
                      ("without what was tried before", "without_what_was_tried")):
        print("  %-40s%6.1f%%" % (what, 100 * f[key]))
    lost = {}
    for x in f["lost_by"]:
        lost.setdefault(x["case"], []).append(x["without"])
    for case, what in lost.items():
        print("  lost: %-46s without %s" % (case, ", ".join(what)))
    print("issue frequencies estimated from the other groups' cases, each group in turn")
    for k in (1, K):
        print("  hit@%d%36.1f%% as written,%6.1f%% so" % (k, 100 * g["hit@%d" % k]["written"],
                                                       100 * g["hit@%d" % k]["estimated_without_the_group"]))
    for row in g["groups"]:
        if any(a != b for a, b in row["hits"].values()):
            print("  moved: %-40s%d cases, hit@1 %d to %d, hit@3 %d to %d"
                  % (row["group"], row["cases"], *row["hits"][1], *row["hits"][K]))

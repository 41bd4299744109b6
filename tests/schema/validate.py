#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Validates documents and fact files against the schemas, and checks what schemas cannot say.

validate.py SCHEMAS DOCUMENTS FACTS: folders; a document X.json has its exit status in X.status; fact files written by
the program are X.facts. Prints a line for each test as tests/run wants it.
"""
import copy
import json
import os
import sys

from jsonschema import Draft202012Validator

schemas, documents, facts = sys.argv[1:4]
failed = 0


def result(name, complaints):
    global failed
    print(("FAILED " if complaints else "ok ") + name)
    for c in complaints[:20]:
        print("  " + c[:300])
    failed |= bool(complaints)


def no_fraction(text):
    raise ValueError("a fraction: " + text)


def load(path, **options):
    with open(path, encoding="utf-8") as f:
        return json.load(f, **options)


def errors(validator, value):
    return ["/".join(map(str, e.absolute_path)) + ": " + e.message for e in validator.iter_errors(value)]


def invariants(d):
    """What must hold in a document besides its schema."""
    bad = []
    if d["status"] != "ok":
        total = d["something_else_ppm"] + sum(c["p_ppm"] for c in d["causes"])
        if total != 1000000:
            bad.append("probabilities sum to %d" % total)
    if [c["p_ppm"] for c in d["causes"]] != sorted((c["p_ppm"] for c in d["causes"]), reverse=True):
        bad.append("causes are not in order of probability")
    ids = {f["id"] for f in d["facts"]} | {f["id"] for f in d["findings"]}
    for i, s in enumerate(d["steps"], 1):
        if s["n"] != i:
            bad.append("step %d has number %d" % (i, s["n"]))
        bad += ["step %d requires %d" % (i, r) for r in s["requires"] if r >= i]
        if s["completes"] is not None and s["completes"] >= i:
            bad.append("step %d completes %d" % (i, s["completes"]))
        if s["p_settles_ppm"] > s["p_reached_ppm"] + 1:
            bad.append("step %d settles more than what reaches it" % i)
        if s["risk"]["data_loss"] == "data" and not any(b["kind"] == "protect" for b in d["steps"][:i - 1]) and not d["tried"]:
            bad.append("step %d loses data without a backup before it" % i)
        bad += ["step %d fixes %s, which is no cause" % (i, f["id"]) for f in s["fixes"]
                if not any(c["id"] == f["id"] and c["subject"] == f["subject"] for c in d["causes"])]
    kinds = [s["kind"] for s in d["steps"]]
    if d["status"] == "problem" and kinds[-1:] != ["service"] or kinds[:-1].count("service"):
        bad.append("handing over is not the last step, or not the only one")
    losses = {"nothing": 0, "settings": 1, "data": 2}
    for i, a in enumerate(d["steps"]):
        bad += ["step %d loses more than step %d for the same cause" % (i + 1, b["n"]) for b in d["steps"][i + 1:]
                if losses[a["risk"]["data_loss"]] > losses[b["risk"]["data_loss"]] and a["last_resort"] >= b["last_resort"]
                and any(f in b["fixes"] for f in a["fixes"])]
    if d["plan"]:
        if d["plan"]["lower_bound_s"] > d["plan"]["expected_cost_s"]:
            bad.append("the bound is above the cost")
        settled = sum(s["p_settles_ppm"] for s in d["steps"])
        if abs(settled - d["plan"]["p_solved_ppm"]) > len(d["steps"]):
            bad.append("steps settle %d, the plan %d" % (settled, d["plan"]["p_solved_ppm"]))
    for c in d["causes"]:
        bad += ["evidence of %s names %s, which is not in the document" % (c["id"], f) for e in c["evidence"]
                for f in e["facts"] if f not in ids and f.rsplit(".", 1)[0] not in ids]
    for r in d["requirements"]:
        if r["step"] is not None and not 1 <= r["step"] <= len(d["steps"]):
            bad.append("requirement %s names step %d" % (r["id"], r["step"]))
    return bad


def spoilt(d):
    """The document with one mistake each; the schema must see all of them."""
    def change(what, f):
        c = copy.deepcopy(d)
        f(c)
        return what, c
    yield change("an unknown key", lambda c: c.update(extra=1))
    yield change("a missing key", lambda c: c.pop("causes"))
    yield change("a fraction", lambda c: c.update(something_else_ppm=0.5))
    yield change("a wrong status", lambda c: c.update(exit_code=0))
    yield change("a control character", lambda c: c.update(title="red\x1b[31m"))
    yield change("a bidi character", lambda c: c["facts"][0].update(value="a\u202eb"))
    yield change("an unknown key of a step", lambda c: c["steps"][0].update(extra=None))
    yield change("a probability above one", lambda c: c["steps"][0].update(p_settles_ppm=1000001))
    yield change("a time in another form", lambda c: c.update(started="31.1.2026"))
    yield change("a bad fingerprint", lambda c: c.update(fingerprint="v1:xyz"))


def keys(schema):
    """All keys that a schema names."""
    if isinstance(schema, dict):
        return set(schema.get("properties", {})).union(*map(keys, schema.values()))
    return set().union(*map(keys, schema)) if isinstance(schema, list) else set()


def main():
    validators = {}
    for name in ("plan-1", "facts-1", "explain-1", "error-1"):
        schema = load(os.path.join(schemas, name + ".schema.json"))
        Draft202012Validator.check_schema(schema)
        validators[name] = Draft202012Validator(schema)
    result("the schemas are schemas", [])
    with open(os.path.join(schemas, "..", "plan-json.md"), encoding="utf-8") as f:
        text = f.read()
    result("plan-json.md explains every key of the document",
           [k for k in sorted(keys(load(os.path.join(schemas, "plan-1.schema.json")))) if "`%s`" % k not in text])
    plan, fact = validators["plan-1"], validators["facts-1"]
    names = sorted(f[:-5] for f in os.listdir(documents) if f.endswith(".json"))
    statuses = set()
    for name in names:
        d = load(os.path.join(documents, name + ".json"), parse_float=no_fraction)
        with open(os.path.join(documents, name + ".status")) as f:
            status = int(f.read())
        bad = errors(plan, d) + invariants(d)
        if status != d["exit_code"]:
            bad.append("the program exits with %d, the document says %d" % (status, d["exit_code"]))
        statuses.add(d["status"])
        result(name + ": the document keeps its schema and its promises", bad)
    result("the fact files reach all three outcomes", [s for s in ("ok", "problem", "incomplete") if s not in statuses])
    for name in sorted(f for f in os.listdir(facts) if f.endswith(".json")):
        result(name + ": the fact file keeps its schema", errors(fact, load(os.path.join(facts, name))))
    for name in sorted(f for f in os.listdir(documents) if f.endswith(".facts")):
        result(name + ": the written fact file keeps its schema", errors(fact, load(os.path.join(documents, name))))
    explain, error = validators["explain-1"], validators["error-1"]
    bad = [f + ": " + e for f in sorted(os.listdir(documents)) if f.endswith(".explain")
           for e in errors(explain, load(os.path.join(documents, f), parse_float=no_fraction))]
    result("explanations keep their schema", bad)
    with open(os.path.join(documents, "records.errors"), encoding="utf-8") as f:
        records = [json.loads(line) for line in f]
    result("errors of records keep their schema", [e for r in records for e in errors(error, r)])
    result("errors of records are counted and have their place", [str(r)[:200] for r in records if not all(
        e["source"] and (e["column"] is None) == ("line" not in e) for e in r["errors"])]
           + ["%d records" % len(records)] * (len(records) != 6)
           + ["the limit has no place: %s" % records[4]] * (not records[4]["errors"][0]["source"].endswith("endless.yaml")
                                                            or records[4]["errors"][0]["line"] != 3)
           + ["%d errors and %s more" % (len(records[5]["errors"]), records[5].get("more"))]
           * (len(records[5]["errors"]) + records[5].get("more", 0) != 250 or len(records[5]["errors"]) != 100))
    spoilt_error = dict(records[0], errors=[dict(records[0]["errors"][0], line=0)])
    result("the schema refuses an error without a line", ["line 0"] if error.is_valid(spoilt_error) else [])
    problem = next(d for d in (load(os.path.join(documents, n + ".json")) for n in names) if d["status"] == "problem" and d["facts"])
    result("the schema refuses spoilt documents", [what for what, d in spoilt(problem) if plan.is_valid(d)])
    sys.exit(failed)


main()

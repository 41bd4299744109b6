#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The formats of `diagnose check` for programs say what its text says, for every wrong rule file of this folder.

formats.py DIAGNOSE SCHEMA PACK...: prints a line for each test as tests/run wants it.
"""
import json
import re
import subprocess
import sys
import urllib.parse

from jsonschema import Draft202012Validator

diagnose, schema, packs = sys.argv[1], sys.argv[2], sys.argv[3:]
with open(schema, encoding="utf-8") as f:
    validator = Draft202012Validator(json.load(f))
LEVEL = {"error": "error", "warning": "warning", "note": "note", "notice": "note"}
bad = {"json": [], "sarif": [], "github": []}


def check(pack, form):
    p = subprocess.run([diagnose, "check", pack, "--format", form], capture_output=True, encoding="utf-8", check=False)
    if p.returncode not in (0, 2) or p.stderr:
        bad.get(form, bad["json"]).append("%s: status %d, %s" % (pack, p.returncode, p.stderr[:100]))
    return p.stdout


def key(level, code, source, line, column, message):
    return (level, code, source, line, column, message)


def from_text(text):
    """Only places and codes: the text cuts and aligns the rest."""
    return [m.groups() for m in re.finditer(r"^(.*?)(?::(\d+):(\d+))?: (error|warning|note)\[(D\d+)\]: ", text, re.M)]


def from_json(text):
    document = json.loads(text)
    found = document["findings"]
    complaints = [e.message for e in validator.iter_errors(document)]
    for what in "error", "warning":
        if document[what + "s"] < sum(f["severity"] == what for f in found):
            complaints.append("fewer %ss than findings" % what)
    return complaints, [key(f["severity"], f["code"], f["source"], f.get("line"), f["column"],
                            "; ".join(filter(None, [f["message"], f.get("hint")]))) for f in found]


def from_sarif(text):
    """What SARIF 2.1.0 demands of a run (3.13 to 3.30) of the parts that stand in it."""
    log, complaints, found = json.loads(text), [], []
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    if log["version"] != "2.1.0" or run["columnKind"] != "unicodeCodePoints" or len({r["id"] for r in rules}) != len(rules):
        complaints.append("version, columnKind or rules")
    for r in run["results"]:
        place = r["locations"][0]["physicalLocation"]
        region = place.get("region", {})
        uri = place["artifactLocation"]["uri"]
        if rules[r["ruleIndex"]]["id"] != r["ruleId"]:
            complaints.append("ruleIndex of " + r["ruleId"])
        if re.search(r"[^!#$&-;=?-Z_a-z~%]|%(?![0-9A-F]{2})", uri):
            complaints.append("no URI: " + uri)
        if "endLine" in region and (region["endLine"], region["endColumn"]) < (region["startLine"], region["startColumn"]):
            complaints.append("ends before it starts: %s" % region)
        found.append(key(r["level"], r["ruleId"], urllib.parse.unquote(uri), region.get("startLine"),
                         region.get("startColumn"), r["message"]["text"]))
    return complaints, found


def from_github(text):
    complaints, found = [], []
    for line in text.splitlines():
        m = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line)
        if not m:
            complaints.append("no workflow command: " + line)
            continue
        p = {k: urllib.parse.unquote(v) for k, v in (x.split("=", 1) for x in m[2].split(","))}
        found.append(key(LEVEL[m[1]], p["title"], p["file"], int(p["line"]) if "line" in p else None,
                         int(p["col"]) if "col" in p else None, urllib.parse.unquote(m[3])))
    return complaints, found


all_found = 0
for pack in packs:
    complaints, want = from_json(check(pack, "json"))
    bad["json"] += [pack + ": " + c for c in complaints]
    all_found += len(want)
    text = [(level, code, source, int(line) if line else None, int(column) if column else None)
            for source, line, column, level, code in from_text(check(pack, "text"))]
    if len(want) <= 100 and sorted(map(str, text)) != sorted(str(w[:5]) for w in want):
        bad["json"].append("%s: text and JSON differ: %s" % (pack, sorted(set(map(str, text)) ^ {str(w[:5]) for w in want})[:2]))
    for form, read in ("sarif", from_sarif), ("github", from_github):
        complaints, got = read(check(pack, form))
        bad[form] += [pack + ": " + c for c in complaints]
        if got != want:
            bad[form].append("%s: is not what JSON says: %s" % (pack, sorted(set(map(str, got)) ^ set(map(str, want)))[:2]))
if all_found < 200:
    bad["json"].append("only %d findings in all" % all_found)
for form, complaints in bad.items():
    print("%s lint/check --format=%s says what the text says" % ("FAILED" if complaints else "ok", form))
    for c in complaints[:10]:
        print("  " + c[:300])
sys.exit(any(bad.values()))

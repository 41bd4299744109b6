# SPDX-License-Identifier: MIT
"""Cases, the pack they are measured with, and the program that makes the plans."""
import concurrent.futures
import glob
import json
import os
import subprocess
import sys

try:
    import yaml
except ImportError:
    sys.exit("score: needs PyYAML (Debian: apt-get install python3-yaml)")

HERE = os.path.dirname(os.path.abspath(__file__))
REAL = os.path.join(HERE, "..", "cases", "real")
LATER = os.path.join(HERE, "..", "cases", "later")	# looked up when the rules were done with the real ones


def read_yaml(path):
    """Scalars stay as they are written: 'yes' is no truth and 10.10 no number; the program reads them by their slot."""
    with open(path, encoding="utf-8") as f:
        return yaml.load(f, Loader=yaml.BaseLoader)


class Case:
    """One real case: what was known, what was tried in vain, what worked."""

    def __init__(self, entry):
        self.id, self.name, self.group = entry["id"], entry["case"], entry["group"]
        self.source, self.facts, self.tried = entry["source"], entry["facts"], entry.get("tried", [])
        self.fix, self.also, self.steps = entry["fix"], entry.get("also", []), entry.get("step", [])
        self.system = entry["facts"]["host"]["os"]


def read_real(folder=REAL):
    return [Case(e) for path in sorted(glob.glob(os.path.join(folder, "*.yaml"))) for e in read_yaml(path)]


class Pack:
    """The steps, issues, patterns and cases of a pack, as they are written."""

    def __init__(self, folder):
        self.folder = folder
        self.steps, self.issues, self.patterns, self.golden = [], [], [], []
        for path in sorted(glob.glob(os.path.join(folder, "**", "*.yaml"), recursive=True)):
            doc = read_yaml(path)
            if isinstance(doc, list):
                doc = {"cases": doc}
            self.steps += doc.get("steps", [])
            self.issues += doc.get("issues", [])
            self.patterns += doc.get("patterns", [])
            self.golden += doc.get("cases", [])


class Runner:
    """Plans from facts, by the built program."""

    def __init__(self, program, pack):
        self.program, self.pack = program, pack
        self.pool = concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1)

    def plan(self, facts, tried=(), pack=None):
        command = [self.program, "--rules", pack or self.pack, "--facts", "-", "--json"]
        for step in tried:
            command += ["--tried", step]
        done = subprocess.run(command, input=json.dumps({"facts": facts}), capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1, 4):
            sys.exit("score: %s\n%s\n%s" % (" ".join(command), json.dumps(facts), done.stderr))
        return json.loads(done.stdout)

    def plans(self, jobs, pack=None):
        """jobs: pairs of facts and steps that were tried."""
        return list(self.pool.map(lambda job: self.plan(*job, pack=pack), jobs))


def in_order(plan):
    """The steps that have a place: all but the prerequisites, which mend a requirement or only prepare others."""
    mending = {r["step"] for r in plan.get("requirements", [])}
    return [s for s in plan["steps"] if s.get("n") not in mending and (s["fixes"] or s["completes"])]


def is_right(case, step, alternatives):
    if case.steps and step["id"] in case.steps:
        return True
    return step["class"] != "other" and (step["class"] == case.fix or alternatives and step["class"] in case.also)


def place(case, plan, alternatives):
    """Place of the first right step, from 1; None: there is none."""
    for n, step in enumerate(in_order(plan), 1):
        if is_right(case, step, alternatives):
            return n
    return None

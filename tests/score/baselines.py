# SPDX-License-Identifier: MIT
"""What one would do without a diagnosis: work through the guide, or do what usually helps on this system."""
import collections
import re

PARTS = ("step-1", "step-2", "step-3", "issue-1", "issue-2", "issue-3", "issue-4")


def guide_place(step):
    """Where the guide first tells to do this; None: nowhere. Its introduction and its requirements tell nothing to do."""
    sources = step.get("source", [])
    places = []
    for s in [sources] if isinstance(sources, str) else sources:
        found = re.fullmatch(r"guide/([a-z0-9-]+)(?:/(\d+))?", s)
        if found and found[1] in PARTS:
            places.append((PARTS.index(found[1]), int(found[2] or 0)))
    return min(places, default=None)


def fits(step, system):
    """Whether the step's own condition leaves it to this system."""
    when = step.get("when", "")
    found = re.search(r"host\.os (?:is|in) (\[[a-z, ]+\]|[a-z]+)", when if isinstance(when, str) else "")
    return not found or system in re.findall("[a-z]+", found[1])


def as_plan(steps):
    """In the form of a plan document, as far as scoring reads it."""
    return {"steps": [{"id": s["id"], "class": s["class"], "fixes": True, "completes": None} for s in steps]}


def guide(case, steps):
    told = [(guide_place(s), n, s) for n, s in enumerate(steps) if guide_place(s) and fits(s, case.system)]
    return as_plan([s for _, _, s in sorted(told, key=lambda t: t[:2])])


def usual(case, real):
    """Fixes of the other cases of this system, most frequent first; of equally frequent ones the more frequent one on all systems."""
    others = [c for c in real if c is not case]
    here = collections.Counter(c.fix for c in others if c.system == case.system)
    everywhere = collections.Counter(c.fix for c in others)
    order = sorted(here, key=lambda f: (-here[f], -everywhere[f], f))
    return as_plan([{"id": f, "class": f} for f in order])

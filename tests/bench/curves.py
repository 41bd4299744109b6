#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Draws how time grows with the size of the problem, from what `make bench` measured: a panel for each program, both axes logarithmic.

usage: curves.py bench.json > growth.svg
"""
import json
import math
import re
import sys

PANELS = (("manners", "guests"), ("waltz", "drawings"), ("waltzdb", "drawings"))
SERIES = (("diagnose", "#0b6e4f"), ("CLIPS 6.30", "#c46210"), ("CLIPS 6.41", "#8a1c1c"))
WIDTH, HEIGHT, LEFT, TOP, GAP = 240, 220, 60, 40, 70


def read(path):
    """{program: {series: {size: ms}}}; of ours the fastest of the sittings beside the peers."""
    found = {}
    for row in json.load(open(path, encoding="utf-8")):
        m = re.fullmatch(r"(manners|waltz|waltzdb)-(\d+)", row["name"])
        if not m or row["unit"] != "ms":
            continue
        lines, size = found.setdefault(m[1], {}), int(m[2])
        lines.setdefault("%s %s" % (row["peer_name"], row["peer_version"]), {})[size] = row["peer"]
        ours = lines.setdefault("diagnose", {})
        ours[size] = min(row["ours"], ours.get(size, row["ours"]))
    return found


def decades(values):
    return math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))


def number(v):
    return "%g s" % (v / 1000) if v >= 1000 else "%g ms" % v


def panel(out, lines, x0, name, unit):
    sizes = sorted({s for line in lines.values() for s in line})
    lo, hi = decades([ms for line in lines.values() for ms in line.values()])
    first, last = math.log(sizes[0]), math.log(sizes[-1])
    x = lambda size: x0 + (math.log(size) - first) / (last - first) * WIDTH
    y = lambda ms: TOP + HEIGHT - (math.log10(ms) - lo) / (hi - lo) * HEIGHT
    out.append('<text x="%g" y="%g" class="title">%s</text>' % (x0, TOP - 14, name))
    for d in range(lo, hi + 1):
        out.append('<path d="M%g %gH%g" class="grid"/><text x="%g" y="%g" class="end">%s</text>' % (
            x0, y(10 ** d), x0 + WIDTH, x0 - 6, y(10 ** d) + 4, number(10 ** d)))
    for size in sizes:
        out.append('<path d="M%g %gV%g" class="grid"/><text x="%g" y="%g" class="middle">%d</text>' % (
            x(size), TOP, TOP + HEIGHT, x(size), TOP + HEIGHT + 16, size))
    out.append('<text x="%g" y="%g" class="middle">%s</text>' % (x0 + WIDTH / 2, TOP + HEIGHT + 34, unit))
    for series, colour in SERIES:
        points = sorted(lines.get(series, {}).items())
        if points:
            out.append('<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>' % (
                " ".join("%.1f,%.1f" % (x(s), y(ms)) for s, ms in points), colour))
        out += ['<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>' % (x(s), y(ms), colour) for s, ms in points]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    found, out = read(sys.argv[1]), []
    panels = [(name, unit) for name, unit in PANELS if len(next(iter(found.get(name, {"": {}}).values()))) > 1]
    if not panels:
        sys.exit("curves.py: there are no programs of two sizes in %s; BENCH=full ROWS=program make bench" % sys.argv[1])
    for i, (name, unit) in enumerate(panels):
        panel(out, found[name], LEFT + i * (WIDTH + GAP), name, unit)
    for i, (series, colour) in enumerate(SERIES):
        at = LEFT + i * 130
        out.append('<path d="M%g %gh20" stroke="%s" stroke-width="2"/><text x="%g" y="%g">%s</text>' % (
            at, TOP + HEIGHT + 58, colour, at + 26, TOP + HEIGHT + 62, series))
    width, height = LEFT + len(panels) * (WIDTH + GAP) - GAP + 20, TOP + HEIGHT + 76
    print('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">' % (width, height))
    print("<title>Time from facts in to quiescence, by size of the problem</title>")
    print("<style>.grid{stroke:#ddd}.title{font-weight:bold}.end{text-anchor:end}.middle{text-anchor:middle}</style>")
    print('<rect width="100%" height="100%" fill="#fff"/>')
    print("\n".join(out) + "\n</svg>")


main()

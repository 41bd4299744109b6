# SPDX-License-Identifier: MIT
"""Whether stated probabilities are honest: of what is called 70 % probable, seven in ten should come true."""
import cases

BINS = 10


def brier(pairs):
    return sum((p - hit) ** 2 for p, hit in pairs) / len(pairs) if pairs else 0


def table(pairs):
    """Rows of statements whose probability is near: how many, what was stated on average, how often it came true."""
    bins = [[] for _ in range(BINS)]
    for p, hit in pairs:
        bins[min(int(p * BINS), BINS - 1)].append((p, hit))
    return [{"from": i / BINS, "n": len(b), "stated": sum(p for p, _ in b) / len(b), "true": sum(h for _, h in b) / len(b)}
            for i, b in enumerate(bins) if b]


def kind(pairs):
    """Figures of one kind of statement. always: what saying the same of each, the share that came true, would have cost."""
    share = sum(h for _, h in pairs) / len(pairs) if pairs else 0
    return {"n": len(pairs), "stated": sum(p for p, _ in pairs) / len(pairs) if pairs else 0, "true": share,
            "brier": brier(pairs), "always": share * (1 - share), "table": table(pairs)}


def ppm(step):
    return step["p_settles_ppm"] / 1e6


def first_steps(real, plans):
    """Real cases: that the first step solves it, against that it has the right class."""
    first = [(c, cases.in_order(plans[c.id])[:1]) for c in real]
    return [(ppm(s[0]), cases.is_right(c, s[0], True)) for c, s in first if s]


def all_steps(real, plans):
    """Real cases: that a step, and none before it, solves it, against that it is the first right one."""
    pairs = []
    for c in real:
        at = cases.place(c, plans[c.id], True)
        pairs += [(ppm(s), n == at) for n, s in enumerate(cases.in_order(plans[c.id]), 1)]
    return pairs


def issues(golden, run):
    """Golden cases that name their cause: each issue that is possible, against that it is the one."""
    named = [g for g in golden if "first" in g.get("expect", {}).get("issues", {})]
    pairs, first = [], []
    for g, plan in zip(named, run.plans([(g["facts"], []) for g in named])):
        truth = g["expect"]["issues"]["first"]
        pairs += [(c["p_ppm"] / 1e6, c["id"] == truth) for c in plan["causes"]]
        first += [(c["p_ppm"] / 1e6, c["id"] == truth) for c in plan["causes"][:1]]
    return first, pairs


def measure(real, plans, golden, run):
    first, every = issues(golden, run)
    return {"real: the first step solves it": kind(first_steps(real, plans)),
            "real: each step solves it": kind(all_steps(real, plans)),
            "golden: the first cause is it": kind(first),
            "golden: each cause is it": kind(every)}


def report(r):
    for what, k in r.items():
        print("\n%s: %d statements, %.1f%% stated, %.1f%% true; Brier score %.4f (the same for each: %.4f)"
              % (what, k["n"], 100 * k["stated"], 100 * k["true"], k["brier"], k["always"]))
        print("  %-12s%8s%10s%10s" % ("stated", "n", "mean", "true"))
        for row in k["table"]:
            print("  %3d..%3d %% %9d%9.1f%%%9.1f%%" % (100 * row["from"], 100 * row["from"] + 100 / BINS, row["n"],
                                                    100 * row["stated"], 100 * row["true"]))

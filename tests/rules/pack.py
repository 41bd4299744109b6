#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the entries of the shipped pack must keep to, beyond what `diagnose check` can know. Reads the files as text."""
import glob
import re
import sys

folder = sys.argv[1]
texts = {path: open(path, encoding="utf-8").read() for path in sorted(glob.glob(folder + "/*.yaml"))}
failed = 0


def report(name, problems):
    global failed
    print("FAILED" if problems else "ok", name)
    for problem in problems:
        print("  " + problem)
    failed += bool(problems)


def entries(text):
    """(id, text) of each entry of a file."""
    parts = re.split(r"^(?=  - (?:id: |\{id: ))", text, flags=re.M)[1:]
    return [(re.match(r"  - \{?id: ([a-z0-9-]+)", part).group(1), part) for part in parts]


def of(name):
    return [e for path, text in texts.items() if name in path for e in entries(text)]


# --- where each entry comes from, and how sure that is ---
report("every entry says where it comes from and how sure that is",
       [name + ": no " + key for path in texts if not path.endswith(("pack.yaml", "errors.yaml", "vocabulary.yaml"))
        for name, part in entries(texts[path]) for key in ("source", "sure") if not re.search(r"\b%s: " % key, part)])

# --- what is reported or read in a log leads somewhere ---
readers = "".join(text for path, text in texts.items() if "issues" in path or path.endswith("derive.yaml"))


def read_kinds(what):
    found = set()
    for some, one in re.findall(what + r"\.kind (?:not )?(?:in \[([^\]]*)\]|is (?:not )?([\w-]+))", readers):
        found |= {word.strip() for word in (some or one).split(",")}
    return found


errors = texts[folder + "/errors.yaml"]
reported = set(re.findall(r"kind: ([\w-]+)", errors[:errors.index("known_problem:")]))
reported |= set(re.findall(r"reported: \{kind: ([\w-]+)", texts[folder + "/patterns.yaml"]))
silent = {"unnamed", "file", "refused-change"}	# these say nothing about trust or connection
report("every kind of code and message is looked at by an issue", sorted(reported - read_kinds("reported") - silent))
logged = set(re.findall(r"log_event: \{kind: ([\w-]+)", texts[folder + "/patterns.yaml"]))
harmless = {"normal", "foreign-client", "usb-found"}
report("every kind of line in a log is looked at by an issue or a rule",
       sorted(logged - read_kinds("log_event") - read_kinds("began") - read_kinds("done") - harmless))
problems = set(re.findall(r"kind: ([\w-]+)", errors[errors.index("known_problem:"):]))
report("every kind of driver problem is looked at by an issue", sorted(problems - read_kinds("driver_problem") - {"absent"}))
report("the table of codes has every code of the signing block",
       [hex(code) for code in range(0xE8008001, 0xE8008029) if "{code: 0x%08X, family: signing, kind: signing" % code not in errors])

# --- no remedy opens the machine without a warning and a safer one before it ---
steps = of("steps.yaml")
forbidden = r"chmod -?R? ?[0-7]*[67][67][67]\b|a\+rwx|csrutil|spctl|setenforce|ufw disable|firewalld|Always Allow\b|mode 0?777|Defender"
report("no step opens the machine for everybody", [name for name, part in steps if re.search(forbidden, part, re.I)])
opening = (r"(?:turn|switch)[^.\n]{0,60}(?:antivirus|firewall)[^.\n]{0,30}\boff|Lockdown Mode[^\n]{0,60}\bturn it off"
           r"|update-crypto-policies --set (?:DEFAULT:SHA1|FEDORA40|LEGACY)|Allow Access When Locked")
opens = {name: part for name, part in steps if re.search(opening, part, re.I)}
report("the steps that open the machine are known as such",
       sorted({"allow-accessories", "lockdown-mode-off", "test-without-security-software", "allow-sha1-signatures"} ^ set(opens)))
report("each of them warns, can be undone and comes after a safer step",
       [name + ": no " + key for name, part in opens.items() for key in ("warns", "undo", "after") if "\n    %s: " % key not in part])
late = []
for issue, part in of("issues"):
    remedies = re.findall(r"\{step: ([\w-]+)", part)
    for name in opens:
        safe = re.search(r"\n    after: \[([^\]]*)\]", opens[name])
        for safer in safe.group(1).split(", ") if safe and name in remedies else []:
            if safer not in remedies[:remedies.index(name)]:
                late.append("%s: %s without %s before it" % (issue, name, safer))
report("in every issue the safer remedy stands before the one that opens the machine", late)
test = dict(steps)["test-without-security-software"]
report("who turns protection off is told to turn it on again", [] if re.search(r"Turn everything on again", test) else [test])

sys.exit(failed > 0)

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The profiles of the shipped pack change its plans as they say. profiles.py DIAGNOSE PACK: a line for each test as tests/run wants it."""
import json
import subprocess
import sys

diagnose, pack = sys.argv[1:3]
failed = 0


def plan(*options):
    p = subprocess.run([diagnose, "--rules", pack, "--no-collect", "--json", *options], capture_output=True, check=False)
    d = json.loads(p.stdout)
    return d["plan"]["profile"], [s["id"] for s in d["steps"]]


def result(name, right, *details):
    global failed
    failed |= not right
    print(("ok " if right else "FAILED ") + name)
    for d in [] if right else details:
        print("  %s" % (d,))


mux = ["--answer", "host.os=windows", "--error", "0xE8000065"]
home, help_desk = plan(*mux, "--profile", "home"), plan(*mux, "--profile", "helpdesk")
result("without --profile somebody at home is meant", plan(*mux) == home, plan(*mux), home)
result("on the help desk's phone what needs an administrator comes later", help_desk[0] == "helpdesk"
       and help_desk[1].index("restart-apple-services") > home[1].index("restart-apple-services")
       and help_desk[1].index("reinstall-apple-software") > home[1].index("restart-computer"), home, help_desk)
deep = ["--answer", "host.os=windows", "--answer", "seen.deep_fault=yes"]
home, field = plan(*deep, "--profile", "home")[1], plan(*deep, "--profile", "field")[1]
result("a technician on the road never erases the device", "erase-and-restore" in home and "erase-and-restore" not in field, home, field)
sys.exit(failed)

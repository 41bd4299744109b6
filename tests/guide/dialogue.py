# SPDX-License-Identifier: MIT
"""A person at a terminal: the real program on a pseudo-terminal, beside a simulated device that changes meanwhile."""
import json, os, pty, re, select, signal, struct, subprocess, tempfile, termios, time, fcntl

B = os.environ.get("B", "build")
SLOW = 6 if "san" in B or os.environ.get("DX_SLOW") else 1
DIAGNOSE, SIM, RULES = B + "/diagnose", B + "/sim", ["--rules", "rules/apple-trust"]
# What this machine is must not matter: only the multiplexer and its devices are asked; the computer is told about.
COLLECT = ["--collectors", "mux-socket mux device"]
PROMPT = re.compile(r"\(((?:1 to \d+, )?(?:[a-z' ]+, )*[a-z' ]+ or quit)\) $")


class Device:
    """A simulated usbmuxd with a device, which `tell` changes."""

    def __init__(self, *options):
        self.folder = tempfile.TemporaryDirectory()
        self.socket = self.folder.name + "/mux"
        r, w = os.pipe()
        self.sim = subprocess.Popen([SIM, *options, "--socket", self.socket, "--control", self.socket + ".control", "--log", self.socket + ".log",
                                     "--ready-fd", str(w)], pass_fds=[w], stdin=subprocess.DEVNULL)
        os.close(w)
        with os.fdopen(r) as ready:
            if not ready.readline().startswith("ready"):
                raise RuntimeError("the simulator does not start")

    def environment(self):
        return {"USBMUXD_SOCKET_ADDRESS": "UNIX:" + self.socket}

    def tell(self, line):
        subprocess.run([SIM, "--control", self.socket + ".control", "--tell", line], check=True,
                       env={**os.environ, "SIM_CONTROL": self.socket + ".control"})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sim.terminate()
        self.sim.wait()
        self.folder.cleanup()


class Dialogue:
    """The program, what it said so far (`text`), and what its journal has."""

    def __init__(self, *options, journal=None, resume=None, environment=None, columns=80, program=(), rules=RULES):
        self.journal = resume or journal
        kept = ["--resume", resume] if resume else ["--journal", journal] if journal else []
        command = [*program, DIAGNOSE, "guide", *rules, *options, *kept]
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        mode = termios.tcgetattr(slave)
        mode[3] &= ~termios.ECHO      # what is typed is not what is said
        termios.tcsetattr(slave, termios.TCSANOW, mode)
        env = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR")}
        self.process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
                                        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
                                        env={**env, "LANG": "C.UTF-8", "TERM": "xterm", **(environment or {})})
        os.close(slave)
        self.text, self.said, self.lines, self.status = "", "", [], None
        self.listen()

    def listen(self):
        """Waits for the next prompt or the end; `said` is what came since the last one."""
        end, got = time.monotonic() + 60 * SLOW, b""
        while time.monotonic() < end:
            if select.select([self.master], [], [], 0.5)[0]:
                try:
                    part = os.read(self.master, 65536)
                except OSError:
                    part = b""
                if not part:
                    self.status = self.process.wait()
                    break
                got += part
            if PROMPT.search(one_line(got.decode(errors="replace"))):
                break
        else:
            raise RuntimeError("no prompt within a minute: " + got.decode(errors="replace")[-500:])
        self.said = got.decode(errors="replace").replace("\r\n", "\n")
        self.text += self.said

    def say(self, line):
        self.text += line + "\n"
        self.lines.append(line)
        os.write(self.master, line.encode() + b"\n")
        self.listen()
        return self

    def can_say(self):
        found = PROMPT.search(one_line(self.said))
        return found.group(1) if found else ""

    def press(self, key):
        os.write(self.master, key)
        self.listen()

    def entries(self):
        with open(self.journal, encoding="utf-8") as f:
            return [json.loads(line) for line in f]

    def at(self):
        """Where the dialogue is: the last entry that asks for something."""
        return next((e for e in reversed(self.entries()) if e["what"] in ("asked", "proposed", "ended")), None)

    def assessed(self):
        """What it thinks now."""
        return [e for e in self.entries() if e["what"] == "assessed"][-1]

    def thinks(self):
        """The same without when."""
        return {k: v for k, v in self.assessed().items() if k not in ("n", "at")}

    def close(self):
        if self.status is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def one_line(text):
    return plain(text).replace("\r", "").replace("\n", " ")


def plain(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def first(fact, offered):
    return offered[0]


def answer_to(asked, answers):
    """What somebody says to a question; None: they do not know. `answers`: from facts without their key to answers, or a function from the fact
    as it is named and the answers that are offered."""
    if callable(answers):
        return answers(asked["fact"], asked["answers"])
    return answers.get(re.sub(r"\[.*\]", "", asked["fact"]))


def once(about):
    """Answers: the first that is offered to the first question whose fact begins so, and none to all others."""
    given = []

    def answer(fact, offered):
        if given or not fact.startswith(about):
            return None
        given.append(fact)
        return offered[0]
    return answer


MOST = 400


def ask(talk, answers):
    """Answers all questions up to the next step, whatever comes. Returns the facts, each with its answer."""
    given = []
    while talk.status is None and talk.at()["what"] == "asked":
        at = talk.at()
        given.append((at["fact"], answer_to(at, answers)))
        talk.say(given[-1][1] or "don't know")
        if len(given) > 40:
            raise RuntimeError("the questions do not end: " + talk.text[-600:])
    return given


def move(talk, answers=first):
    """Goes on until there is one answer more, or one step that was tried."""
    count = lambda: len([e for e in talk.entries() if e["what"] in ("answered", "tried")])
    n = count()
    for _ in range(10):
        if count() == n:
            go_on(talk, answers, most=1)


def go_on(talk, answers, helped_by=None, change=None, consent=True, most=MOST):
    """Plays a person who answers with `answers` (see answer_to), does every step, and sees no help until the step `helped_by`; then `change`
    happens. Returns the steps that were proposed."""
    steps = []
    for _ in range(most):
        if talk.status is not None:
            return steps
        at, said = talk.at(), plain(talk.said)
        if "Hand the case over now?" in said:
            talk.say("yes")
        elif "No question is left that would help" in said:
            talk.say("quit")
        elif "Does the owner agree?" in said or "does the owner agree?" in said:
            talk.say("yes" if consent else "no")
        elif "Look once more?" in said:
            talk.say("no")
        elif "Is the trouble over?" in said:
            talk.say("yes" if steps and steps[-1] == helped_by else "no")
        elif talk.can_say().startswith("done"):
            if not at["completes"]:
                steps.append(at["step"])
            if change and at["step"] == helped_by:
                change()
            talk.say("done")
        elif at["what"] == "asked":
            talk.say(answer_to(at, answers) or "don't know")
        else:
            return steps
    if most == MOST:
        raise RuntimeError("the dialogue does not end: " + talk.text[-600:])
    return steps

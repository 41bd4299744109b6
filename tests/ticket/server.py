#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Stand-ins of GitHub, Jira, ServiceNow, Zendesk and a CloudEvents receiver on the loopback address, as far as tickets need them. They refuse what their
makers' documentation (docs/ticketing.md names the pages) says is refused, and unknown members, too. `python3 server.py PORTFILE` writes its port there;
GET /state tells what was filed."""
import datetime, http.server, json, re, sys, urllib.parse

STATE = {"github": [], "jira": [], "servicenow": [], "zendesk": [], "cloudevents": [], "uploads": [], "refused": []}


class Refused(Exception):
    pass


def need(condition, what):
    if not condition:
        raise Refused(what)


def only(o, allowed, required=()):
    need(isinstance(o, dict), "not an object")
    need(set(o) <= set(allowed), "members that are not known: %s" % sorted(set(o) - set(allowed)))
    need(set(required) <= set(o), "members that are missing: %s" % sorted(set(required) - set(o)))


def text(v, most, what, least=1):
    need(isinstance(v, str), what + " is no text")
    need(least <= len(v) <= most, "%s has %d characters, not %d to %d" % (what, len(v), least, most))
    need("\0" not in v, what + " has a NUL")


def one_line(v, most, what):
    text(v, most, what)
    need("\n" not in v, what + " has more than one line")


def labels(v, most):
    need(isinstance(v, list) and len(v) <= 100, "labels")
    for label in v:
        one_line(label, most, "label")
        need(" " not in label, "a label with a blank")


# -- GitHub --

def github_issue(o, new):
    only(o, ["title", "body", "labels"] + ([] if new else ["state", "state_reason"]), ["title"] if new else [])
    if "title" in o:
        one_line(o["title"], 256, "title")
    if "body" in o:
        text(o["body"], 65536, "body")
    if "labels" in o:
        labels(o["labels"], 50)
    need(o.get("state", "open") in ("open", "closed"), "state")
    need(o.get("state_reason", "completed") in ("completed", "not_planned", "reopened"), "state_reason")


def github(handler, method, path, query):
    need(handler.headers.get("Authorization", "").startswith("Bearer "), "not authorized")
    if method == "GET":
        wanted = query.get("labels", [""])[0].split(",")
        return 200, [i for i in STATE["github"] if i["state"] == query.get("state", ["open"])[0] and set(wanted) <= set(i["labels"])]
    o = handler.json()
    github_issue(o, method == "POST")
    if method == "POST":
        issue = {"number": len(STATE["github"]) + 1, "state": "open", "labels": [], "edits": 0, **o}
        STATE["github"].append(issue)
        return 201, issue
    need(method == "PATCH", "method")
    issue = STATE["github"][int(path.rsplit("/", 1)[1]) - 1]
    issue.update(o)
    issue["edits"] += 1
    return 200, issue


# -- Jira --

ADF = {  # node: what may stand in it, attributes
    "doc": (("paragraph", "heading", "bulletList", "orderedList", "codeBlock"), ()), "paragraph": (("text",), ()), "heading": (("text",), ("level",)),
    "bulletList": (("listItem",), ()), "orderedList": (("listItem",), ("order",)), "listItem": (("paragraph", "bulletList", "orderedList"), ()),
    "codeBlock": (("text",), ("language",)),
}


def adf(node, allowed):
    need(isinstance(node, dict) and node.get("type") in allowed, "a node %s where one of %s may stand" % (str(node)[:60], allowed))
    if node["type"] == "text":
        only(node, ["type", "text", "marks"], ["text"])
        text(node["text"], 32767, "text")
        for mark in node.get("marks", []):
            need(mark == {"type": "strong"}, "mark")
        return len(node["text"])
    inner, attributes = ADF[node["type"]]
    only(node, ["type", "content"] + (["attrs"] if attributes else []) + (["version"] if node["type"] == "doc" else []), ["content"])
    only(node.get("attrs", {}), attributes)
    need(node["type"] != "heading" or node["attrs"]["level"] in range(1, 7), "level of a heading")
    need(isinstance(node["content"], list) and node["content"], "an empty " + node["type"])
    return sum(adf(n, inner) for n in node["content"])


def jira_fields(f, new):
    only(f, ["summary", "description"] + (["project", "issuetype", "labels"] if new else []), ["project", "issuetype", "summary"] if new else [])
    if "summary" in f:
        one_line(f["summary"], 255, "summary")
    if "description" in f:
        need(f["description"].get("version") == 1, "version of the description")
        adf(f["description"], ["doc"])
        need(len(json.dumps(f["description"], ensure_ascii=False, separators=(",", ":"))) <= 32767, "the description is too long")
    if new:
        only(f["project"], ["key"], ["key"])
        only(f["issuetype"], ["name"], ["name"])
        need(re.fullmatch("[A-Z][A-Z0-9_]+", f["project"]["key"]), "no project has that key")
        labels(f.get("labels", []), 255)


def jira(handler, method, path, query):
    need(handler.headers.get("Authorization", "").startswith("Basic "), "not authorized")
    if path.endswith("/attachments"):
        need(handler.headers.get("X-Atlassian-Token") == "no-check", "attachments need X-Atlassian-Token: no-check")
        body = handler.body()
        need(b'name="file"; filename="' in body, "no file in it")
        STATE["uploads"].append(len(body))
        return 200, [{"id": "1"}]
    if path == "/rest/api/3/search/jql":
        label = re.search('labels = "([^"]+)" AND statusCategory != Done', query["jql"][0])
        need(label, "JQL")
        return 200, {"issues": [{"key": i["key"]} for i in STATE["jira"] if label.group(1) in i["labels"]], "isLast": True}
    o = handler.json()
    only(o, ["fields"], ["fields"])
    jira_fields(o["fields"], method == "POST")
    if method == "POST":
        issue = {"key": "%s-%d" % (o["fields"]["project"]["key"], len(STATE["jira"]) + 1), "edits": 0, **o["fields"]}
        STATE["jira"].append(issue)
        return 201, {"key": issue["key"]}
    need(method == "PUT", "method")
    issue = next(i for i in STATE["jira"] if i["key"] == path.rsplit("/", 1)[1])
    issue.update(o["fields"])
    issue["edits"] += 1
    return 204, None


# -- ServiceNow --

def servicenow(handler, method, path, query):
    need(handler.headers.get("Authorization", "").startswith("Basic ") and method == "POST", "not authorized")
    o = handler.json()
    only(o, ["records"], ["records"])
    for e in o["records"]:
        only(e, ["source", "event_class", "node", "resource", "metric_name", "type", "message_key", "severity", "description", "time_of_event",
                 "resolution_state", "additional_info"], ["source", "severity"])
        need("node" in e or "event_class" in e, "neither node nor event_class")
        for key, most in (("source", 100), ("node", 100), ("type", 100), ("resource", 100), ("event_class", 100), ("message_key", 1024), ("description", 4000)):
            if key in e:
                text(e[key], most, key)
        need(e["severity"] in ("0", "1", "2", "3", "4", "5"), "severity")
        need(e.get("resolution_state") in (None, "New", "Closing"), "resolution_state")
        datetime.datetime.strptime(e["time_of_event"], "%Y-%m-%d %H:%M:%S")
        need(isinstance(e["additional_info"], str) and isinstance(json.loads(e["additional_info"]), dict), "additional_info is no text that is JSON")
        key = e.get("message_key") or "+".join(e.get(k, "") for k in ("source", "node", "type", "resource", "metric_name"))
        alert = next((a for a in STATE["servicenow"] if a["key"] == key), None)
        if not alert:
            alert = {"key": key, "events": 0}
            STATE["servicenow"].append(alert)
        alert["events"] += 1
        alert["severity"] = e["severity"]
    return 200, {"result": {"Default Bulk Endpoint": "%d events were inserted" % len(o["records"])}}


# -- Zendesk --

def zendesk(handler, method, path, query):
    need(handler.headers.get("Authorization", "").startswith("Basic "), "not authorized")
    if path == "/api/v2/uploads.json":
        need(query.get("filename"), "no filename")
        STATE["uploads"].append(len(handler.body()))
        return 201, {"upload": {"token": "t%d" % len(STATE["uploads"])}}
    if method == "GET":
        return 200, {"tickets": [t for t in STATE["zendesk"] if t.get("external_id") == query["external_id"][0] and t["status"] != "closed"]}
    o = handler.json()
    only(o, ["ticket"], ["ticket"])
    t = o["ticket"]
    only(t, ["subject", "comment", "priority", "external_id"] + (["type", "tags"] if method == "POST" else ["status"]), ["comment"] if method == "POST" else [])
    one_line(t["subject"], 150, "subject")
    only(t["comment"], ["body", "public", "uploads"], ["body"])
    text(t["comment"]["body"], 65535, "comment")
    need(len(t["comment"]["body"].encode()) <= 65535, "comment")
    need(isinstance(t["comment"].get("public", True), bool), "public")
    need(t.get("priority", "low") in ("urgent", "high", "normal", "low"), "priority")
    need(t.get("type", "task") in ("problem", "incident", "question", "task"), "type")
    need(t.get("status", "open") in ("new", "open", "pending", "hold", "solved", "closed"), "status")
    labels(t.get("tags", []), 255)
    if "external_id" in t:
        one_line(t["external_id"], 255, "external_id")
    if method == "POST":
        ticket = {"id": len(STATE["zendesk"]) + 1, "status": "new", "comments": 1, **t}
        STATE["zendesk"].append(ticket)
        return 201, {"ticket": ticket}
    need(method == "PUT", "method")
    ticket = STATE["zendesk"][int(re.search(r"/(\d+)\.json$", path).group(1)) - 1]
    ticket.update(t)
    ticket["comments"] += 1
    return 200, {"ticket": ticket}


# -- CloudEvents --

def cloudevents(handler, method, path, query):
    need(handler.headers.get("Content-Type", "").startswith("application/cloudevents+json"), "media type")
    e = handler.json()
    only(e, ["specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "data", "ticketkey"], ["specversion", "id", "source", "type"])
    need(e["specversion"] == "1.0", "specversion")
    for name, v in e.items():
        need(re.fullmatch("[a-z0-9]{1,20}", name), "a name of an attribute")
        if name != "data":
            text(v, 1000, name)
    for name in ("source", "dataschema"):
        urllib.parse.urlsplit(e[name])
    need(re.match(r"[a-z]+:", e["dataschema"]), "dataschema is no absolute URI")
    need(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", e["time"]), "time")
    need(isinstance(e["data"], dict) and e["data"]["run_id"] == e["id"], "data")
    need((e["source"], e["id"]) not in [(x["source"], x["id"]) for x in STATE["cloudevents"]], "the same event twice")
    STATE["cloudevents"].append({k: v for k, v in e.items() if k != "data"})
    return 202, None


ROUTES = (("/repos/", github), ("/rest/api/3/", jira), ("/api/global/em/jsonv2", servicenow), ("/api/v2/", zendesk), ("/events", cloudevents))


class Handler(http.server.BaseHTTPRequestHandler):
    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def json(self):
        need("json" in self.headers.get("Content-Type", ""), "Content-Type is not JSON")
        try:
            return json.loads(self.body().decode("utf-8"))
        except ValueError as e:
            raise Refused("no JSON: %s" % e)

    def answer(self, status, o):
        body = b"" if o is None else json.dumps(o).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle_any(self):
        path, _, query = self.path.partition("?")
        if path == "/state":
            return self.answer(200, STATE)
        route = next((r for prefix, r in ROUTES if path.startswith(prefix)), None)
        try:
            need(route, "no such place")
            self.answer(*route(self, self.command, path, urllib.parse.parse_qs(query)))
        except (Refused, KeyError, ValueError, TypeError, StopIteration, IndexError) as e:
            STATE["refused"].append("%s %s: %s" % (self.command, path, e))
            self.answer(422, {"message": str(e)})

    do_GET = do_POST = do_PUT = do_PATCH = handle_any

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with open(sys.argv[1], "w") as f:
        f.write(str(server.server_address[1]))
    server.serve_forever()

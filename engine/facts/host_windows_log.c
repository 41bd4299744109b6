/* SPDX-License-Identifier: MIT */
/* What the event log says of Apple's services and of USB drivers in the last day, and errors of the log of driver installations: for the pack's patterns. */
#include "facts/host_windows.h"

#include <winevt.h>

enum { MOST_EVENTS = 500, TAIL = 1 << 20, TIMEOUT_MS = 3000 };

static const wchar_t query[] =
	L"*[System[(Provider[@Name='Service Control Manager'] and (EventID=7000 or EventID=7001 or EventID=7009 or EventID=7031 or EventID=7034)"
	L" or Provider[@Name='Microsoft-Windows-Kernel-PnP'] and (EventID=219 or EventID=411)"
	L" or Provider[@Name='Microsoft-Windows-UserPnp'] and EventID=20001) and TimeCreated[timediff(@SystemTime) <= 86400000]]]";

/* The first line of what the event says, in the system's language. */
static void
record_event(struct recorder *r, EVT_HANDLE event)
{
	wchar_t name[200] = L"", text[2000];
	DWORD n = 0, properties = 0;
	union { EVT_VARIANT v[32]; char room[8192]; } values;
	const wchar_t *paths[] = { L"Event/System/Provider/@Name" };
	EVT_HANDLE context = EvtCreateRenderContext(1, paths, EvtRenderContextValues), publisher;
	char *s;

	if (context && EvtRender(context, event, EvtRenderEventValues, sizeof values, &values, &n, &properties) && properties && values.v[0].Type == EvtVarTypeString)
		wcsncpy(name, values.v[0].StringVal, 199);
	if (context)
		EvtClose(context);
	publisher = EvtOpenPublisherMetadata(NULL, name, NULL, 0, 0);
	if (publisher && EvtFormatMessage(publisher, event, 0, 0, NULL, EvtFormatMessageEvent, 1999, text, &n)) {
		text[1999] = 0;
		s = windows_narrow(text);
		if (s) {
			s[strcspn(s, "\r\n")] = '\0';
			record_log(r, "system", s);
		}
		free(s);
	}
	if (publisher)
		EvtClose(publisher);
}

static bool
read_events(struct recorder *r, struct buf *why)
{
	EVT_HANDLE all = EvtQuery(NULL, L"System", query, EvtQueryChannelPath | EvtQueryReverseDirection), event;
	DWORD n;

	if (!all) {
		error_text(GetLastError(), why);
		return false;
	}
	for (int i = 0; i < MOST_EVENTS && EvtNext(all, 1, &event, TIMEOUT_MS, 0, &n) && n; i++) {
		record_event(r, event);
		EvtClose(event);
	}
	EvtClose(all);
	return true;
}

/* The newest part; a section tells at its beginning which device it is about. */
static bool
read_setup(struct recorder *r)
{
	const char *windows = getenv("SystemRoot");
	struct buf path = {0}, text = {0};
	char part[8192], *p, *line;
	bool apple = false;
	size_t n;
	FILE *f;

	buf_printf(&path, "%s\\INF\\setupapi.dev.log", windows ? windows : "C:\\Windows");
	f = fopen(path.text, "r");
	if (f) {
		if (fseek(f, 0, SEEK_END) == 0 && ftell(f) > TAIL)
			fseek(f, -TAIL, SEEK_END);
		else
			rewind(f);
		while ((n = fread(part, 1, sizeof part, f)) > 0)
			buf_add(&text, part, n);
		fclose(f);
	}
	for (p = text.text; p && (line = strsep(&p, "\n")) != NULL;) {
		line[strcspn(line, "\r")] = '\0';
		if (windows_setup_line(line, strlen(line), &apple))
			record_log(r, "system", line);
	}
	buf_free(&path);
	buf_free(&text);
	return f;
}

void
run_journal(const struct collect_options *o, const char *subject, struct recorder *r)
{
	struct buf why = {0};
	bool setup = read_setup(r), events = read_events(r, &why);

	(void)o;
	(void)subject;
	if (events || setup)
		say(r, "host", "journal", "read", NULL);
	else
		say(r, "host", "journal", NULL, buf_text(&why));
	if (events)
		record_surveyed(r, "log_event");
	else
		record_unknown(r, "log_event", NULL, buf_text(&why));
	buf_free(&why);
}

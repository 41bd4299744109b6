/* SPDX-License-Identifier: MIT */
/* Apple's services, who listens at Apple's port and whether it answers, and the programs that run. */
#include "facts/host_windows.h"

#include "base/system.h"
#include "facts/host_mux.h"

#include <ws2tcpip.h>
#include <iphlpapi.h>
#include <tlhelp32.h>

#include <errno.h>

enum { PORT = 27015, ANSWER_MS = 5000, MOST_WATCHED = 32 };

/* -- Processes -- */

bool
each_process(void (*see)(void *context, const char *name, unsigned long pid), void *context)
{
	HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
	PROCESSENTRY32W e = { .dwSize = sizeof e };
	bool any = false;

	if (all == INVALID_HANDLE_VALUE)
		return false;
	for (BOOL more = Process32FirstW(all, &e); more; more = Process32NextW(all, &e)) {
		char *name = windows_narrow(e.szExeFile);

		if (name)
			see(context, name, e.th32ProcessID);
		any = true;
		free(name);
	}
	CloseHandle(all);
	return any;
}

struct seen {
	struct { char name[64]; const char *kind; int count; } items[MOST_WATCHED];
	int n;
};

static void
count_program(void *context, const char *name, unsigned long pid)
{
	struct seen *s = context;
	const char *kind = windows_program(name);

	(void)pid;
	for (int i = 0; kind && i < s->n; i++)
		if (_stricmp(s->items[i].name, name) == 0) {
			s->items[i].count++;
			return;
		}
	if (!kind || s->n == MOST_WATCHED)
		return;
	snprintf(s->items[s->n].name, sizeof s->items[s->n].name, "%.60s", name);
	s->items[s->n].kind = kind;
	s->items[s->n++].count = 1;
}

static int
count_of(const struct seen *s, const char *name)
{
	for (int i = 0; i < s->n; i++)
		if (_stricmp(s->items[i].name, name) == 0)
			return s->items[i].count;
	return 0;
}

void
run_processes(const struct collect_options *o, const char *subject, struct recorder *r)
{
	struct seen s = {0};
	bool read = each_process(count_program, &s);
	int muxes = count_of(&s, "AppleMobileDeviceService.exe") + count_of(&s, "AppleMobileDeviceProcess.exe");

	(void)o;
	(void)subject;
	for (int i = 0; i < s.n; i++) {
		record_begin(r, "process");
		record_text(r, "name", s.items[i].name);
		record_text(r, "kind", s.items[i].kind);
		record_int(r, "count", s.items[i].count);
		record_end(r);
	}
	if (!read) {
		record_unknown(r, "process", NULL, "Windows does not tell which programs run");
		return;
	}
	record_begin(r, "mux");
	record_int(r, "processes", muxes);
	record_text(r, "process", muxes ? "running" : "absent");
	record_end(r);
	record_surveyed(r, "process");
}

/* -- Services -- */

static const struct service {
	const char *name, *keys[2];
} services[] = {
	{ "apple-mobile-device", { "Apple Mobile Device Service", "AppleMobileDeviceService" } }, { "bonjour", { "Bonjour Service", NULL } },
	{ "ipod", { "iPod Service", NULL } }, { "usbipd", { "usbipd", NULL } },
};

static SC_HANDLE
open_service(SC_HANDLE manager, const struct service *s, DWORD *error)
{
	SC_HANDLE h = NULL;

	for (int i = 0; i < 2 && s->keys[i] && !h; i++) {
		wchar_t *w = windows_wide(s->keys[i]);

		h = w ? OpenServiceW(manager, w, SERVICE_QUERY_STATUS | SERVICE_QUERY_CONFIG) : NULL;
		*error = h ? 0 : GetLastError();
		free(w);
	}
	return h;
}

/* A service that is stopped and may not be started is disabled. */
static void
record_state(struct recorder *r, const char *name, SC_HANDLE h)
{
	SERVICE_STATUS_PROCESS status = {0};
	union { QUERY_SERVICE_CONFIGW config; char room[8192]; } c;
	DWORD n;
	bool told = QueryServiceStatusEx(h, SC_STATUS_PROCESS_INFO, (BYTE *)&status, sizeof status, &n);
	bool configured = QueryServiceConfigW(h, &c.config, sizeof c, &n);
	const char *start = configured ? windows_service_start(c.config.dwStartType) : NULL;
	const char *state = told ? windows_service_state(status.dwCurrentState) : NULL;

	record_begin(r, "service");
	record_text(r, "name", name);
	record_text(r, "state", state && strcmp(state, "stopped") == 0 && start && strcmp(start, "disabled") == 0 ? "disabled" : state);
	record_text(r, "start", start);
	if (told && status.dwCurrentState == SERVICE_STOPPED && status.dwWin32ExitCode != ERROR_SERVICE_NEVER_STARTED)
		record_int(r, "exit_code", status.dwWin32ExitCode == ERROR_SERVICE_SPECIFIC_ERROR ? (int64_t)status.dwServiceSpecificExitCode : (int64_t)status.dwWin32ExitCode);
	record_end(r);
}

static void
record_absent(struct recorder *r, const char *name)
{
	record_begin(r, "service");
	record_text(r, "name", name);
	record_text(r, "state", "absent");
	record_end(r);
}

/* The Store's programs have no service but a process in its place. */
static void
record_helper(struct recorder *r)
{
	struct seen s = {0};

	if (!each_process(count_program, &s))
		return;
	record_begin(r, "service");
	record_text(r, "name", "apple-store-helper");
	record_text(r, "state", count_of(&s, "AppleMobileDeviceProcess.exe") ? "running" : "absent");
	record_end(r);
}

/* -- Who listens at Apple's port -- */

struct wanted {
	unsigned long pid;
	char name[64];
};

static void
find_program(void *context, const char *name, unsigned long pid)
{
	struct wanted *w = context;

	if (pid == w->pid)
		snprintf(w->name, sizeof w->name, "%.60s", name);
}

enum { NO_LISTENER = 0, NO_TABLE = -1, NO_OWNER = -2 };

/* The process behind a listener, or one of these. */
static long long
listener(void)
{
	DWORD size = 1 << 16;
	MIB_TCPTABLE_OWNER_PID *table = malloc(size);
	DWORD error = table ? GetExtendedTcpTable(table, &size, FALSE, AF_INET, TCP_TABLE_OWNER_PID_LISTENER, 0) : ERROR_OUTOFMEMORY;
	long long pid = NO_LISTENER;

	if (error == ERROR_INSUFFICIENT_BUFFER) {
		free(table);
		table = malloc(size);
		error = table ? GetExtendedTcpTable(table, &size, FALSE, AF_INET, TCP_TABLE_OWNER_PID_LISTENER, 0) : ERROR_OUTOFMEMORY;
	}
	for (DWORD i = 0; !error && i < table->dwNumEntries; i++)
		if (ntohs((u_short)table->table[i].dwLocalPort) == PORT)
			pid = table->table[i].dwOwningPid ? (long long)table->table[i].dwOwningPid : NO_OWNER;
	free(table);
	return error ? NO_TABLE : pid;
}

static void
record_owner(const struct collect_options *o, struct recorder *r)
{
	long long pid = listener();
	struct wanted w = { .pid = (unsigned long)pid };
	struct buf recorded = {0};
	const char *kind;

	if (pid > 0)
		each_process(find_program, &w);
	if (pid != NO_LISTENER && recorded_lines(o, "port.txt", &recorded))	/* Wine does not tell whose a port is */
		snprintf(w.name, sizeof w.name, "%.60s", recorded.text);
	buf_free(&recorded);
	kind = windows_program(w.name);
	say(r, "mux", "port_owner", pid == NO_LISTENER ? "none" : !w.name[0] ? NULL : kind && strcmp(kind, "apple-service") == 0 ? "apple" : "other",
			pid == NO_TABLE ? "the table of connections cannot be had" : "the program behind the port cannot be seen with this account's rights");
}

void
run_services(const struct collect_options *o, const char *subject, struct recorder *r)
{
	SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
	struct buf why = {0};
	bool all = manager != NULL;

	(void)subject;
	if (!manager)
		record_unknown(r, "service", NULL, error_text(GetLastError(), &why));
	for (size_t i = 0; manager && i < sizeof services / sizeof *services; i++) {
		DWORD error = 0;
		SC_HANDLE h = open_service(manager, services + i, &error);

		if (h) {
			record_state(r, services[i].name, h);
			CloseServiceHandle(h);
		} else if (error == ERROR_SERVICE_DOES_NOT_EXIST) {
			record_absent(r, services[i].name);
		} else {
			record_unknown(r, "service.state", services[i].name, error_text(error, &why));
			all = false;
		}
		if (strcmp(services[i].name, "usbipd") == 0 && error == ERROR_SERVICE_DOES_NOT_EXIST)
			say(r, "host", "usbipd", "none", NULL);
	}
	record_helper(r);
	if (all)
		record_surveyed(r, "service");
	if (manager)
		CloseServiceHandle(manager);
	record_owner(o, r);
	buf_free(&why);
}

/* -- Does it answer? -- */

static bool
wait_for(SOCKET s, bool write, int64_t deadline)
{
	int64_t left = deadline - system_ms();
	struct timeval t = { .tv_sec = (long)(left / 1000), .tv_usec = (long)(left % 1000 * 1000) };
	fd_set set, failed;

	if (left <= 0)
		return false;
	FD_ZERO(&set);
	FD_SET(s, &set);
	failed = set;
	return select(0, write ? NULL : &set, write ? &set : NULL, &failed, &t) > 0;
}

static bool
transfer(struct mux_stream *s, char *data, size_t n, bool send_it, bool *late)
{
	SOCKET fd = (SOCKET)s->socket;

	while (n > 0) {
		int done = send_it ? send(fd, data, (int)n, 0) : recv(fd, data, (int)n, 0);

		if (done < 0 && WSAGetLastError() == WSAEWOULDBLOCK) {
			*late = !wait_for(fd, send_it, s->deadline);
			if (*late)
				return false;
			continue;
		}
		if (done <= 0)
			return false;
		data += done;
		n -= (size_t)done;
	}
	return true;
}

/* Microsoft's sockets are tried for two seconds when a port refuses; a refusal of a port of this computer is known at once. */
const char *
host_mux_ask(const struct collect_options *o, struct mux_list *list)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct mux_stream stream = { .transfer = transfer, .deadline = system_ms() + ANSWER_MS };
	const char *state = "no-answer";
	int error = 0, size = sizeof error;
	u_long yes = 1;
	WSADATA data;
	SOCKET s;

	(void)o;
	if (WSAStartup(MAKEWORD(2, 2), &data) != 0 || (s = socket(AF_INET, SOCK_STREAM, 0)) == INVALID_SOCKET) {
		errno = ENETDOWN;
		return NULL;
	}
	ioctlsocket(s, FIONBIO, &yes);
	if (connect(s, (struct sockaddr *)&to, sizeof to) != 0)
		error = WSAGetLastError();
	if (error == WSAEWOULDBLOCK) {
		error = WSAETIMEDOUT;
		if (wait_for(s, true, stream.deadline))
			getsockopt(s, SOL_SOCKET, SO_ERROR, (char *)&error, &size);
	}
	stream.socket = (intptr_t)s;
	if (error == 0)
		state = mux_ask(&stream, list);
	else if (error == WSAECONNREFUSED)
		state = "refused";
	else if (error == WSAEACCES)
		state = "no-permission";
	closesocket(s);
	return state;
}

void
run_mux_socket(const struct collect_options *o, const char *subject, struct recorder *r)
{
	struct mux_list list;
	const char *state = host_mux_ask(o, &list);

	(void)subject;
	say(r, "mux", "default_state", state, "this computer has no network");
	say(r, "mux", "state", state, "this computer has no network");
}

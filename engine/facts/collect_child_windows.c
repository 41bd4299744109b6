/* SPDX-License-Identifier: MIT */
/*
 * There is no fork: a child is this program once more, whatever program that is. What it shall do stands in a variable of its environment, and is done before main
 * (begin_as_child). Each is in a job of its own that ends when its handle is closed, so that nothing of it stays, however the parent ends. A thread instead would
 * share the fate of a collector that crashes, and could not be stopped.
 */
#include "facts/collect_child.h"

#include "base/system.h"
#include "facts/collect.h"

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#define VARIABLE L"DIAGNOSE_COLLECTOR"

enum { LOOK_MS = 5, FIELDS = 8 };

/* -- In the child -- */

static const struct collector *
row_named(const char *name)
{
	static const struct collector *const tables[] = { device_collectors, host_collectors };

	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		for (const struct collector *row = tables[i]; row->name; row++)
			if (strcmp(row->name, name) == 0)
				return row;
	return NULL;
}

/* When this process hangs while the parent is gone, or is not stopped for another reason. */
static DWORD CALLBACK
end_late(void *ms)
{
	Sleep((DWORD)(uintptr_t)ms + 2000);
	ExitProcess(2);
}

/* The variable: row, pipe, time, whether trust may be asked for, and with a mark before them, as they may be empty, root, device and subject; between them U+001F. */
static bool
split(char *text, char *fields[FIELDS])
{
	for (int i = 0; i < FIELDS - 1; i++) {
		fields[i] = strsep(&text, "\037");
		if (!fields[i])
			return false;
	}
	return true;
}

static void
run_as_child(char *text)
{
	struct collect_options o = {0};
	struct recorder r = {0};
	char *field[FIELDS] = { NULL };
	const struct collector *row = split(text, field) ? row_named(field[0]) : NULL;
	int fd = row ? _open_osfhandle((intptr_t)strtoull(field[1], NULL, 10), _O_BINARY) : -1;

	if (fd < 0)
		ExitProcess(3);
	r.out = fdopen(fd, "wb");
	o.deadline_ms = atoi(field[2]);
	o.ask_trust = field[3][0] == '1';
	o.root = field[4] + 1;
	o.device = field[5][0] == '+' ? field[5] + 1 : NULL;
	CloseHandle(CreateThread(NULL, 0, end_late, (void *)(uintptr_t)o.deadline_ms, 0, NULL));
	row->run(&o, field[6][0] == '+' ? field[6] + 1 : NULL, &r);
	ExitProcess(fflush(r.out) == 0 && !ferror(r.out) ? 0 : 1);
}

__attribute__((constructor)) static void
begin_as_child(void)
{
	DWORD n = GetEnvironmentVariableW(VARIABLE, NULL, 0);
	wchar_t *w = n ? malloc(n * sizeof *w) : NULL;

	if (!w || !GetEnvironmentVariableW(VARIABLE, w, n))
		return;
	SetEnvironmentVariableW(VARIABLE, NULL);
	SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
	run_as_child(windows_narrow(w));
}

/* -- In the parent -- */

/* This program with the standard streams leading nowhere and one handle to inherit: the pipe. */
static bool
start_program(struct child *c, HANDLE pipe)
{
	SECURITY_ATTRIBUTES inherited = { .nLength = sizeof inherited, .bInheritHandle = TRUE };
	JOBOBJECT_EXTENDED_LIMIT_INFORMATION limit = { .BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE };
	HANDLE null = CreateFileW(L"NUL", GENERIC_READ | GENERIC_WRITE, 3, &inherited, OPEN_EXISTING, 0, NULL), handles[2] = { pipe, null };
	STARTUPINFOEXW start = { .StartupInfo = {
		.cb = sizeof start, .dwFlags = STARTF_USESTDHANDLES, .hStdInput = null, .hStdOutput = null, .hStdError = null } };
	HANDLE job = CreateJobObjectW(NULL, NULL);
	PROCESS_INFORMATION process;
	wchar_t path[4096];
	SIZE_T size = 0;
	bool done = false;

	InitializeProcThreadAttributeList(NULL, 1, 0, &size);
	start.lpAttributeList = malloc(size);
	if (job && start.lpAttributeList && InitializeProcThreadAttributeList(start.lpAttributeList, 1, 0, &size)) {
		UpdateProcThreadAttribute(start.lpAttributeList, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles, sizeof handles, NULL, NULL);
		SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limit, sizeof limit);
		done = GetModuleFileNameW(NULL, path, 4096) && CreateProcessW(path, NULL, NULL, NULL, TRUE,
			CREATE_SUSPENDED | CREATE_NO_WINDOW | EXTENDED_STARTUPINFO_PRESENT, NULL, NULL, &start.StartupInfo, &process);
		DeleteProcThreadAttributeList(start.lpAttributeList);
	}
	free(start.lpAttributeList);
	CloseHandle(null);
	if (!done) {
		CloseHandle(job);
		return false;
	}
	AssignProcessToJobObject(job, process.hProcess);
	ResumeThread(process.hThread);
	CloseHandle(process.hThread);
	c->process = (intptr_t)process.hProcess;
	c->group = (intptr_t)job;
	return true;
}

bool
child_start(struct child *c, const struct collector *row, const struct collect_options *o, const char *subject, int ms, struct buf *why)
{
	SECURITY_ATTRIBUTES inherited = { .nLength = sizeof inherited, .bInheritHandle = TRUE };
	struct buf what = {0};
	HANDLE from, to;
	wchar_t *w;
	bool done;

	*c = (struct child){ .records = -1 };
	if (!CreatePipe(&from, &to, &inherited, 1 << 16)) {
		buf_printf(why, "no pipe could be made (error %lu)", (unsigned long)GetLastError());
		return false;
	}
	SetHandleInformation(from, HANDLE_FLAG_INHERIT, 0);
	buf_printf(&what, "%s\037%llu\037%d\037%d\037+%s\037%s%s\037%s%s", row->name, (unsigned long long)(uintptr_t)to, ms, o->ask_trust, o->root,
		o->device ? "+" : "-", o->device ? o->device : "", subject ? "+" : "-", subject ? subject : "");
	w = windows_wide(what.text);
	SetEnvironmentVariableW(VARIABLE, w);
	done = w && start_program(c, to);
	if (!done)
		buf_printf(why, "the process could not be made (error %lu)", (unsigned long)GetLastError());
	SetEnvironmentVariableW(VARIABLE, NULL);
	free(w);
	buf_free(&what);
	CloseHandle(to);
	if (done)
		c->records = (intptr_t)from;
	else
		CloseHandle(from);
	return done;
}

/* Nothing waits for several pipes at once; so they are looked at in turn. */
void
child_wait(struct child *const *children, size_t n, int ms, bool *ready)
{
	int64_t end = system_ms() + ms;
	bool any = false;

	for (;;) {
		for (size_t i = 0; i < n; i++) {
			DWORD there = 0;

			ready[i] = !PeekNamedPipe((HANDLE)children[i]->records, NULL, 0, NULL, &there, NULL) || there > 0;
			any |= ready[i];
		}
		if (any || system_ms() >= end)
			return;
		Sleep(LOOK_MS);
	}
}

static void
close_records(struct child *c)
{
	if (c->records != -1)
		CloseHandle((HANDLE)c->records);
	c->records = -1;
}

int
child_read(struct child *c, char *to, size_t size)
{
	DWORD there = 0, n = 0;
	bool open = PeekNamedPipe((HANDLE)c->records, NULL, 0, NULL, &there, NULL);

	if (open && !there)
		return 0;
	if (open && ReadFile((HANDLE)c->records, to, (DWORD)size, &n, NULL) && n)
		return (int)n;
	close_records(c);
	return -1;
}

bool
child_has_ended(const struct child *c)
{
	return WaitForSingleObject((HANDLE)c->process, 0) == WAIT_OBJECT_0;
}

bool
child_end(struct child *c, bool kill_it, struct buf *how)
{
	DWORD status = 0;

	close_records(c);
	if (kill_it)
		TerminateJobObject((HANDLE)c->group, 0);
	WaitForSingleObject((HANDLE)c->process, INFINITE);
	GetExitCodeProcess((HANDLE)c->process, &status);
	TerminateJobObject((HANDLE)c->group, 0);	/* what it started */
	CloseHandle((HANDLE)c->group);
	CloseHandle((HANDLE)c->process);
	if (status >= 0xc0000000)
		buf_printf(how, "exception %08lx", (unsigned long)status);
	else if (status)
		buf_printf(how, "status %lu", (unsigned long)status);
	return status == 0;
}

/* SPDX-License-Identifier: MIT */
#include "base/system.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <psapi.h>
#include <shellapi.h>

#undef fopen
#undef open
#undef stat
#undef access
#undef unlink
#undef rename
#undef isatty
#undef getenv
#undef scandir

/* -- Text: UTF-8 here, UTF-16 there -- */

wchar_t *
windows_wide(const char *s)
{
	int n = MultiByteToWideChar(CP_UTF8, 0, s, -1, NULL, 0);
	wchar_t *w = malloc((size_t)(n > 0 ? n : 1) * sizeof *w);

	if (w && MultiByteToWideChar(CP_UTF8, 0, s, -1, w, n) <= 0)
		w[0] = 0;
	return w;
}

char *
windows_narrow(const wchar_t *w)
{
	int n = WideCharToMultiByte(CP_UTF8, 0, w, -1, NULL, 0, NULL, NULL);
	char *s = malloc((size_t)(n > 0 ? n : 1));

	if (s && WideCharToMultiByte(CP_UTF8, 0, w, -1, s, n, NULL, NULL) <= 0)
		s[0] = '\0';
	return s;
}

/* A path as the system wants it; long ones in the form that has no limit. */
static wchar_t *
wide_path(const char *path)
{
	wchar_t *w = windows_wide(path), *full, *out;
	DWORD n;

	if (!w || wcslen(w) < MAX_PATH - 16)
		return w;
	n = GetFullPathNameW(w, 0, NULL, NULL);
	full = malloc((n + 1) * sizeof *full);
	out = malloc((n + 8) * sizeof *out);
	if (full && out && GetFullPathNameW(w, n + 1, full, NULL)) {
		wcscpy(out, wcsncmp(full, L"\\\\", 2) == 0 ? L"" : L"\\\\?\\");
		wcscat(out, full);
		free(w);
		free(full);
		return out;
	}
	free(full);
	free(out);
	return w;
}

/* -- POSIX over Microsoft's library (windows.h) -- */

/* "re": the e is POSIX', and everything is binary. */
FILE *
windows_fopen(const char *path, const char *mode)
{
	wchar_t *w = wide_path(path), wmode[8];
	size_t n = 0;
	FILE *f;

	for (; *mode && n < 5; mode++)
		if (*mode != 'e' && *mode != 'b')
			wmode[n++] = (wchar_t)*mode;
	wmode[n++] = L'b';
	wmode[n++] = L'N';
	wmode[n] = 0;
	f = w ? _wfopen(w, wmode) : NULL;
	free(w);
	return f;
}

/* A folder cannot be opened; as on other systems it is no error of the rights. */
int
windows_open(const char *path, int flags, ...)
{
	wchar_t *w = wide_path(path);
	int mode = 0, fd;
	va_list ap;

	if (flags & O_CREAT) {
		va_start(ap, flags);
		mode = va_arg(ap, int) & 0600 ? _S_IREAD | _S_IWRITE : _S_IREAD;
		va_end(ap);
	}
	fd = w ? _wopen(w, flags | _O_BINARY, mode) : -1;
	if (fd < 0 && errno == EACCES && w && GetFileAttributesW(w) != INVALID_FILE_ATTRIBUTES
	    && GetFileAttributesW(w) & FILE_ATTRIBUTE_DIRECTORY)
		errno = EISDIR;
	free(w);
	return fd;
}

int
windows_stat(const char *path, struct stat *st)
{
	wchar_t *w = wide_path(path);
	size_t n = w ? wcslen(w) : 0;
	struct _stat64 is;
	int failed;

	while (n > 1 && (w[n - 1] == L'/' || w[n - 1] == L'\\') && w[n - 2] != L':')
		w[--n] = 0;	/* Microsoft's finds no folder with a stroke behind it */
	failed = w ? _wstat64(w, &is) : -1;
	free(w);
	if (failed)
		return -1;
	memset(st, 0, sizeof *st);
	st->st_mode = is.st_mode;
	st->st_size = (off_t)is.st_size;
	st->st_mtime = (time_t)is.st_mtime;
	return 0;
}

int
windows_access(const char *path, int mode)
{
	wchar_t *w = wide_path(path);
	int failed = w ? _waccess(w, mode & ~1) : -1;	/* Microsoft's knows no right to search */

	free(w);
	return failed;
}

int
windows_unlink(const char *path)
{
	wchar_t *w = wide_path(path);
	int failed = w ? _wunlink(w) : -1;

	free(w);
	return failed;
}

int
windows_rename(const char *from, const char *to)
{
	wchar_t *f = wide_path(from), *t = wide_path(to);
	bool done = f && t && MoveFileExW(f, t, MOVEFILE_REPLACE_EXISTING);

	errno = done ? 0 : EACCES;
	free(f);
	free(t);
	return done ? 0 : -1;
}

int
windows_isatty(int fd)
{
	DWORD mode;

	return GetConsoleMode((HANDLE)_get_osfhandle(fd), &mode) != 0;
}

/* Values stay where they are until the end, as POSIX wants it. */
char *
windows_getenv(const char *name)
{
	static struct kept { struct kept *next; char *name, *value; } *all;
	wchar_t *w;
	char *value;
	struct kept *k;

	for (k = all; k; k = k->next)
		if (strcmp(k->name, name) == 0)
			return k->value;
	w = windows_wide(name);
	value = w && _wgetenv(w) ? windows_narrow(_wgetenv(w)) : NULL;
	free(w);
	k = malloc(sizeof *k);
	if (!k)
		return value;
	*k = (struct kept){ .next = all, .name = malloc(strlen(name) + 1), .value = value };
	if (k->name) {
		strcpy(k->name, name);
		all = k;
	} else {
		free(k);
	}
	return value;
}

int
alphasort(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int (*scandir_order)(const struct dirent **a, const struct dirent **b);

static int
by_order(const void *a, const void *b)
{
	return scandir_order((const struct dirent **)(uintptr_t)a, (const struct dirent **)(uintptr_t)b);
}

/* Names that are too long for an entry in UTF-8 are left out. */
static bool
take_entry(const wchar_t *name, struct dirent ***names, int *n, int (*take)(const struct dirent *e))
{
	char *s = windows_narrow(name);
	struct dirent *e = calloc(1, sizeof *e), **more;

	if (s && e && strlen(s) < sizeof e->d_name) {
		strcpy(e->d_name, s);
		more = !take || take(e) ? realloc(*names, ((size_t)*n + 1) * sizeof *more) : NULL;
		if (more) {
			*names = more;
			more[(*n)++] = e;
			e = NULL;
		}
	}
	free(e);
	free(s);
	return true;
}

int
windows_scandir(const char *path, struct dirent ***names, int (*take)(const struct dirent *e), int (*order)(const struct dirent **a, const struct dirent **b))
{
	char *pattern = malloc(strlen(path) + 3);
	wchar_t *w = NULL;
	WIN32_FIND_DATAW found;
	HANDLE search;
	int n = 0;

	*names = NULL;
	if (pattern) {
		sprintf(pattern, "%s/*", path);
		for (char *p = pattern; *p; p++)
			*p = *p == '/' ? '\\' : *p;
		w = wide_path(pattern);
	}
	search = w ? FindFirstFileW(w, &found) : INVALID_HANDLE_VALUE;
	free(pattern);
	free(w);
	if (search == INVALID_HANDLE_VALUE) {
		errno = GetLastError() == ERROR_ACCESS_DENIED ? EACCES : GetLastError() == ERROR_DIRECTORY ? ENOTDIR : ENOENT;
		return -1;
	}
	do
		take_entry(found.cFileName, names, &n, take);
	while (FindNextFileW(search, &found));
	FindClose(search);
	if (n > 1 && order) {
		scandir_order = order;
		qsort(*names, (size_t)n, sizeof **names, by_order);
	}
	if (!*names)
		*names = malloc(1);
	return n;
}

int
mkstemp(char *path)
{
	size_t n = strlen(path);

	for (unsigned i = 0; i < 100; i++) {
		int fd;

		snprintf(path + n - 6, 7, "%06x", (unsigned)(GetTickCount() * 31 + GetCurrentProcessId() * 7919 + i) & 0xffffff);
		fd = windows_open(path, _O_CREAT | _O_EXCL | _O_RDWR | _O_NOINHERIT, 0600);
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

char *
realpath(const char *path, char *out)
{
	wchar_t *w = windows_wide(path), *full = w ? _wfullpath(NULL, w, 0) : NULL;
	char *s = full && GetFileAttributesW(full) != INVALID_FILE_ATTRIBUTES ? windows_narrow(full) : NULL;

	(void)out;
	free(w);
	free(full);
	errno = s ? errno : ENOENT;
	return s;
}

void *
memmem(const void *s, size_t n, const void *word, size_t len)
{
	const char *at = s, *last;

	if (!len)
		return (void *)(uintptr_t)s;
	if (n < len)
		return NULL;
	for (last = at + n - len; (at = memchr(at, *(const char *)word, (size_t)(last - at) + 1)) != NULL; at++) {
		if (memcmp(at, word, len) == 0)
			return (void *)(uintptr_t)at;
		if (at == last)
			break;
	}
	return NULL;
}

char *
strsep(char **s, const char *ends)
{
	char *from = *s, *end;

	if (!from)
		return NULL;
	end = from + strcspn(from, ends);
	*s = *end ? end + 1 : NULL;
	*end = '\0';
	return from;
}

/* Microsoft's ends the program for times before 1970 or after 3000. */
struct tm *
windows_gmtime(const time_t *t, struct tm *out)
{
	const struct tm *is = *t < 0 || *t > 32535215999LL ? NULL : gmtime(t);	/* its own for each thread */

	if (!is)
		return NULL;
	*out = *is;
	return out;
}

/* -- system.h -- */

int64_t
system_ns(void)
{
	LARGE_INTEGER now, second;

	QueryPerformanceCounter(&now);
	QueryPerformanceFrequency(&second);
	return now.QuadPart / second.QuadPart * 1000000000 + now.QuadPart % second.QuadPart * 1000000000 / second.QuadPart;
}

int64_t
system_ms(void)
{
	return system_ns() / 1000000;
}

void
system_wipe(void *p, size_t n)
{
	SecureZeroMemory(p, n);
}

/* A job of the parent's ends its children (collect_child_windows.c). */
void
system_end_with_parent(void)
{
}

void
system_make_ready(void *from, size_t n)
{
	(void)from, (void)n;
}

FILE *
system_memory_open(char **text, size_t *len)
{
	wchar_t folder[MAX_PATH + 1], path[MAX_PATH + 1];

	*text = NULL;
	*len = 0;
	if (!GetTempPathW(MAX_PATH, folder) || !GetTempFileNameW(folder, L"dx", 0, path))
		return NULL;
	return _wfopen(path, L"w+bTDN");	/* kept in memory where there is room, and gone when it is closed */
}

bool
system_memory_close(FILE *out, char **text, size_t *len)
{
	long end = ftell(out);

	*text = end >= 0 ? malloc((size_t)end + 1) : NULL;
	rewind(out);
	*len = *text ? fread(*text, 1, (size_t)end, out) : 0;
	if (*text)
		(*text)[*len] = '\0';
	return fclose(out) == 0 && *text && *len == (size_t)end;
}

long
system_peak_memory(void)
{
	PROCESS_MEMORY_COUNTERS use = { .cb = sizeof use };

	return GetProcessMemoryInfo(GetCurrentProcess(), &use, sizeof use) ? (long)(use.PeakWorkingSetSize / 1024) : 0;
}

long
system_processors(void)
{
	SYSTEM_INFO info;

	GetSystemInfo(&info);
	return (long)info.dwNumberOfProcessors;
}

bool
system_program(char *out, size_t size)
{
	wchar_t path[4096];
	DWORD n = GetModuleFileNameW(NULL, path, 4096);
	char *s = n && n < 4096 ? windows_narrow(path) : NULL;
	bool fits = s && strlen(s) < size;

	if (fits)
		strcpy(out, s);
	for (char *p = out; fits && *p; p++)
		*p = *p == '\\' ? '/' : *p;
	free(s);
	return fits;
}

/* They come as UTF-16 only; what main is given is in the code page, where not every name can be written. */
void
system_arguments(int *argc, char ***argv)
{
	wchar_t **wide = CommandLineToArgvW(GetCommandLineW(), argc);
	static char **all;

	all = wide ? calloc((size_t)*argc + 1, sizeof *all) : NULL;
	for (int i = 0; all && i < *argc; i++)
		all[i] = windows_narrow(wide[i]);
	if (all)
		*argv = all;
}

int
system_columns(int fd)
{
	CONSOLE_SCREEN_BUFFER_INFO info;

	return GetConsoleScreenBufferInfo((HANDLE)_get_osfhandle(fd), &info) ? info.srWindow.Right - info.srWindow.Left + 1 : 0;
}

static UINT page_before;

static void
restore_console(void)
{
	DWORD mine[2];

	fflush(stdout);
	if (GetConsoleProcessList(mine, 2) == 1 && windows_isatty(0) && windows_isatty(1)) {	/* double-clicked: the window goes with this program */
		fprintf(stderr, "\nPress Enter to close this window.");
		getchar();
	}
	if (page_before)
		SetConsoleOutputCP(page_before);
}

/* Bytes go out as they are; a console is told that they are UTF-8 and that there are colours in them. */
void
system_prepare(void)
{
	HANDLE out = GetStdHandle(STD_OUTPUT_HANDLE);
	DWORD mode;

	_setmode(0, _O_BINARY);
	_setmode(1, _O_BINARY);
	_setmode(2, _O_BINARY);
	SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
	if (!GetConsoleMode(out, &mode))
		return;
	page_before = GetConsoleOutputCP();
	SetConsoleOutputCP(CP_UTF8);
	SetConsoleMode(out, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
	atexit(restore_console);
}

bool
system_prints_utf8(void)
{
	const char *v = windows_getenv("LC_ALL");

	return windows_isatty(1) || (v && (strstr(v, "UTF-8") || strstr(v, "utf8")));
}

bool
system_host_name(char *out, size_t size)
{
	wchar_t name[256];
	DWORD n = 256;
	char *s = GetComputerNameExW(ComputerNameDnsHostname, name, &n) ? windows_narrow(name) : NULL;
	bool fits = s && *s && strlen(s) < size;

	if (fits)
		strcpy(out, s);
	free(s);
	return fits;
}

/* Ctrl-C ends the program: a read of the console does not return for it in every version, and what was said is in the journal by then. */
void
system_catch_interrupts(void)
{
}

bool
system_was_interrupted(void)
{
	return false;
}

size_t
system_read_input(void *to, size_t n)
{
	int got = _read(0, to, (unsigned)n);

	return got > 0 ? (size_t)got : 0;
}

/* Nobody can read a range that is locked, so it is one behind everything that is ever written. */
bool
system_lock(int fd)
{
	OVERLAPPED at = { .OffsetHigh = 0x7fffffff };

	return LockFileEx((HANDLE)_get_osfhandle(fd), LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &at) != 0;
}

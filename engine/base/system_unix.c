/* SPDX-License-Identifier: MIT */
#include "base/system.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <malloc.h>
#include <sys/prctl.h>
#endif
#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

enum { USUAL_HEAP = 3 << 20 };

int64_t
system_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t
system_ms(void)
{
	return system_ns() / 1000000;
}

void
system_wipe(void *p, size_t n)
{
	static void *(*const volatile set)(void *, int, size_t) = memset;

	set(p, 0, n);
}

void
system_arguments(int *argc, char ***argv)
{
	(void)argc, (void)argv;
}

FILE *
system_memory_open(char **text, size_t *len)
{
	return open_memstream(text, len);
}

bool
system_memory_close(FILE *out, char **text, size_t *len)
{
	(void)text, (void)len;
	return fclose(out) == 0;
}

long
system_processors(void)
{
	return sysconf(_SC_NPROCESSORS_ONLN);
}

void
system_end_with_parent(void)
{
#ifdef __linux__
	prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
}

bool
system_pipe(int ends[2])
{
#ifdef __linux__
	return pipe2(ends, O_CLOEXEC) == 0;
#endif
	if (pipe(ends) != 0)
		return false;
	for (int i = 0; i < 2; i++)
		fcntl(ends[i], F_SETFD, FD_CLOEXEC);
	return true;
}

void
system_make_ready(void *from, size_t n)
{
#ifdef MADV_POPULATE_WRITE	/* Linux 5.14 */
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t first = (uintptr_t)from & ~(page - 1), end = ((uintptr_t)from + n) & ~(page - 1);

	if (first < end)
		madvise((void *)first, end - first, MADV_POPULATE_WRITE);	/* where it fails the traps come after all */
#else
	(void)from, (void)n;
#endif
}

/*
 * Memory comes from one heap that only grows: a short run does not gain by giving pages back, and each page that is touched first costs a trap
 * (docs/performance.md). What a run of the shipped pack needs is asked for at once, where the system can do that; where it cannot, the traps come
 * after all.
 */
void
system_prepare(void)
{
#ifdef __GLIBC__
	char *first;
	size_t grown;

	mallopt(M_MMAP_THRESHOLD, 32 << 20);
	mallopt(M_TRIM_THRESHOLD, 512 << 20);
	mallopt(M_TOP_PAD, USUAL_HEAP);
	first = malloc(1);	/* lets the heap grow by what it grows by */
	grown = (uintptr_t)sbrk(0) - (uintptr_t)first;
	if (first && grown <= 2 * USUAL_HEAP)	/* not when another allocator stands in */
		system_make_ready(first, grown);
	free(first);
	mallopt(M_TOP_PAD, USUAL_HEAP / 8);
#endif
}

long
system_peak_memory(void)
{
	struct rusage use;

	getrusage(RUSAGE_SELF, &use);
#ifdef __APPLE__
	return use.ru_maxrss / 1024;	/* bytes there */
#else
	return use.ru_maxrss;
#endif
}

bool
system_program(char *out, size_t size)
{
#ifdef __APPLE__
	uint32_t room = (uint32_t)size;

	return _NSGetExecutablePath(out, &room) == 0;
#else
	ssize_t n = readlink("/proc/self/exe", out, size);

	if (n <= 0 || (size_t)n >= size)
		return false;
	out[n] = '\0';
	return true;
#endif
}

int
system_columns(int fd)
{
	struct winsize size;

	return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/* The character set by the locale variables, in their order of precedence (POSIX, 8.2). */
bool
system_prints_utf8(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	const char *v = NULL;

	for (size_t i = 0; i < sizeof names / sizeof *names && !(v && *v); i++)
		v = getenv(names[i]);
	return v && (strstr(v, "UTF-8") || strstr(v, "utf8") || strstr(v, "UTF8") || strstr(v, "utf-8"));
}

bool
system_host_name(char *out, size_t size)
{
	out[size - 1] = '\0';
	return gethostname(out, size - 1) == 0 && *out;
}

/* -- Interrupts -- */

static volatile sig_atomic_t interrupted;
static sigset_t caught;

static void
note_signal(int number)
{
	(void)number;
	interrupted = 1;
}

void
system_catch_interrupts(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction a = { .sa_handler = note_signal };

	sigemptyset(&caught);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		sigaddset(&caught, numbers[i]);
		sigaction(numbers[i], &a, NULL);
	}
}

bool
system_was_interrupted(void)
{
	return interrupted;
}

/* Waits for input; a signal cannot slip in between the question whether one came and the wait. False: one came. */
static bool
wait_for_input(void)
{
	sigset_t before;
	fd_set fds;
	int n = -1;

	sigprocmask(SIG_BLOCK, &caught, &before);
	while (!interrupted && n < 0) {
		FD_ZERO(&fds);
		FD_SET(STDIN_FILENO, &fds);
		n = pselect(STDIN_FILENO + 1, &fds, NULL, NULL, NULL, &before);	/* no ppoll: macOS has none */
		if (n < 0 && errno != EINTR)
			break;
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return !interrupted && n > 0;
}

size_t
system_read_input(void *to, size_t n)
{
	ssize_t got;

	if (!wait_for_input())
		return 0;
	while ((got = read(STDIN_FILENO, to, n)) < 0 && errno == EINTR && !interrupted)
		;
	return got > 0 ? (size_t)got : 0;
}

bool
system_lock(int fd)
{
	return flock(fd, LOCK_EX | LOCK_NB) == 0;
}

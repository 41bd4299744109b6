/* SPDX-License-Identifier: MIT */
#include "facts/device_ios_watch.h"

#include "base/system.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#ifdef __linux__
#endif
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SAYS_DONE = 'd', SAYS_PERSON = 'p' };

enum {
	TIDY_MS = 500,			/* for tidying up after watch_done */
	ORPHAN_MS = 1500,		/* how long after its deadline a child outlives a parent that was killed */
	MEMORY_MIB = 256		/* more than any honest answer needs; the library itself believes every length it is told */
};

struct watched {
	int64_t deadline;		/* by watch_clock */
	int64_t patience;		/* how far it moves when a person is waited for; 0 when it has moved */
	int fd;				/* the child writes what happens (SAYS_..); it ends when the child ends */
	pid_t pid;
	bool done;
};

int64_t
watch_clock(void)
{
	return system_ms();
}

int64_t
watch_left(const struct watched *w)
{
	return w->deadline - watch_clock();
}

void *
watch_shared(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static void
say(const struct watched *w, char what)
{
	while (write(w->fd, &what, 1) < 0 && errno == EINTR)
		continue;
}

void
watch_done(struct watched *w)
{
	if (!w->done)
		say(w, SAYS_DONE);
	w->done = true;
}

/* The last resort of a child whose parent is gone. */
static void
end_before(int64_t ms)
{
	struct itimerval end = { .it_value = { .tv_sec = (ms + ORPHAN_MS) / 1000, .tv_usec = 1 } };

	setitimer(ITIMER_REAL, &end, NULL);
}

void
watch_person(struct watched *w)
{
	if (!w->patience)
		return;
	w->deadline += w->patience;
	w->patience = 0;
	end_before(watch_left(w));
	say(w, SAYS_PERSON);
}

/*
 * Bounds what may still be allocated, counted from what is mapped now (which differs widely with
 * sanitizers).
 */
static void
bound_memory(void)
{
	unsigned long pages = 0;
	struct rlimit limit;
	FILE *f = fopen("/proc/self/statm", "r");

	if (!f)
		return;
	if (fscanf(f, "%lu", &pages) == 1 && pages > 0 && getrlimit(RLIMIT_AS, &limit) == 0) {
		rlim_t want = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + ((rlim_t)MEMORY_MIB << 20);

		if (limit.rlim_cur == RLIM_INFINITY || want < limit.rlim_cur) {
			limit.rlim_cur = want;
			setrlimit(RLIMIT_AS, &limit);
		}
	}
	fclose(f);
}

static void
prepare_child(int64_t ms)
{
	struct rlimit none = { 0, 0 };
	sigset_t all;
	int null;

	system_end_with_parent();	/* when the parent is interrupted nothing of it stays */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGALRM, SIG_DFL);
	sigemptyset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	end_before(ms);
	setrlimit(RLIMIT_CORE, &none);
	bound_memory();
	null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (null >= 0) {
		dup2(null, STDERR_FILENO);
		close(null);
	}
}

/* Waits until the other end writes or closes; what it said, 0 for the end, -1 when the time is over. */
static int
wait_for(int fd, int64_t deadline)
{
	for (;;) {
		int64_t left = deadline - watch_clock();
		struct pollfd p = { .fd = fd, .events = POLLIN };
		char c;
		ssize_t n;

		if (left <= 0 || poll(&p, 1, (int)left) == 0)
			return -1;
		if (!p.revents)			/* a signal */
			continue;
		n = read(fd, &c, 1);
		if (n >= 0)
			return n > 0 ? c : 0;
		if (errno != EINTR && errno != EAGAIN)
			return 0;
	}
}

static enum ending
supervise(struct watched *w, int *detail)
{
	int got = wait_for(w->fd, w->deadline), status = 0;

	if (got == SAYS_PERSON)
		got = wait_for(w->fd, w->deadline + w->patience);
	if (got != 0 && (got < 0 || wait_for(w->fd, watch_clock() + TIDY_MS) != 0))
		kill(w->pid, SIGKILL);
	close(w->fd);
	while (waitpid(w->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	if (got > 0)
		return ENDED;
	if (got < 0)
		return ENDED_LATE;
	if (WIFSIGNALED(status)) {
		*detail = WTERMSIG(status);
		return ENDED_BY_SIGNAL;
	}
	*detail = WEXITSTATUS(status);
	return *detail ? ENDED_BADLY : ENDED;
}

enum ending
watch(void (*work)(struct watched *w, void *context), void *context, int64_t ms, int64_t patience, int *detail)
{
	struct watched w = { .deadline = watch_clock() + ms, .patience = patience };
	int fds[2];

	*detail = -1;
	if (!system_pipe(fds))
		return ENDED_BADLY;
	w.pid = fork();
	if (w.pid == 0) {
		close(fds[0]);
		w.fd = fds[1];
		prepare_child(ms);
		work(&w, context);
		watch_done(&w);
		_exit(0);
	}
	close(fds[1]);
	w.fd = fds[0];
	if (w.pid < 0) {
		close(fds[0]);
		return ENDED_BADLY;
	}
	return supervise(&w, detail);
}

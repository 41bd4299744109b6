/* SPDX-License-Identifier: MIT */
#include "facts/collect_child.h"

#include "base/system.h"
#include "facts/collect.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* -- In the child -- */

/* The parent's descriptors are no business of a collector; what it inherits must not keep them open either. */
static void
close_others(int keep)
{
	DIR *folder = opendir("/dev/fd");
	const struct dirent *e;

	for (int fd = 3; !folder && fd < 1024; fd++)
		if (fd != keep)
			close(fd);
	while (folder && (e = readdir(folder)) != NULL) {
		int fd = atoi(e->d_name);

		if (fd > 2 && fd != keep && fd != dirfd(folder))
			close(fd);
	}
	if (folder)
		closedir(folder);
}

/* Lowers a limit of this process, as far as the system lets it. */
#define LIMIT(what, n) \
	do { \
		struct rlimit l_; \
		if (getrlimit(what, &l_) == 0 && (l_.rlim_cur == RLIM_INFINITY || l_.rlim_cur > (rlim_t)(n))) { \
			l_.rlim_cur = (rlim_t)(n); \
			setrlimit(what, &l_); \
		} \
	} while (0)

/*
 * A group of its own, so that what it starts can be killed with it. No core files, no growing of files, and an end by itself should the
 * parent be gone.
 */
static void
settle_child(int ms)
{
	struct sigaction normal = { .sa_handler = SIG_DFL }, ignore = { .sa_handler = SIG_IGN };
	int null = open("/dev/null", O_RDWR);
	sigset_t none;

	system_end_with_parent();	/* when the parent is interrupted nothing of it stays; else the alarm ends it */
	setpgid(0, 0);
	for (int s = 1; s < NSIG; s++)
		sigaction(s, &normal, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
	sigaction(SIGXFSZ, &ignore, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int fd = 0; null >= 0 && fd < 3; fd++)
		dup2(null, fd);
	LIMIT(RLIMIT_CORE, 0);
	LIMIT(RLIMIT_FSIZE, 0);
	LIMIT(RLIMIT_CPU, ms / 1000 + 2);
	alarm((unsigned)(ms / 1000 + 2));
}

static _Noreturn void
be_child(const struct collector *row, const struct collect_options *options, const char *subject, int ms, int fd)
{
	struct collect_options o = *options;
	struct recorder r = { .out = NULL };

	o.deadline_ms = ms;
	if (fd < 3) {	/* the parent had closed its standard streams */
		int higher = fcntl(fd, F_DUPFD, 3);

		fd = higher < 0 ? fd : higher;
	}
	settle_child(ms);
	close_others(fd);
	r.out = fdopen(fd, "w");
	if (!r.out)
		_exit(1);
	row->run(&o, subject, &r);
	_exit(fflush(r.out) == 0 && !ferror(r.out) ? 0 : 1);
}

/* -- In the parent -- */

bool
child_start(struct child *c, const struct collector *row, const struct collect_options *o, const char *subject, int ms, struct buf *why)
{
	int ends[2];
	pid_t pid;

	if (!system_pipe(ends)) {
		buf_puts(why, strerror(errno));
		return false;
	}
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	pid = fork();
	if (pid == 0)
		be_child(row, o, subject, ms, ends[1]);
	close(ends[1]);
	if (pid < 0) {
		buf_puts(why, strerror(errno));
		close(ends[0]);
		return false;
	}
	setpgid(pid, pid);	/* the child does it too: whoever is first */
	*c = (struct child){ .process = pid, .records = ends[0] };
	return true;
}

void
child_wait(struct child *const *children, size_t n, int ms, bool *ready)
{
	struct pollfd fds[64];

	for (size_t i = 0; i < n; i++)
		fds[i] = (struct pollfd){ .fd = (int)children[i]->records, .events = POLLIN };
	poll(fds, (nfds_t)n, ms);
	for (size_t i = 0; i < n; i++)
		ready[i] = fds[i].revents != 0;
}

static void
close_records(struct child *c)
{
	if (c->records >= 0)
		close((int)c->records);
	c->records = -1;
}

int
child_read(struct child *c, char *to, size_t size)
{
	ssize_t n = read((int)c->records, to, size);

	if (n > 0)
		return (int)n;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	close_records(c);
	return -1;
}

bool
child_has_ended(const struct child *c)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_PID, (id_t)c->process, &info, WEXITED | WNOWAIT | WNOHANG) == 0 && info.si_pid == (pid_t)c->process;
}

bool
child_end(struct child *c, bool kill_it, struct buf *how)
{
	pid_t pid = (pid_t)c->process;
	siginfo_t info;
	int status = 0;

	close_records(c);
	if (kill_it)
		kill(-pid, SIGKILL);
	while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) != 0 && errno == EINTR)
		;
	kill(-pid, SIGKILL);		/* while the dead leader still holds the group's number */
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status))
		buf_printf(how, "signal %d", WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		buf_printf(how, "status %d", WEXITSTATUS(status));
	return how->len == 0;
}

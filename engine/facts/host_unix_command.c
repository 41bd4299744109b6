/* SPDX-License-Identifier: MIT */
#include "facts/host_unix.h"

#include "base/system.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

bool
host_can_ask(const struct collect_options *o)
{
#ifdef DX_STAND_IN
	(void)o;
	return true;
#else
	return is_live(o);
#endif
}

/* Standard input and error lead nowhere already. */
static _Noreturn void
be_command(const char *program, const char *const *argv, int out, int ms)
{
	static const char *const environment[] = {
		"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "SYSTEMD_PAGER=", "SYSTEMD_COLORS=0", NULL,
	};
	struct sigaction normal = { .sa_handler = SIG_DFL };
	struct rlimit files;

	sigaction(SIGPIPE, &normal, NULL);
	sigaction(SIGXFSZ, &normal, NULL);
	if (getrlimit(RLIMIT_FSIZE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_FSIZE, &files);
	}
	alarm((unsigned)(ms / 1000 + 2));
	if (dup2(out, STDOUT_FILENO) < 0)
		_exit(127);
	execve(program, (char *const *)(uintptr_t)argv, (char *const *)(uintptr_t)environment);
	_exit(errno == ENOENT ? 126 : 127);
}

/* Reads until the end, the deadline or the cap; true at the end. */
static bool
read_output(int fd, int64_t deadline, size_t max, struct buf *out)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char chunk[1 << 14];

	for (;;) {
		int64_t left = deadline - system_ms();
		ssize_t n;

		if (left <= 0 || max == 0)
			return max == 0;
		if (poll(&p, 1, (int)left) <= 0)
			continue;
		n = read(fd, chunk, max < sizeof chunk ? max : sizeof chunk);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return true;
		buf_add(out, chunk, (size_t)n);
		max -= (size_t)n;
	}
}

enum command_state
command_run(const struct collect_options *o, const char *const *argv, int ms, size_t max, struct buf *out)
{
	int64_t deadline = system_ms() + ms;
	struct buf program = {0};
	int ends[2], status = 0;
	bool complete, there = host_path(o, argv[0], &program) && access(program.text, X_OK) == 0;
	pid_t pid;

	if (!there || !system_pipe(ends)) {
		buf_free(&program);
		return there ? COMMAND_FAILED : COMMAND_ABSENT;
	}
	pid = fork();
	if (pid == 0)
		be_command(program.text, argv, ends[1], ms);
	buf_free(&program);
	close(ends[1]);
	complete = pid > 0 && read_output(ends[0], deadline, max, out);
	close(ends[0]);
	if (pid < 0)
		return COMMAND_FAILED;
	while (complete && system_ms() < deadline) {	/* its output has ended; give it a moment to go */
		pid_t gone = waitpid(pid, &status, WNOHANG);

		if (gone == pid)
			return WIFEXITED(status) && WEXITSTATUS(status) == 126 ? COMMAND_ABSENT
				: WIFEXITED(status) && WEXITSTATUS(status) == 0 ? COMMAND_DONE : COMMAND_FAILED;
		poll(NULL, 0, 5);
	}
	kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return COMMAND_LATE;
}

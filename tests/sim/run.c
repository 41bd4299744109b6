/* SPDX-License-Identifier: MIT */
#include "run.h"

#include <linux/capability.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void
set_environment(const struct surroundings *s)
{
	char text[4096];
	ssize_t n = readlink("/proc/self/exe", text, sizeof text - 1);

	if (n > 0) {
		text[n] = '\0';
		setenv("SIM", text, 1);
	}
	setenv("SIM_CONTROL", s->control, 1);
	if (s->log)
		setenv("SIM_LOG", s->log, 1);
	snprintf(text, sizeof text, "UNIX:%s", s->socket);
	setenv("USBMUXD_SOCKET_ADDRESS", text, 1);
}

/* Signals as a shell would leave them. */
static void
reset_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

pid_t
run_start(char *const *command, const struct surroundings *s)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	/* A group of its own would lose a command the terminal that it may want to ask on. */
	if (!isatty(STDIN_FILENO))
		(void)setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	reset_signals();
	set_environment(s);
	if (s->powerless) {
		prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE);
		prctl(PR_CAPBSET_DROP, CAP_DAC_READ_SEARCH);
	}
	execvp(command[0], command);
	fprintf(stderr, "sim: %s: %s\n", command[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

bool
run_ended(pid_t pid)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

int
run_end(pid_t pid)
{
	int status;

	/* The group first: as long as the command is not reaped, its number is nobody else's. */
	(void)kill(-pid, SIGKILL);
	(void)kill(pid, SIGKILL);
	if (waitpid(pid, &status, 0) != pid)
		return EXIT_TROUBLE;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* SPDX-License-Identifier: MIT */
/* Running a command against the simulator. */
#ifndef SIM_RUN_H
#define SIM_RUN_H

#include <stdbool.h>
#include <sys/types.h>

/* Exit statuses of the simulator itself, away from those of the commands it runs. */
enum {
	EXIT_WROTE = 97,                /* --read-only, and something wrote */
	EXIT_TROUBLE = 98,              /* the simulator could not start */
	EXIT_DEADLINE = 124,
};

/* What a command finds. */
struct surroundings {
	const char *socket;             /* usbmuxd's; becomes USBMUXD_SOCKET_ADDRESS */
	const char *control, *log;      /* become SIM_CONTROL and SIM_LOG; log may be NULL */
	bool powerless;                 /* without root's right to ignore the permissions of files */
};

/*
 * Starts a command, with SIM set to the simulator's own path and SIGPIPE as it is by default; in a
 * process group of its own unless it is on a terminal.  Returns its pid, or -1.
 */
pid_t run_start(char *const *command, const struct surroundings *s);

/* Whether it has ended by itself. */
bool run_ended(pid_t pid);

/* Ends it, if need be, and all that it has started; the exit status as a shell would give it. */
int run_end(pid_t pid);

#endif

/* SPDX-License-Identifier: MIT */
/* The command line: one table of options, each with the function that takes it. */
#ifndef SIM_OPTIONS_H
#define SIM_OPTIONS_H

#include "scene.h"

extern struct options {
	const char *socket, *control, *log, *key, *records;
	const char *devices[DEVICES];   /* settings, one text for each device */
	size_t count;
	int ready_fd;                   /* -1: none */
	int deadline;                   /* seconds for the command; 0: none */
	bool read_only;
	char **command;                 /* NULL: serve until a signal comes */
} options;

/*
 * Reads the arguments after the program's name, up to "--" and the command.  What usbmuxd is to be
 * like goes into the scene at once, devices wait for the key.  False after a complaint.  Options
 * that only tell something, such as --help, do not return.
 */
bool options_read(char **argument);

/* Says on stderr what failed and why; returns the exit status for that. */
int complain(const char *what, const char *why);

#endif

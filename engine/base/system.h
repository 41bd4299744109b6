/* SPDX-License-Identifier: MIT */
/*
 * What the engine and the command need of the operating system beyond the C library: clock, memory, this process, the terminal, paths. One file a
 * system implements it, base/system_unix.c or base/system_windows.c; what collectors ask a system is in facts/host_*.
 */
#ifndef BASE_SYSTEM_H
#define BASE_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* A clock that only goes forward, in milliseconds and in nanoseconds; it counts from any point. */
int64_t system_ms(void);
int64_t system_ns(void);

/* Overwrites memory that held a secret; no compiler leaves it out. */
void system_wipe(void *p, size_t n);

/* In a child process: has it ended when its parent is gone, where the system can do that. */
void system_end_with_parent(void);

/* A pipe, both ends closed when another program is started; false: errno tells. */
bool system_pipe(int ends[2]);

/* Has pages that were never touched backed with memory at once, where the system can do that; `from` and `n` need not be whole pages. */
void system_make_ready(void *from, size_t n);

/* The arguments of main in UTF-8, where a system gives them otherwise. */
void system_arguments(int *argc, char ***argv);

/* A stream into memory. When it was closed the text, which the caller frees, is all that was written up to where the stream then stood. */
FILE *system_memory_open(char **text, size_t *len);
bool system_memory_close(FILE *out, char **text, size_t *len);

/* Called first in main: how memory is asked for, and what the terminal must know. */
void system_prepare(void);

/* How many threads can run at once. */
long system_processors(void);

/* The largest memory this process had, in KiB. */
long system_peak_memory(void);

/* The path of the running program; false when it cannot be found, or is longer. */
bool system_program(char *out, size_t size);

/* The columns of the terminal that a descriptor leads to; 0: it tells none. */
int system_columns(int fd);

/* Whether what is printed may hold other characters than ASCII. */
bool system_prints_utf8(void);

/*
 * From now on Ctrl-C, a hang-up and a request to end do not end the program but interrupt it: it can ask for that, and nothing is read any more.
 * Where a system cannot do that they end the program, as ever.
 */
void system_catch_interrupts(void);
bool system_was_interrupted(void);

/* Waits for bytes of standard input and reads them; 0: its end, an error, or an interrupt. */
size_t system_read_input(void *to, size_t n);

/* Takes an open file for this program alone, until it is closed; false at once when another has it. Reading is not kept from others. */
bool system_lock(int fd);

/* The name of this machine; false when it has none. */
bool system_host_name(char *out, size_t size);

#endif

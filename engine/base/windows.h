/* SPDX-License-Identifier: MIT */
/*
 * Read before every file of a build for Windows, and of no other (the Makefile says -include): what the engine takes from POSIX and Microsoft's library does not
 * have, or has in another form. Names of files are UTF-8 here and UTF-16 there; files are read and written as they are, without another end of line.
 * All of it is in system_windows.c.
 */
#ifndef BASE_WINDOWS_H
#define BASE_WINDOWS_H

#include <dirent.h>
#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#define O_CLOEXEC	_O_NOINHERIT
#define O_NONBLOCK	0
#define O_NOCTTY	0
#define O_NOFOLLOW	0

FILE *windows_fopen(const char *path, const char *mode);
int windows_open(const char *path, int flags, ...);
int windows_stat(const char *path, struct stat *st);
int windows_access(const char *path, int mode);
int windows_unlink(const char *path);
int windows_rename(const char *from, const char *to);
int windows_isatty(int fd);
char *windows_getenv(const char *name);
int windows_scandir(const char *path, struct dirent ***names, int (*take)(const struct dirent *e), int (*order)(const struct dirent **a, const struct dirent **b));
int alphasort(const struct dirent **a, const struct dirent **b);
int mkstemp(char *path);
char *realpath(const char *path, char *out);
void *memmem(const void *s, size_t n, const void *word, size_t len);
char *strsep(char **s, const char *ends);
struct tm *windows_gmtime(const time_t *t, struct tm *out);

/* Text in the system's form and back, for files that know Windows; the caller frees. NULL without memory. */
wchar_t *windows_wide(const char *s);
char *windows_narrow(const wchar_t *w);

#define fopen(path, mode)	windows_fopen(path, mode)
#define open(...)		windows_open(__VA_ARGS__)
#define stat(path, st)		windows_stat(path, st)
#define lstat(path, st)		windows_stat(path, st)
#define access(path, mode)	windows_access(path, mode)
#define unlink(path)		windows_unlink(path)
#define rename(from, to)	windows_rename(from, to)
#define isatty(fd)		windows_isatty(fd)
#define getenv(name)		windows_getenv(name)
#define scandir(p, n, t, o)	windows_scandir(p, n, t, o)
#define gmtime_r(t, tm)		windows_gmtime(t, tm)
#define timegm(tm)		_mkgmtime(tm)
#define fsync(fd)		_commit(fd)
#define lgamma_r(x, sign)	((void)(sign), lgamma(x))
#define tell			tell_it	/* io.h takes the word, which files use for functions of their own */
#define getuid()		0u	/* there is no /etc/passwd to look into either */

#endif

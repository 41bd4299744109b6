/* SPDX-License-Identifier: MIT */
#include "log.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int fd = -1;
static atomic_uint writes_seen;

bool
log_open(const char *file)
{
	if (!file)
		return true;
	fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
	return fd >= 0;
}

void
log_close(void)
{
	if (fd >= 0)
		close(fd);
	fd = -1;
}

/* One write for a line, so that lines of different threads do not mix. */
void
log_request(bool writes, const char *format, ...)
{
	char line[512] = { writes ? 'w' : 'r', ' ' };
	size_t length;
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(line + 2, sizeof line - 3, format, ap);
	va_end(ap);
	length = strlen(line);
	for (size_t i = 0; i < length; i++)
		if (line[i] < ' ' || line[i] > '~')
			line[i] = '?';
	line[length++] = '\n';
	if (writes)
		atomic_fetch_add(&writes_seen, 1);
	if (fd >= 0 && write(fd, line, length) < 0)
		perror("sim: log");
}

unsigned
log_writes(void)
{
	return atomic_load(&writes_seen);
}

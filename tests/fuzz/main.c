/* SPDX-License-Identifier: MIT */
/*
 * A fuzz target as a plain program: NAME FILE... reads each file and gives it to the target. The name of the file comes first on stderr when
 * something goes wrong, for a sanitizer or an abort tells only the place in the code. One input may take SECONDS.
 */
#include "fuzz.h"

#include "base/buf.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECONDS = 10 };

static const char *current = "";

/* Runs in a signal handler: write alone is allowed. */
static void
say_which(int signal_number)
{
	static const char late[] = "takes too long: ", died[] = "died on: ";
	const char *why = signal_number == SIGALRM ? late : died;

	if (write(STDERR_FILENO, why, strlen(why)) < 0 || write(STDERR_FILENO, current, strlen(current)) < 0
	    || write(STDERR_FILENO, "\n", 1) < 0)
		_exit(1);
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

static bool
give_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct buf text = {0};
	char part[1 << 14];
	size_t n;
	uint8_t *exact;

	if (!f) {
		perror(path);
		return false;
	}
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		buf_add(&text, part, n);
	fclose(f);
	exact = machine_alloc(text.len);	/* so that a sanitizer sees a read behind the end */
	if (text.len)
		memcpy(exact, text.text, text.len);
	n = text.len;
	buf_free(&text);
	current = path;
	alarm(SECONDS);
	LLVMFuzzerTestOneInput(exact, n);
	alarm(0);
	free(exact);
	return true;
}

int
main(int argc, char **argv)
{
	bool good = argc > 1;

	signal(SIGALRM, say_which);
	signal(SIGABRT, say_which);
	signal(SIGSEGV, say_which);
	for (int i = 1; i < argc; i++)
		good &= give_file(argv[i]);
	return good ? 0 : 1;
}

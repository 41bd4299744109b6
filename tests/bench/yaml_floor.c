/* SPDX-License-Identifier: MIT */
/*
 * The floor for everything that reads YAML: parses the named files with libyaml, event by event, and exits. Whoever reads
 * the same bytes with libyaml cannot be faster. JSON fact files are read the same way; JSON is YAML.
 */
#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

static int
trouble(const char *path, const char *why)
{
	fprintf(stderr, "yaml_floor: %s: %s\n", path, why);
	return EXIT_FAILURE;
}

/* The whole file; NULL when it cannot be read. */
static unsigned char *
read_whole(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	unsigned char *text = NULL;
	long size;

	if (!f)
		return NULL;
	if (fseek(f, 0, SEEK_END) == 0 && (size = ftell(f)) >= 0 && fseek(f, 0, SEEK_SET) == 0) {
		*len = (size_t)size;
		text = malloc(*len + 1);
		if (text && fread(text, 1, *len, f) != *len) {
			free(text);
			text = NULL;
		}
	}
	fclose(f);
	return text;
}

/* All events of a text; false when it is no YAML. */
static int
parse(const unsigned char *text, size_t len)
{
	yaml_parser_t parser;
	yaml_event_t event;
	int fine, last = 0;

	if (!yaml_parser_initialize(&parser))
		return 0;
	yaml_parser_set_input_string(&parser, text, len);
	while ((fine = yaml_parser_parse(&parser, &event)) && !last) {
		last = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return fine;
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		size_t len = 0;
		unsigned char *text = read_whole(argv[i], &len);
		int fine;

		if (!text)
			return trouble(argv[i], "cannot be read");
		fine = parse(text, len);
		free(text);
		if (!fine)
			return trouble(argv[i], "is no YAML");
	}
	return argc > 1 ? EXIT_SUCCESS : trouble("usage", "yaml_floor FILE...");
}

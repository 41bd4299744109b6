/* SPDX-License-Identifier: MIT */
/*
 * Canonical JSON against the examples of RFC 8785 and of its test suite; and properties of numbers that no list of examples has.
 */
#include "base/canonical.h"

#include <check.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static struct buf out;

static const char *
canonical(const char *json)
{
	json_t *v = json_loads(json, JSON_DECODE_ANY, NULL);

	ck_assert_msg(v != NULL, "%s", json);
	buf_clear(&out);
	canonical_json(&out, v);
	json_decref(v);
	return buf_text(&out);
}

static const char *
number(double d)
{
	buf_clear(&out);
	canonical_number(&out, d);
	return buf_text(&out);
}

/* RFC 8785, appendix B. */
static const struct sample {
	uint64_t bits;
	const char *text;
} samples[] = {
	{ 0x0000000000000000, "0" }, { 0x8000000000000000, "0" }, { 0x0000000000000001, "5e-324" }, { 0x8000000000000001, "-5e-324" },
	{ 0x7fefffffffffffff, "1.7976931348623157e+308" }, { 0xffefffffffffffff, "-1.7976931348623157e+308" },
	{ 0x4340000000000000, "9007199254740992" }, { 0xc340000000000000, "-9007199254740992" }, { 0x4430000000000000, "295147905179352830000" },
	{ 0x44b52d02c7e14af5, "9.999999999999997e+22" }, { 0x44b52d02c7e14af6, "1e+23" }, { 0x44b52d02c7e14af7, "1.0000000000000001e+23" },
	{ 0x444b1ae4d6e2ef4e, "999999999999999700000" }, { 0x444b1ae4d6e2ef4f, "999999999999999900000" }, { 0x444b1ae4d6e2ef50, "1e+21" },
	{ 0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7" }, { 0x3eb0c6f7a0b5ed8d, "0.000001" }, { 0x41b3de4355555553, "333333333.3333332" },
	{ 0x41b3de4355555554, "333333333.33333325" }, { 0x41b3de4355555555, "333333333.3333333" }, { 0x41b3de4355555556, "333333333.3333334" },
	{ 0x41b3de4355555557, "333333333.33333343" }, { 0xbecbf647612f3696, "-0.0000033333333333333333" }, { 0x43143ff3c1cb0959, "1424953923781206.2" },
};

START_TEST(numbers_are_those_of_the_standard)
{
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		double d;

		memcpy(&d, &samples[i].bits, sizeof d);
		ck_assert_str_eq(number(d), samples[i].text);
	}
}
END_TEST

/* Two to the -44 has a shortest decimal that is not the nearest of its length: the interval below a power of two is half as wide. */
START_TEST(below_a_power_of_two_the_shortest_number_may_not_be_the_nearest_of_its_length)
{
	ck_assert_str_eq(number(ldexp(1, -44)), "5.684341886080802e-14");
}
END_TEST

static uint64_t seed = 1;

static double
random_double(void)
{
	double d;

	do {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		memcpy(&d, &seed, sizeof d);
	} while (!isfinite(d));
	return d;
}

START_TEST(every_number_reads_back_and_no_shorter_one_does)
{
	for (int i = 0; i < 100000; i++) {
		double d = i < 4000 ? ldexp(1, i / 2 - 1070) * (i & 1 ? 1 : 3) : random_double();
		const char *text = number(d);
		int digits = 0, trailing = 0;
		char shorter[40];

		if (!isfinite(d))
			continue;
		ck_assert_msg(strtod(text, NULL) == d, "%s", text);
		for (const char *p = text; *p && *p != 'e'; p++)
			if (*p >= '1' && *p <= '9')
				digits += trailing + 1, trailing = 0;
			else if (*p == '0' && digits)
				trailing++;
		if (digits < 2)
			continue;
		snprintf(shorter, sizeof shorter, "%.*e", digits - 2, d);
		ck_assert_msg(strtod(shorter, NULL) != d, "%s is longer than %s", text, shorter);
	}
}
END_TEST

/* RFC 8785, 3.2.2 to 3.2.4 and the files of its test suite. */
static const struct sample_text {
	const char *json, *canonical;
} texts[] = {
	{ "{\"numbers\": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],"
	  " \"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\", \"literals\": [null, true, false]}",
	  "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
	  "\"string\":\"\xe2\x82\xac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}" },
	{ "{\"\\u20ac\": \"Euro Sign\", \"\\r\": \"Carriage Return\", \"\\ufb33\": \"Hebrew Letter Dalet With Dagesh\", \"1\": \"One\","
	  " \"\\ud83d\\ude00\": \"Emoji: Grinning Face\", \"\\u0080\": \"Control\", \"\\u00f6\": \"Latin Small Letter O With Diaeresis\"}",
	  "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xc2\x80\":\"Control\",\"\xc3\xb6\":\"Latin Small Letter O With Diaeresis\","
	  "\"\xe2\x82\xac\":\"Euro Sign\",\"\xf0\x9f\x98\x80\":\"Emoji: Grinning Face\",\"\xef\xac\xb3\":\"Hebrew Letter Dalet With Dagesh\"}" },
	{ "{\"1\": {\"f\": {\"f\": \"hi\",\"F\": 5} ,\"\\n\": 56.0}, \"10\": { }, \"\": \"empty\", \"a\": { }, \"111\": [ {\"e\": \"yes\",\"E\": \"no\" } ], \"A\": { }}",
	  "{\"\":\"empty\",\"1\":{\"\\n\":56,\"f\":{\"F\":5,\"f\":\"hi\"}},\"10\":{},\"111\":[{\"E\":\"no\",\"e\":\"yes\"}],\"A\":{},\"a\":{}}" },
	{ "{\"peach\": 1, \"p\xc3\xa9" "ch\xc3\xa9\": 2, \"p\xc3\xaa" "che\": 3, \"sin\": 4}", "{\"peach\":1,\"p\xc3\xa9" "ch\xc3\xa9\":2,\"p\xc3\xaa" "che\":3,\"sin\":4}" },
	{ "{\"Unnormalized Unicode\":\"A\\u030a\"}", "{\"Unnormalized Unicode\":\"A\xcc\x8a\"}" },
	{ "[56, {\"d\": true, \"10\": null, \"1\": [ ]}]", "[56,{\"1\":[],\"10\":null,\"d\":true}]" },
	{ "\"\\b\\t\\n\\f\\r\\u0001\\u001F\\u007f\"", "\"\\b\\t\\n\\f\\r\\u0001\\u001f\x7f\"" },
	{ "-0.0", "0" }, { "9007199254740993", "9007199254740992" }, { "[]", "[]" }, { "{}", "{}" },
};

START_TEST(values_are_those_of_the_standard)
{
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		ck_assert_str_eq(canonical(texts[i].json), texts[i].canonical);
}
END_TEST

START_TEST(the_canonical_form_of_a_canonical_form_is_itself)
{
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		ck_assert_str_eq(canonical(texts[i].canonical), texts[i].canonical);
}
END_TEST

static void
teardown(void)
{
	buf_free(&out);
}

Suite *check_canonical(void);

Suite *
check_canonical(void)
{
	Suite *s = suite_create("canonical");
	TCase *c = tcase_create("canonical");

	tcase_add_checked_fixture(c, NULL, teardown);
	tcase_set_timeout(c, 30);
	tcase_add_test(c, numbers_are_those_of_the_standard);
	tcase_add_test(c, below_a_power_of_two_the_shortest_number_may_not_be_the_nearest_of_its_length);
	tcase_add_test(c, every_number_reads_back_and_no_shorter_one_does);
	tcase_add_test(c, values_are_those_of_the_standard);
	tcase_add_test(c, the_canonical_form_of_a_canonical_form_is_itself);
	suite_add_tcase(s, c);
	return s;
}

/* SPDX-License-Identifier: MIT */
/*
 * The shipped pack holds what the guide says: each statement has its entry, of the right kind, that names the statement as its source
 * and says the words that matter. So do the causes that facts of a Linux host and codes of lockdown can tell apart.
 */
#include "lang/load.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

enum kind { REQUIREMENT, ISSUE, STEP, CHECK };

static const struct {
	const char *source;
	enum kind kind;
	const char *id, *says;	/* `says`: words of the entry */
} guide[] = {
	{ "guide/introduction/1", ISSUE, "trust-data-damaged", "" },			/* updates of the system spoil trust */
	{ "guide/introduction/2", ISSUE, "apple-service-stopped", "service" },		/* so do troubles of iTunes and Finder */
	{ "guide/introduction/3", ISSUE, "faulty-cable", "cable" },			/* and a faulty cable */
	{ "guide/introduction/4", ISSUE, "trust-forgotten-by-device", "" },			/* the computer no longer recognises the device */
	{ "guide/introduction/5", ISSUE, "sync-fails-though-trusted", "Sync" },		/* errors of synchronisation */
	{ "guide/introduction/6", ISSUE, "trust-not-given", "" },			/* the question does not come */
	{ "guide/introduction/7", STEP, "erase-and-restore", "free of data loss" },	/* "no data loss": corrected */
	{ "guide/requirements/1", REQUIREMENT, "ios-12-or-newer", "12 or newer" },
	{ "guide/requirements/2", REQUIREMENT, "computer-supported", "10.15" },
	{ "guide/requirements/3", REQUIREMENT, "certified-cable", "certified" },
	{ "guide/requirements/4", REQUIREMENT, "battery-20-percent", "20 %" },
	{ "guide/requirements/5", REQUIREMENT, "passcode-known", "passcode" },
	{ "guide/step-1/1", STEP, "update-itunes", "Help > Check for Updates" },
	{ "guide/step-1/1", STEP, "update-macos", "App Store" },
	{ "guide/step-1/2", STEP, "update-ios", "Settings > General > Software Update" },
	{ "guide/step-1/3", STEP, "change-cable", "charging sign" },
	{ "guide/step-1/4", STEP, "open-program-first", "Do not start a sync yet" },
	{ "guide/step-2/1", STEP, "reset-network-settings", "Transfer or Reset iPhone" },
	{ "guide/step-2/1", STEP, "reset-network-settings", "On iOS 14 and older tap **Reset**" },
	{ "guide/step-2/1", STEP, "reset-network-settings", "enter the passcode and confirm" },
	{ "guide/step-2/2", STEP, "reset-network-settings", "Wi-Fi networks and their passwords, Bluetooth pairings and VPN" },
	{ "guide/step-2/3", STEP, "reset-network-settings", "one or two minutes" },
	{ "guide/step-3/1", STEP, "tap-trust", "with the cable" },
	{ "guide/step-3/2", STEP, "tap-trust", "Tap **Trust**" },
	{ "guide/step-3/3", STEP, "tap-trust", "Enter the passcode" },
	{ "guide/step-3/4", STEP, "tap-trust", "sidebar" },
	{ "guide/verification/1", CHECK, "recognised-by-computer", "name, capacity and serial number" },
	{ "guide/verification/2", CHECK, "sync-or-backup-works", "backup" },
	{ "guide/verification/3", CHECK, "trust-not-asked-again", "stay away" },
	{ "guide/issue-1", ISSUE, "reset-not-available", "cannot be chosen" },
	{ "guide/issue-1/1", STEP, "lift-restrictions", "administrator rights" },
	{ "guide/issue-1/2", STEP, "reset-all-settings", "Reset All Settings" },
	{ "guide/issue-1/3", STEP, "reset-all-settings", "Home Screen layout, wallpaper, sounds" },
	{ "guide/issue-1/3", STEP, "reset-all-settings", "data stay" },
	{ "guide/issue-1/4", STEP, "reinstall-apple-software", "iTunes" },
	{ "guide/issue-1/4", STEP, "update-macos", "macOS" },
	{ "guide/issue-2", ISSUE, "faulty-cable", "cable" },
	{ "guide/issue-2/1", STEP, "change-cable", "another device and at another port" },
	{ "guide/issue-2/1", STEP, "change-port", "Try each port" },
	{ "guide/issue-2/2", STEP, "reinstall-apple-driver", "Mobile Device Support" },
	{ "guide/issue-2/3", STEP, "change-port", "without a hub" },
	{ "guide/issue-3", ISSUE, "trust-data-damaged", "" },
	{ "guide/issue-3/1", STEP, "open-program-first", "before plugging in" },
	{ "guide/issue-3/2", STEP, "try-another-computer", "If it works there" },
	{ "guide/issue-3/3", STEP, "back-up-device", "iCloud Backup" },
	{ "guide/issue-3/3", STEP, "erase-and-restore", "Erase All Content and Settings" },
	{ "guide/issue-3/4", STEP, "erase-and-restore", "Restore from iCloud Backup" },
	{ "guide/issue-4", ISSUE, "apple-service-stopped", "0xE8000065" },
	{ "guide/issue-4/1", STEP, "restart-apple-services", "End iTunes or Apple Devices, Apple Mobile Device Service and Bonjour" },
	{ "guide/issue-4/2", STEP, "restart-computer", "Restart the computer" },
	{ "guide/issue-4/3", STEP, "allow-apple-in-security-software", "" },
	{ "guide/issue-4/3", STEP, "test-without-security-software", "off" },
};

enum { NGUIDE = sizeof guide / sizeof *guide };

static struct rulebase *pack;
static struct diags *d;

static void
setup(void)
{
	const char *path = "rules/apple-trust";

	d = diags_new();
	pack = rulebase_load_rules(&path, 1, d);
	diags_print(d, stderr);
	ck_assert_uint_eq(diags_errors(d), 0);
}

static void
teardown(void)
{
	rulebase_free(pack);
	diags_free(d);
}

static const struct entry *
entry_of(enum kind kind, const char *id)
{
	const struct requirement *r = rulebase_requirement(pack, id);
	const struct issue *i = rulebase_issue(pack, id);
	const struct step *s = rulebase_step(pack, id);
	const struct check *c = rulebase_check(pack, id);

	switch (kind) {
	case REQUIREMENT: return r ? &r->entry : NULL;
	case ISSUE: return i ? &i->entry : NULL;
	case STEP: return s ? &s->entry : NULL;
	case CHECK: return c ? &c->entry : NULL;
	}
	return NULL;
}

static bool
names(const struct entry *e, const char *source)
{
	for (const char **s = e->sources; s && *s; s++)
		if (strcmp(*s, source) == 0)
			return true;
	return false;
}

static bool
in(const char *words, const char *text)
{
	return text && strstr(text, words);
}

static bool
in_say(const char *words, const struct say *say)
{
	for (size_t i = 0; i < say->n; i++)
		if (in(words, say->pieces[i].text))
			return true;
	return false;
}

static bool
step_says(const struct step *s, const char *words)
{
	for (size_t i = 0; i < s->ninstructions; i++)
		if (in_say(words, &s->instructions[i].say) || in_say(words, &s->instructions[i].otherwise))
			return true;
	return in(words, s->warns) || in(words, s->undo);
}

static bool
says(enum kind kind, const char *id, const char *words)
{
	const struct entry *e = entry_of(kind, id);

	return in(words, e->title) || in(words, e->note) || (kind == STEP && step_says(rulebase_step(pack, id), words)) ||
		(kind == ISSUE && in(words, rulebase_issue(pack, id)->explains)) || (kind == CHECK && in(words, rulebase_check(pack, id)->ask));
}

START_TEST(every_statement_of_the_guide_has_its_entry)
{
	const struct entry *e = entry_of(guide[_i].kind, guide[_i].id);

	ck_assert_msg(e, "%s: no entry %s", guide[_i].source, guide[_i].id);
	ck_assert_msg(names(e, guide[_i].source), "%s does not name %s as its source", guide[_i].id, guide[_i].source);
	ck_assert_msg(says(guide[_i].kind, guide[_i].id, guide[_i].says), "%s does not say \"%s\"", guide[_i].id, guide[_i].says);
}
END_TEST

static void
check_sources(const struct entry *e)
{
	for (const char **s = e->sources; s && *s; s++) {
		bool known = strncmp(*s, "guide/", 6) != 0;

		for (size_t i = 0; i < NGUIDE && !known; i++)
			known = strcmp(guide[i].source, *s) == 0;
		ck_assert_msg(known, "%s: the guide has no %s", e->id, *s);
	}
}

START_TEST(no_entry_names_a_statement_that_the_guide_does_not_have)
{
	for (size_t i = 0; i < pack->nrequirements; i++)
		check_sources(&pack->requirements[i]->entry);
	for (size_t i = 0; i < pack->nissues; i++)
		check_sources(&pack->issues[i]->entry);
	for (size_t i = 0; i < pack->nsteps; i++)
		check_sources(&pack->steps[i]->entry);
	for (size_t i = 0; i < pack->nchecks; i++)
		check_sources(&pack->checks[i]->entry);
}
END_TEST

/* Which of the solutions of an issue of the guide a step is (the first of them), 0 when none. */
static int
solution(const struct step *step, const char *issue)
{
	char source[32];

	for (int k = 1; k < 10; k++) {
		snprintf(source, sizeof source, "%s/%d", issue, k);
		if (names(&step->entry, source))
			return k;
	}
	return 0;
}

START_TEST(the_solutions_of_an_issue_stand_in_the_order_of_the_guide)
{
	static const char *const groups[] = { "guide/issue-1", "guide/issue-2", "guide/issue-3", "guide/issue-4" };
	int issues = 0, solutions = 0;

	for (size_t i = 0; i < pack->nissues; i++) {
		const struct issue *issue = pack->issues[i];
		int last = 0;

		if (!names(&issue->entry, groups[_i]))
			continue;
		issues++;
		for (size_t r = 0; r < issue->nremedies; r++) {
			int k = solution(issue->remedies[r].step, groups[_i]);

			ck_assert_msg(k == 0 || k >= last, "%s: %s comes too late", issue->entry.id, issue->remedies[r].step->entry.id);
			if (k) {
				last = k;
				solutions++;
			}
		}
	}
	ck_assert_int_ge(issues, 1);
	ck_assert_int_ge(solutions, 3);
}
END_TEST

START_TEST(a_last_resort_and_what_loses_data_is_marked)
{
	const struct step *erase = rulebase_step(pack, "erase-and-restore"), *all = rulebase_step(pack, "reset-all-settings"),
		*network = rulebase_step(pack, "reset-network-settings"), *backup = rulebase_step(pack, "back-up-device");

	ck_assert(erase->last_resort);
	ck_assert_int_eq(erase->loses, LOSES_DATA);
	ck_assert_int_eq(all->loses, LOSES_SETTINGS);
	ck_assert_int_eq(network->loses, LOSES_SETTINGS);
	ck_assert(backup->protects_data);
}
END_TEST

START_TEST(location_and_privacy_is_reset_before_the_network_settings)
{
	const struct step *network = rulebase_step(pack, "reset-network-settings");
	bool after = false;

	for (size_t i = 0; i < network->nafter; i++)
		after |= strcmp(network->after[i]->entry.id, "reset-location-privacy") == 0;
	ck_assert(after);
	for (size_t i = 0; i < pack->nissues; i++) {
		ppm gentle = 0, harsh = 0;

		for (size_t r = 0; r < pack->issues[i]->nremedies; r++) {
			const struct remedy *remedy = pack->issues[i]->remedies + r;

			if (remedy->step == network)
				harsh = remedy->works;
			else if (strcmp(remedy->step->entry.id, "reset-location-privacy") == 0)
				gentle = remedy->works;
		}
		ck_assert_msg(harsh <= gentle, "%s: the reset of the network settings works better than the gentle one", pack->issues[i]->entry.id);
	}
}
END_TEST

/* The causes of the domain that facts of a Linux host and codes of lockdown can tell apart. */
static const int causes[] = { 1, 5, 7, 9, 10, 11, 12, 13, 14, 16, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 48, 53 };

START_TEST(each_cause_that_can_be_told_today_has_signs_and_remedies)
{
	char source[16];
	const struct issue *found = NULL;

	snprintf(source, sizeof source, "domain/C%02d", causes[_i]);
	for (size_t i = 0; i < pack->nissues && !found; i++)
		if (names(&pack->issues[i]->entry, source))
			found = pack->issues[i];
	ck_assert_msg(found, "no issue names %s", source);
	ck_assert_uint_ge(found->nsigns, 1);
	ck_assert_uint_ge(found->nremedies, 1);
}
END_TEST

Suite *check_guide(void);

Suite *
check_guide(void)
{
	Suite *s = suite_create("guide");
	TCase *c = tcase_create("guide");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_loop_test(c, every_statement_of_the_guide_has_its_entry, 0, NGUIDE);
	tcase_add_test(c, no_entry_names_a_statement_that_the_guide_does_not_have);
	tcase_add_loop_test(c, the_solutions_of_an_issue_stand_in_the_order_of_the_guide, 0, 4);
	tcase_add_test(c, a_last_resort_and_what_loses_data_is_marked);
	tcase_add_test(c, location_and_privacy_is_reset_before_the_network_settings);
	tcase_add_loop_test(c, each_cause_that_can_be_told_today_has_signs_and_remedies, 0, sizeof causes / sizeof *causes);
	suite_add_tcase(s, c);
	return s;
}

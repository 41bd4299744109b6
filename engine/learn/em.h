/* SPDX-License-Identifier: MIT */
/*
 * Estimating how often causes occur and how often steps help from tickets whose cause nobody knows for sure: expectation maximisation
 * (Dempster, Laird, Rubin 1977). Numbers alone; it knows nothing of rules.
 *
 * A ticket has one cause. Its facts speak for each with some likelihood; then steps are tried, each of which helps with a probability that
 * depends on the cause. Steps that come late are tried on tickets on which others failed, so the plain share of tries that helped is too low
 * for them, and too high for those that come first. Here each try counts for a cause by how probable that cause was on that ticket, given its
 * facts and all that was tried on it: what remains is the rate by cause, wherever in the order the step stood.
 *
 * A ticket on which a cause could not be (another system) says nothing about how often it is: shares are among those that were possible
 * (minorisation-maximisation as by Hunter 2004).
 *
 * The rules are prior knowledge: `tickets` imagined ones divided as the rules say (Dirichlet), and for each rate `tries` imagined tries (Beta).
 */
#ifndef LEARN_EM_H
#define LEARN_EM_H

#include <stdbool.h>
#include <stddef.h>

struct em_try {
	const int *rate;	/* by cause: the index of the rate with which it helps; -1: it is for other causes */
	bool helped;
};

struct em_ticket {
	const double *likelihood;	/* by cause: of the facts; 0 excludes it */
	const bool *possible;		/* by cause: it could have been, before anything was seen */
	const struct em_try *tries;
	size_t ntries;
};

struct em {
	size_t ncauses, nrates, ntickets;
	const struct em_ticket *of;
	const double *share;	/* by cause: as the rules say; they sum to 1 */
	const double *rate;	/* as the rules say */
	double tickets, tries;	/* how much the rules count */
};

struct em_result {
	double *share;		/* by cause; they sum to 1 */
	double *count;		/* by cause: tickets that had it, in expectation */
	double *open;		/* by cause: tickets on which it was possible */
	double *rate, *tried, *helped;	/* by rate: it, and tries on tickets with its cause, in expectation */
	int rounds;		/* until nothing changed */
	double unexplained;	/* tickets that were solved by what the rules say cannot have solved them */
};

/* The arrays of the result are malloc'ed: em_free. */
struct em_result em_estimate(const struct em *e);
void em_free(struct em_result *r);

/* The value below which a Beta(a, b) variable is with probability p. */
double em_beta_quantile(double a, double b, double p);

#endif

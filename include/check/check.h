/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check - the readiness checks: a table of named questions, and their verdicts.
 *
 * No I/O.  The checks judge facts that facts.h has; none of them
 * looks itself, so a recorded board is judged as the running one is.
 */
#ifndef IMXPT_CHECK_CHECK_H
#define IMXPT_CHECK_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "vfio/explain.h"

#define FINDING_TEXT_MAX 256
#define CHECK_NEEDS_MAX 3
#define CHECKS_MAX 64

struct facts;

/* In the order in which things happen. */
enum check_stage {
	CHECK_TREE,
	CHECK_UBOOT,
	CHECK_KERNEL,
	CHECK_DRIVER,
	CHECK_DEVICES,
	CHECK_VMM,
};

enum verdict {
	VERDICT_OK,
	VERDICT_WARN, /* it works, or may work; somebody should know */
	VERDICT_FAIL,
	VERDICT_SKIP, /* not seen, or of no meaning here; the evidence says why */
};

/* What one check found; both texts are one line. */
struct finding {
	enum verdict verdict;
	bool blocked; /* skipped, since a check that it needs fails */
	char evidence[FINDING_TEXT_MAX];
	char fix[FINDING_TEXT_MAX]; /* "": nothing to mend, or not known */
};

/* What has to be there for a check to mean anything. */
enum check_input {
	INPUT_ANYTHING, /* it says itself what it could not see */
	INPUT_TREE,
	INPUT_HOST, /* a running board, or a recorded one */
};

/* A row of the table. */
struct check {
	const char *name;
	enum check_stage stage;
	enum check_input input;
	const char *what;		    /* it looks at */
	const char *needs[CHECK_NEEDS_MAX]; /* earlier checks without which it means nothing */
	void (*run)(const struct facts *facts, struct finding *out);

	/* instead, where it is about an option of the kernel's configuration */
	void (*run_option)(const char *option, const struct facts *facts, struct finding *out);
	const char *option;

	/* the long story */
	const char *cause, *see, *source;
	const char *fix; /* NULL: that of reason */
	enum reason reason;

	bool before_bind; /* where it fails, the kernel will refuse a device */
};

/* Rows that stand in one file. */
struct checks {
	const struct check *v;
	size_t n;
};

extern const struct checks checks_of_tree, checks_of_streams, checks_of_uboot;
extern const struct checks checks_of_kernel, checks_of_driver, checks_of_devices;
extern const struct checks checks_of_vmm;

/* Row number i of the whole table, stage after stage; NULL: there are no more. */
const struct check *check_at(size_t i);

/* The row of that name; NULL: there is none. */
const struct check *check_named(const char *name) __attribute__((nonnull));

/* Judge the facts by every row; out has a place for each. */
void checks_run(const struct facts *facts, struct finding out[static CHECKS_MAX])
	__attribute__((nonnull));

/*
 * Judge the facts by the rows that decide a bind, up to the first that fails; it is
 * returned, with what it found in *out.  NULL: none does.  What else a row needs is
 * for its words alone.
 *
 * A row that cannot be sure is not among them: the kernel's answer is better, and
 * a failed bind is undone.
 */
const struct check *checks_before_bind(const struct facts *facts, struct finding *out)
	__attribute__((nonnull));

/* What mends what the check is about, in one line. */
const char *check_fix(const struct check *c) __attribute__((nonnull));

const char *check_stage_name(enum check_stage s);
const char *verdict_name(enum verdict v);

/* Store a verdict and its evidence; without a fix the row's is added later. */
void finding_set(struct finding *out, enum verdict v, const char *fmt, ...)
	__attribute__((format(printf, 3, 4), nonnull));

/* Store a failure that explain.h has the texts for: "context: text", and the fix. */
void finding_explain(struct finding *out, enum reason r, const char *context)
	__attribute__((nonnull));

/* Store a verdict with the texts of a fault. */
void finding_fault(struct finding *out, enum verdict v, const struct fault *f)
	__attribute__((nonnull));

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check - the readiness checks: a table of rows, each a pure function over facts.
 *
 * No I/O: facts.h reads the facts, from a running board, a recorded one, or a tree.
 */
#ifndef IMXPT_CHECK_CHECK_H
#define IMXPT_CHECK_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "vfio/step.h"

#define FINDING_TEXT_MAX FAULT_TEXT_MAX /* bytes of a text, with its NUL */
#define CHECKS_MAX 64

struct facts;
struct file_facts;
struct vmm_user;

/* In the order in which things happen on a board. */
enum check_stage {
	CHECK_TREE,
	CHECK_UBOOT,
	CHECK_KERNEL,
	CHECK_DRIVER,
	CHECK_DEVICES,
	CHECK_VMM,
	CHECK_FIRMWARE, /* the last rows; only with --ask-firmware */
};

enum verdict {
	VERDICT_OK,
	VERDICT_NOTE, /* true and worth knowing; there is nothing to fix on this board */
	VERDICT_WARN, /* it works, or may work; look at it */
	VERDICT_FAIL,
	VERDICT_SKIP, /* not checked; the evidence says why */
};

#define N_VERDICTS (VERDICT_SKIP + 1)

/* What one check found; both texts are one line, as text_format() makes it. */
struct finding {
	const struct check *check; /* the row that found it */
	enum verdict verdict;
	bool not_seen;		     /* skipped: the facts could not be read */
	const struct check *blocker; /* skipped: this row failed, which it needs; or NULL */
	char evidence[FINDING_TEXT_MAX];
	char fix[FAULT_FIX_MAX]; /* "": nothing to fix, or not known */
};

/* The facts without which a check is skipped as not seen. */
enum check_input {
	INPUT_ANYTHING, /* the check itself says what it could not see */
	INPUT_TREE,
	INPUT_UBOOT, /* the tree, and what U-Boot does to it */
	INPUT_HOST,  /* a running board, or a recorded one */
	INPUT_CONFIG,
	INPUT_LOG, /* the kernel's */
	INPUT_QEMU,
	INPUT_CROSVM,
	INPUT_FIRMWARE, /* what the system controller answers */
};

/* A row of the table. */
struct check {
	const char *name;
	enum check_stage stage;
	enum check_input input;
	const char *what; /* the statement that the check is about */
	/*
	 * Names of earlier checks with a space between them; if one fails, that explains all
	 * that this one could find.  NULL: none.
	 */
	const char *needs;
	/* Store what it finds in *out, whose check is this row; without a fix the row's is used. */
	void (*run)(const struct facts *facts, struct finding *out);
	const char *option; /* of the kernel's configuration, for a row about one; or NULL */
	const char *cause, *see, *fix, *source;
	bool needs_patch; /* 'patched' explains what it finds on the board's own tree */
	bool before_bind; /* where it fails, the kernel refuses a device */
	bool is_danger;	  /* where it fails, the guest can harm the host */
};

/* The rows of each source file, ended by one without a name. */
extern const struct check checks_of_tree[], checks_of_streams[], checks_of_uboot[];
extern const struct check checks_of_kernel[], checks_of_driver[], checks_of_devices[];
extern const struct check checks_of_log[], checks_of_vmm[], checks_of_firmware[];

/* Row i of the whole table, stage after stage; NULL: there are no more. */
const struct check *check_at(size_t i);

/* The row of that name, in which '_' may stand for '-'; NULL: there is none. */
const struct check *check_named(const char *name) __attribute__((nonnull));

/* Does c need the other check? */
bool check_needs(const struct check *c, const struct check *other) __attribute__((nonnull));

/*
 * Run every row, those of the firmware only where it was asked, and store its finding at the
 * row's index.  Returns their number.
 */
size_t checks_run(const struct facts *facts, struct finding out[static CHECKS_MAX])
	__attribute__((nonnull));

/*
 * Run the rows with before_bind, unless all devices are bound, and unless force those with
 * is_danger, up to the first that fails.  Returns true and its finding in *out if one fails.  Their needs are ignored.
 */
bool checks_before_bind(const struct facts *facts, bool force, struct finding *out)
	__attribute__((nonnull));

const char *check_stage_name(enum check_stage s);
const char *verdict_name(enum verdict v);

/* Store a verdict and its evidence, which fmt says; no argument may point into *out. */
void finding_set(struct finding *out, enum verdict v, const char *fmt, ...)
	__attribute__((format(printf, 3, 4), nonnull));

/* Store a fix that fits this evidence better than the row's. */
void finding_fix(struct finding *out, const char *fix) __attribute__((nonnull));

/* Skip the check since the check of that name failed. */
void finding_blocked(struct finding *out, const char *name) __attribute__((nonnull));

#define NO_VERSION "/proc/sys/kernel/osrelease has no version"
#define NO_CMDLINE "/proc/cmdline cannot be read"
#define NO_INTERRUPTS "/proc/interrupts cannot be read"

/* Skip the check since its facts could not be read, for the reason why. */
void finding_not_seen(struct finding *out, const char *why) __attribute__((nonnull));

/* Store a failure that step.h has the text for: "subject: text". */
void finding_explain(struct finding *out, enum reason r, const char *subject)
	__attribute__((nonnull));

/* Skip the check if the device file of a group cannot be seen.  Returns true then. */
bool finding_group_unseen(struct finding *out, const struct facts *facts)
	__attribute__((nonnull));

/*
 * Store whether the user may open the file at path: if not, a failure for a user that was
 * named, else a warning.  Also a warning: only root may, and no user was named.
 */
void finding_access(struct finding *out, const char *path, const struct file_facts *file,
		    const struct vmm_user *user) __attribute__((nonnull));

/* Store a verdict with the text of a fault, and with its fix where it has one. */
void finding_fault(struct finding *out, enum verdict v, const struct fault *f)
	__attribute__((nonnull));

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guest - the passed devices and what they depend on, for any VMM.
 *
 * No I/O.
 */
#ifndef IMXPT_GUEST_GUEST_H
#define IMXPT_GUEST_GUEST_H

#include "guest/deps.h"
#include "profile/profile.h"

#define GUEST_MAC_SIZE 6

/*
 * The guest's kernel needs these arguments, or it switches off clocks and power domains
 * that no driver in the guest uses.
 */
#define GUEST_KERNEL_ARGUMENTS "clk_ignore_unused pd_ignore_unused"

#define LINE_WORDS_MAX 512

/* A VMM and its arguments; line_free() frees the words. */
struct command_line {
	char *v[LINE_WORDS_MAX]; /* owned */
	size_t n;
};

/*
 * Add a copy of a word, or of an option and its value.
 * -E2BIG: more than LINE_WORDS_MAX words.
 */
int line_add(struct command_line *l, const char *word, struct fault *f)
	__attribute__((nonnull, warn_unused_result));
int line_add_two(struct command_line *l, const char *name, const char *value, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Free it; a zeroed one is allowed. */
void line_free(struct command_line *l) __attribute__((nonnull));

/* What a guest's tree is made of; all of it is borrowed. */
struct guest {
	const struct profile *profile;
	const struct tree *host;	      /* the board's tree */
	const int *pass;		      /* nodes of host, as the profile's pass */
	const struct deps *deps;	      /* of these nodes */
	const bool *pads;		      /* PAD_LAST marks, of pads_of_plan() */
	const uint8_t *mac[PROFILE_PASS_MAX]; /* of each passed device; NULL: not given */
};

/* Is the device an Ethernet port, by its alias? */
bool guest_is_ethernet(const struct pass *p) __attribute__((nonnull));

/* Are the bytes a MAC that Linux accepts (is_valid_ether_addr())? */
bool guest_mac_is_valid(const void *mac, size_t size) __attribute__((nonnull));

/*
 * The MAC of passed device i: the given one, else the one that Linux's
 * of_get_mac_address() reads in the host's node; NULL: none.
 */
const uint8_t *guest_mac(const struct guest *g, size_t i) __attribute__((nonnull));

/*
 * Check the references of a finished tree.
 * -EINVAL: one is broken, and where it is.
 */
int guest_check_refs(const struct tree *made, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Warnings: what a guest lacks, or cannot use, although its tree can be made. */

enum warning_kind {
	WARNING_DROPPED,  /* the node's property refers to a node that is dropped */
	WARNING_MAILBOX,  /* the passed mailbox has no alias for the controller's interrupts */
	WARNING_DISABLED, /* the node is copied, and is disabled */
	WARNING_PAD,	  /* the node sets a pad that is not assigned to the guest */
	WARNING_MAC,	  /* the port has no MAC */
};

struct warning {
	enum warning_kind kind;
	int node;	      /* of the board's tree */
	const char *property; /* of that node; NULL: none */
	int target;	      /* DROPPED: the node that the guest does not get; else -1 */
	const char *reason;   /* DROPPED: why not; else NULL */
	uint32_t pad;	      /* PAD */
};

struct warnings {
	/* references and mailboxes, then copied nodes, then ports */
	struct warning *v;
	size_t n;
};

/* "dropped", "mailbox", "disabled", "pad" or "mac" */
const char *warning_kind_name(enum warning_kind kind) __attribute__((returns_nonnull));

/* Find them.  warnings_free() frees them; they point into g's trees and dependencies. */
int warnings_find(const struct guest *g, struct warnings *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Free it; a zeroed one is allowed. */
void warnings_free(struct warnings *w) __attribute__((nonnull));

#define WARNING_TEXT_MAX 2048

/* What is wrong with the warning's node, and what follows: written to buf, or a constant. */
const char *warning_text(const struct warning *w, const struct tree *host,
			 char buf[static WARNING_TEXT_MAX])
	__attribute__((nonnull, returns_nonnull));

#endif

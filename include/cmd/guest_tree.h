/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guest_tree - what guest and overlay share: the board's tree, what its passed devices
 * depend on, the tree that is made for the guest, and the report on it.
 */
#ifndef IMXPT_CMD_GUEST_TREE_H
#define IMXPT_CMD_GUEST_TREE_H

#include "base/json.h"
#include "cmd/files.h"
#include "dt/edit.h"
#include "guest/guest.h"
#include "host/resolve.h"
#include "host/resource.h"

struct guest_tree {
	const struct options *o;
	struct loaded_profile profile;
	struct loaded_tree host;
	struct resolved board; /* in the tree host */
	struct deps deps;
	struct guest guest;
	struct warnings warnings;
	bool pads[PAD_LAST];
	uint8_t mac[PROFILE_PASS_MAX][GUEST_MAC_SIZE]; /* those read from the running host */
	bool misused;				       /* the command line is wrong */

	/* by the command, after guest_tree_open() */
	struct edits edits;
	struct loaded_tree made; /* by guest_tree_make() */
};

/*
 * Read the profile and the board's tree of g's options, the only field that is set, and find
 * what the guest gets.  guest_tree_end() must follow, also after an error.
 */
int guest_tree_open(struct guest_tree *g, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Apply the edits, and open the tree that they make. */
int guest_tree_make(struct guest_tree *g, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Unless ret is an error, write the made tree and report on it, as output_write() does.
 * Free all, and return the exit status.
 */
enum status guest_tree_end(struct guest_tree *g, int ret,
			   int (*report)(const void *work, struct fault *f), const void *work,
			   struct fault *f) __attribute__((nonnull, warn_unused_result));

/*
 * Print each warning as a line for people, and with -n or -v, but not for JSON, the edits
 * and what the host's nodes have and their copies do not.
 */
void print_guest_report(const struct guest_tree *g) __attribute__((nonnull));

/* Add the lists "edits", "dropped" and "warnings" to a JSON object. */
void json_guest_plan(struct json *j, const struct guest_tree *g) __attribute__((nonnull));

#endif

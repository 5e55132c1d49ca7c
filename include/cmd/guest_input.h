/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guest_input - what guest and overlay share: the board's tree, what its passed devices
 * depend on, and the report on it.
 */
#ifndef IMXPT_CMD_GUEST_INPUT_H
#define IMXPT_CMD_GUEST_INPUT_H

#include "base/json.h"
#include "cmd/files.h"
#include "dt/edit.h"
#include "guest/guest.h"
#include "host/resolve.h"
#include "host/resource.h"

struct guest_input {
	const struct options *o;
	struct loaded_profile profile;
	struct loaded_tree host;
	struct resolved board; /* in the tree host */
	struct deps deps;
	struct guest guest;
	struct warnings warnings;
	bool pads[PAD_LAST];
	struct mac mac[PROFILE_PASS_MAX]; /* those read from the running host */
	bool misused;			  /* the command line is wrong */
};

/*
 * Read the profile and the board's tree of the options, and find what the guest gets.
 * guest_input_close() must follow, also after an error.
 */
int guest_input_open(struct guest_input *w, const struct options *o, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

void guest_input_close(struct guest_input *w) __attribute__((nonnull));

/*
 * Print each warning as a line for people, and with -n or -v, but not for JSON, the edits
 * and what the host's nodes have and their copies do not.
 */
void print_guest_report(const struct guest_input *w, const struct edits *l)
	__attribute__((nonnull));

/* Add the lists "edits", "dropped" and "warnings" to a JSON object. */
void json_guest_plan(struct json *j, const struct guest_input *w, const struct edits *l)
	__attribute__((nonnull));

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deps_dot - what devices depend on, as a graph for dot(1) of Graphviz.
 */
#ifndef IMXPT_CMD_DEPS_DOT_H
#define IMXPT_CMD_DEPS_DOT_H

#include <stdio.h>

#include "guest/deps.h"

/* What is drawn; all of it is borrowed. */
struct graph {
	const struct deps *deps;
	const struct ref *const *users; /* references of the host to a device */
	size_t n_users;
	const char *profile, *tree; /* names, for the title */
};

/*
 * Write the graph: each node once, and from one node to another at most one arrow of a
 * kind, with all properties that it stands for.
 * -ENOMEM: nothing is written.
 */
int print_dot(FILE *out, const struct graph *g, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif

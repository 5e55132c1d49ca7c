/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report - what commands print: lines for people, edits, DTS, and graphs.
 */
#ifndef IMXPT_CMD_REPORT_H
#define IMXPT_CMD_REPORT_H

#include <stdio.h>

#include "base/json.h"
#include "cmd/command.h"
#include "dt/edit.h"
#include "dt/tree.h"
#include "guest/deps.h"
#include "guest/guest.h"

/* Lines for people.  Each is one line on standard error; --quiet prints none. */

/* "imxpt: COMMAND: " and what fmt says. */
void print_info(const struct options *o, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), nonnull));

/* The same, with "warning: " before what fmt says. */
void print_warning(const struct options *o, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), nonnull));

/*
 * Check the user's arguments for another program before they become a line for a shell,
 * where a quoted word has '?' for what is not printable.
 * -EINVAL: one has a character that is not printable.
 */
int operands_check(const struct options *o, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* End the document and write it to standard output.  -ENOMEM: nothing is written. */
int json_print(struct json *j, struct fault *f) __attribute__((nonnull, warn_unused_result));

/* Edits. */

/* Print a line for each edit, with its reason; a terminal gets wrapped lines. */
void print_edits(FILE *out, const struct edits *l) __attribute__((nonnull));

/* Add the same as the list "edits" to a JSON object. */
void json_edits(struct json *j, const struct edits *l) __attribute__((nonnull));

/* Add the path of a node of t to a JSON object; -1: null. */
void json_node(struct json *j, const char *key, const struct tree *t, int node)
	__attribute__((nonnull(1, 3)));

/* Add the words of a VMM's command line as the list "argv" to a JSON object. */
void json_command_line(struct json *j, const struct command_line *l) __attribute__((nonnull));

/* DTS, as dtc reads it. */

/*
 * Write the value of a property: as strings if all of it is printable strings, else as
 * cells if its size allows that, else as bytes.  Of size 0 nothing is written.
 */
void dts_write_value(FILE *out, const void *value, size_t size) __attribute__((nonnull(1)));

/* Write the whole tree. */
void dts_write_tree(FILE *out, const struct tree *t) __attribute__((nonnull));

/*
 * Write the draft of a profile for these devices of t, with comments on what to look at.
 * Errors as draft_make().
 */
int dts_write_draft(FILE *out, const struct tree *t, struct nodes devices, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* A graph for dot(1) of Graphviz: what devices depend on. */

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
int dot_write_graph(FILE *out, const struct graph *g, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif

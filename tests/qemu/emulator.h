/* SPDX-License-Identifier: Apache-2.0 */
/*
 * emulator - a QEMU that is stopped before its first instruction, and its QMP.
 */
#ifndef IMXPT_TESTS_QEMU_EMULATOR_H
#define IMXPT_TESTS_QEMU_EMULATOR_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

struct json_object;

#define EMULATOR_TALK_MAX 4096

struct emulator {
	pid_t pid;
	FILE *to, *from; /* QMP */
	FILE *talk;	 /* what it writes to standard error */
};

/* How it ended. */
struct ending {
	bool killed;		      /* by a signal, for example of a failed assertion */
	int status;		      /* exit status; or the signal */
	char talk[EMULATOR_TALK_MAX]; /* the start of what it wrote to standard error */
};

/*
 * Start argv[0] with QMP on its standard input and output.  It is killed after a
 * minute, so that a test with a QEMU that hangs fails.  Errors of the machine, such as
 * out of memory, end the program with a message.
 */
void emulator_start(struct emulator *e, char *const argv[]);

/* End it with QMP's "quit", unless it has ended, and wait for it. */
void emulator_end(struct emulator *e, struct ending *out);

/*
 * Get the value of a property of the object at path, or the list of the object's
 * properties, for the caller to json_object_put(); NULL: an error, or QEMU has ended.
 */
struct json_object *emulator_get(struct emulator *e, const char *path, const char *property);
struct json_object *emulator_list(struct emulator *e, const char *path);

#endif

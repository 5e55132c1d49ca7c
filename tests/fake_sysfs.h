/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fake_sysfs - a kernel with some devices, in place of what src/vfio calls.
 *
 * It is linked instead of base/sysroot, vfio/run_modules and vfio/group_device_udev, keeps
 * to the rules of the driver core and of vfio-platform, and fails where a test asks for it.
 */
#ifndef IMXPT_TESTS_FAKE_SYSFS_H
#define IMXPT_TESTS_FAKE_SYSFS_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "vfio/snapshot.h"

#define FAKE_DEVICES_MAX 8
#define FAKE_GROUP 5 /* the number the kernel gives to the one group there is */

struct fake_device {
	char name[NAME_SIZE];
	char node[PATH_SIZE + 1]; /* "": none, as of a device that no tree named */
	char driver[NAME_SIZE], override[OVERRIDE_SIZE];
	char match[NAME_SIZE]; /* the driver that matches it */
	bool no_iommus, no_compatible, not_coherent;
	int probe_err; /* what its probe fails with, by any driver */
	bool in_group; /* the kernel has seen it by now */
	bool gone;     /* it was removed */
};

enum fake_kernel {
	FAKE_5_10,
	FAKE_6_1,
	FAKE_6_12,
	FAKE_7_1
};

struct fake {
	struct fake_device devices[FAKE_DEVICES_MAX];
	size_t n;
	enum fake_kernel kernel;
	bool live, no_smmu, no_module, loaded, no_parameter, reset_required,
		load_ignores_option;
	const char *group;	 /* what the links to the group say; NULL: FAKE_GROUP */
	const char *link_driver; /* what all driver links end with; NULL: the driver */
	bool long_override;	 /* there is more of it than a buffer may hold */
	bool no_node;		 /* VFIO makes no group devices */
	bool held;		 /* process 77 has the group open */
	bool hidden;		 /* but its files cannot be seen */
	uid_t owner;		 /* of the group device */
	unsigned int waited_ms;	 /* for it, at most */

	int calls, writes;	   /* calls of these functions; those that change something */
	int fail_call, fail_write; /* which one fails, counted from 1; 0: none */
	bool fail_on;		   /* all later ones fail too */
	int fail_err;		   /* positive errno */
	int signal_write;	   /* a signal comes with this one */
	int signal;		   /* which one; 0: SIGTERM */
	int kill_write;		   /* the process ends after this one: to killed */
	int steal_write; /* after this one the host's driver takes the device rival */
	int vanish_call; /* before this one the device rival is removed */
	size_t rival;
	jmp_buf killed;
	bool no_lock; /* it cannot be created */
	FILE *log;    /* gets each step of a run; NULL: none */
	bool blocked; /* an unbind would have waited for a user for ever */
};

extern struct fake fake;

#endif

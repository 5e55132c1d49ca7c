/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fake_board - the devices of imx8qm-fec1 on the kernel of fake_sysfs.h, and
 * what bind and unbind do to them.
 */
#ifndef IMXPT_TESTS_FAKE_BOARD_H
#define IMXPT_TESTS_FAKE_BOARD_H

#include "fake_sysfs.h"
#include "vfio/run.h"

/* Add a device to the fake kernel, with the driver that it has and that matches it. */
struct fake_device *fake_add(const char *name, const char *node, const char *driver);

/* Count calls from here on, and forget what was planned with the earlier ones. */
void fake_calm(void);

/* The three devices of imx8qm-fec1 on Linux 6.12, vfio-platform loaded, none bound. */
void fake_boot(void);

/* The stock drivers have the devices, and an override is set. */
void boot_with_drivers(void);

/*
 * Ways to begin: four with the devices of imx8qm-fec1, of which three are
 * boot_with_drivers() with or without a difference, and one for each built-in profile.
 */
#define N_BOOTS (4 + n_builtin_profiles)
void boot_number(size_t i);

extern struct fake at_start; /* for is_as_booted(); the test sets it */

/* Plan and run, as the commands do. */
enum run_result bind_all(struct fault *f);
enum run_result bind_for(const struct owner *owner, struct fault *f);
enum run_result release_all(struct fault *f);

/* For that owner, with last after the steps, which gets the address of answer. */
enum run_result bind_and(const struct owner *owner,
			 int (*last)(void *last_arg, struct fault *f), int answer,
			 struct fault *f);

/* Let signals through again, which a run has blocked. */
void unblock_signals(void);

/* Are all devices of the profile bound to vfio-platform, by its override? */
bool is_bound(void);

/* Has none of them vfio-platform, nor its override? */
bool is_free(void);

/*
 * Are drivers, overrides and the module as they were, except for devices that are gone?  A
 * group, once made, stays.
 */
bool is_as_booted(void);

#endif

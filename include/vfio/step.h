/* SPDX-License-Identifier: Apache-2.0 */
/*
 * step - the steps that bind devices to vfio-platform or give them back, as data, and why
 * one fails.
 *
 * No I/O.  A planner reads a snapshot and lists only what is not done yet: no step
 * means that there is nothing to do.  Steps borrow their texts from the snapshot that
 * they were planned from.
 */
#ifndef IMXPT_VFIO_STEP_H
#define IMXPT_VFIO_STEP_H

#include <stdbool.h>

#include "base/fault.h"
#include "base/text.h"
#include "vfio/snapshot.h"

/* bytes of step_shell(): two words, each quoted, and what is around them */
#define STEP_TEXT_MAX (TEXT_QUOTED_SIZE(NAME_SIZE + 64) + TEXT_QUOTED_SIZE(OVERRIDE_SIZE) + 32)

enum step_op {
	STEP_LOAD,     /* insert vfio-platform's module with reset_required=0 */
	STEP_OVERRIDE, /* only the driver arg may take the device; "": any that fits */
	STEP_UNBIND,   /* take the device from the driver arg */
	STEP_BIND,     /* give the device to the driver arg */
	STEP_PROBE,    /* let the kernel look for a driver */
};

struct step {
	enum step_op op;
	size_t device;	 /* its number in the snapshot; LOAD: none */
	const char *arg; /* borrowed; LOAD, PROBE: NULL */
	const char *why; /* for people */
};

/* Loading, and of every device at most: unbind, override, bind, override. */
#define STEPS_MAX (1 + 4 * PROFILE_PASS_MAX)

struct steps {
	struct step v[STEPS_MAX];
	size_t n;
};

/*
 * Can VFIO use the groups that the devices are in?  Not if another member is bound to a
 * driver of the host.
 * -EBUSY: it cannot; the text names the member.
 */
int steps_check_groups(const struct snapshot *s, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Plan how to bind to vfio-platform: for each device override, unbind, bind.  In this
 * order no other driver can take the device in between.
 * -ENODEV: a device is missing; -EBUSY: as above; -EPERM: the module was
 * loaded with reset_required=Y.
 */
int steps_to_bind(const struct snapshot *s, struct steps *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Plan how to give the devices back to the drivers that the kernel finds. */
void steps_to_release(const struct snapshot *s, struct steps *out) __attribute__((nonnull));

/*
 * Plan how to get from now to start, for the touched devices only.  It is not the other
 * plan backwards: the kernel refuses the old driver as long as the override names
 * another.  A device that is no longer there has no steps.  Both snapshots are of one
 * profile.
 */
void steps_to_restore(const struct snapshot *now, const struct snapshot *start,
		      const bool touched[static PROFILE_PASS_MAX], struct steps *out)
	__attribute__((nonnull));

/*
 * The file that a step writes, below the root directory, and the text that it writes.
 * buf has PATH_SIZE bytes and is returned.  LOAD writes none.
 */
const char *step_path(const struct snapshot *s, const struct step *step, char *buf)
	__attribute__((nonnull));
const char *step_value(const struct snapshot *s, const struct step *step)
	__attribute__((nonnull));

/* The step as a line for a shell; buf has STEP_TEXT_MAX bytes and is returned. */
const char *step_shell(const struct snapshot *s, const struct step *step, char *buf)
	__attribute__((nonnull));

/* "override", "bind", ... */
const char *step_name(enum step_op op);

/*
 * Why a device cannot be bound, and how to fix it: one table of texts, for a check before
 * a bind and for a bind that failed.
 */

enum reason {
	REASON_NO_DRIVER,
	REASON_NO_DEVICE,
	REASON_RESET,
	REASON_RESET_IGNORED,
	REASON_NO_IOMMUS,
	REASON_NO_SMMU,
	REASON_BAD_STREAM,
	REASON_NOT_COHERENT,
	REASON_NO_COMPATIBLE,
	REASON_DEFERRED,
	REASON_BUSY,
	REASON_NOT_ROOT,
	REASON_HIDDEN,
	REASON_OTHER, /* the errno says all that is known */
};

/* The fix of a reason that a check has as its row's, too. */
#define FIX_NO_DRIVER "build the kernel with CONFIG_VFIO_PLATFORM=m, and install its modules"
#define FIX_NO_DEVICE                                                                   \
	"boot a tree in which the passed nodes are enabled and have no power-domains: " \
	"'imxpt patch' makes it"
#define FIX_RESET                                                                         \
	"run 'modprobe -r vfio_platform', then 'imxpt bind'; if the driver is built in, " \
	"add vfio_platform.reset_required=0 to the kernel command line"
#define FIX_RESET_IGNORED                                                                 \
	"use Linux 5.10, 5.15, or 6.3 and later, or apply commit 168a9c91fe0a to 6.1 or " \
	"6.2"
#define FIX_NO_IOMMUS                                                                \
	"boot a host tree made by 'imxpt patch', which gives every passed node its " \
	"iommus"
#define FIX_NO_SMMU                                                                      \
	"build the kernel with CONFIG_ARM_SMMU, and enable the SMMU in the tree; dmesg " \
	"| grep arm-smmu shows whether the driver failed"
#define FIX_BAD_STREAM                                                                 \
	"boot a host tree made by 'imxpt patch'; dmesg | grep arm-smmu shows whether " \
	"the SMMU refused the stream id or mask in iommus"
#define FIX_NOT_COHERENT                                                       \
	"add dma-coherent to the passed nodes: 'imxpt patch' does it without " \
	"--as-documented"
#define FIX_NO_COMPATIBLE                                                          \
	"boot a host tree made by 'imxpt patch', which gives every passed node a " \
	"compatible"
#define FIX_DEFERRED                                                                  \
	"boot a host tree made by 'imxpt patch', which deletes the suppliers of the " \
	"passed nodes; /sys/kernel/debug/devices_deferred names what is missing"

struct explanation {
	const char *text; /* what is wrong; NULL: of REASON_OTHER */
	const char *fix;  /* what to do; NULL: not known */
};

/* The texts of a reason. */
const struct explanation *explanation_of(enum reason r) __attribute__((returns_nonnull));

/*
 * Why a bind of the device to vfio-platform failed with the negative errno err.  The
 * snapshot is of after that, with snapshot_read_causes().  Linux 5.10 answers ENODEV to
 * any failure; later kernels pass on the driver's errno (drivers/base/bus.c,
 * bind_store(); drivers/vfio/platform/vfio_platform_common.c; drivers/vfio/group.c).
 */
enum reason explain_bind(const struct snapshot *s, size_t device, int err)
	__attribute__((nonnull));

/*
 * Why a bind of the device is going to fail.  REASON_OTHER: nothing that can be seen
 * prevents it.
 */
enum reason explain_before(const struct snapshot *s, size_t device) __attribute__((nonnull));

/* Store code, "context: text" and the fix of a reason.  Returns code. */
int explain(struct fault *f, int code, enum reason r, const char *context, ...)
	__attribute__((format(printf, 4, 5), nonnull(1, 4)));

#endif

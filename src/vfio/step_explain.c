/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "vfio/step.h"

static const struct explanation table[] = {
	[REASON_NO_DRIVER] = {
		"the kernel has no such driver",
		"build the kernel with CONFIG_VFIO_PLATFORM, as a module or built in",
	},
	[REASON_NO_DEVICE] = {
		"no platform device has this node",
		"see whether the running tree has the node with status = \"okay\": U-Boot disables one "
		"whose power-domains it does not own; 'imxpt patch' makes the tree",
	},
	[REASON_RESET] = {
		"it was loaded with reset_required=Y, and no reset driver exists for these devices",
		"unload it with 'modprobe -r vfio_platform' and run this again; if it is built in, "
		"add vfio_platform.reset_required=0 to the kernel command line",
	},
	[REASON_RESET_IGNORED] = {
		"Linux 6.1 and 6.2 require a reset driver in spite of reset_required=0",
		"use Linux 5.10, 5.15, or 6.3 and later, or apply its commit 168a9c91fe0a",
	},
	[REASON_NO_IOMMUS] = {
		"it is in no IOMMU group, since its node has no iommus",
		"boot a host tree made by 'imxpt patch'",
	},
	[REASON_NO_SMMU] = {
		"it is in no IOMMU group, since no IOMMU driver is active",
		"build the kernel with CONFIG_ARM_SMMU, and enable the SMMU in the tree",
	},
	[REASON_BAD_STREAM] = {
		"it is in no IOMMU group, since the SMMU refused it",
		"see the kernel's log: the stream id or mask in its iommus is out of range or "
		"overlaps another's",
	},
	[REASON_NOT_COHERENT] = {
		"its node has no dma-coherent, which VFIO requires since Linux 5.19",
		"boot a host tree made by 'imxpt patch' without --as-documented",
	},
	[REASON_NO_COMPATIBLE] = {
		"its node has no compatible",
		"boot a host tree made by 'imxpt patch'",
	},
	[REASON_DEFERRED] = {
		"it waits for a power domain, a clock or another supplier",
		"boot a host tree made by 'imxpt patch', which takes these out of the node; "
		"/sys/kernel/debug/devices_deferred names what is missing",
	},
	[REASON_BUSY] = {
		"it is taken, or a user of VFIO holds its IOMMU group",
		"see 'imxpt status', and stop the virtual machine that has the group",
	},
	[REASON_NOT_ROOT] = {
		"only root may do this",
		"run it as root",
	},
	[REASON_HIDDEN] = {
		"this kernel does not report why",
		"see the last lines of the kernel's log, and /sys/kernel/debug/devices_deferred",
	},
	[REASON_OTHER] = { NULL, NULL },
};

const struct explanation *explanation_of(enum reason r)
{
	return &table[r];
}

static enum reason explain_no_group(const struct snapshot *s, const struct device *d)
{
	if (!d->has_iommus)
		return REASON_NO_IOMMUS;
	return s->has_iommu ? REASON_BAD_STREAM : REASON_NO_SMMU;
}

static enum reason explain_invalid(const struct snapshot *s, const struct device *d)
{
	if (!d->has_compatible)
		return REASON_NO_COMPATIBLE;
	return d->group == GROUP_NONE ? explain_no_group(s, d) : REASON_NOT_COHERENT;
}

static enum reason explain_nodev(const struct snapshot *s, const struct device *d)
{
	if (s->reset == RESET_REQUIRED)
		return REASON_RESET;
	if (!d->has_compatible)
		return REASON_NO_COMPATIBLE;
	return d->group == GROUP_NONE ? explain_no_group(s, d) : REASON_HIDDEN;
}

enum reason explain_bind(const struct snapshot *s, size_t device, int err)
{
	const struct device *d = &s->devices[device];

	switch (-err) {
	case ENOENT:
		if (!s->has_driver)
			return REASON_NO_DRIVER;
		return s->reset == RESET_REQUIRED ? REASON_RESET : REASON_RESET_IGNORED;
	case ENODEV:
		return explain_nodev(s, d);
	case EINVAL:
		return explain_invalid(s, d);
	case EAGAIN:
		return REASON_DEFERRED;
	case EBUSY:
		return REASON_BUSY;
	case EPERM:
	case EACCES:
		return REASON_NOT_ROOT;
	default:
		return REASON_OTHER;
	}
}

enum reason explain_before(const struct snapshot *s, size_t device)
{
	const struct device *d = &s->devices[device];

	if (!d->has_compatible)
		return REASON_NO_COMPATIBLE;
	/* Linux before 6.15 creates the group at the bind */
	if (d->group != GROUP_NONE || (d->has_iommus && s->has_iommu))
		return REASON_OTHER;
	return explain_no_group(s, d);
}

int explain(struct fault *f, int code, enum reason r, const char *context, ...)
{
	const struct explanation *e = explanation_of(r);
	char text[FAULT_TEXT_MAX];
	va_list ap;

	va_start(ap, context);
	vsnprintf(text, sizeof(text), context, ap);
	va_end(ap);
	if (!e->text)
		return fault_set(f, code, "%s", text);
	fault_set(f, code, "%s: %s", text, e->text);
	return fault_fix(f, "%s", e->fix);
}

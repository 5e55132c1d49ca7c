/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "vfio/step.h"

static void add(struct steps *l, enum step_op op, size_t device, const char *arg,
		const char *why)
{
	l->v[l->n++] = (struct step){ op, device, arg, why };
}

/* Drivers that leave DMA to user space, so that VFIO accepts their devices in a group. */
static bool is_harmless(const char *driver)
{
	return !*driver || !strncmp(driver, "vfio", 4) || !strcmp(driver, "pci-stub");
}

/* echo takes "-n" for an option, and some shells' echo a backslash for more. */
static bool echo_prints(const char *value)
{
	return *value != '-' && !strchr(value, '\\');
}

/* A line for a shell that writes value to the file at path; buf has STEP_TEXT_MAX bytes. */
static const char *write_line(const char *path, const char *value, char *buf)
{
	char file[NAME_SIZE + 64], quoted_file[TEXT_QUOTED_SIZE(sizeof(file))],
		word[TEXT_QUOTED_SIZE(OVERRIDE_SIZE)] = "";

	snprintf(file, sizeof(file), "/%s", path);
	text_quote(quoted_file, sizeof(quoted_file), file);
	if (*value)
		text_quote(word, sizeof(word), value);
	snprintf(buf, STEP_TEXT_MAX, "%s%s%s > %s",
		 echo_prints(value) ? "echo" : "printf '%s\\n'", *value ? " " : "", word,
		 quoted_file);
	return buf;
}

static const char *unbind_path(const char *driver, char *buf)
{
	return path_format(buf, PATH_PLATFORM "/drivers/%s/unbind", driver);
}

/* the sentences around the command, with what bind adds */
_Static_assert(FAULT_FIX_MAX >= STEP_TEXT_MAX + 160, "a fix would be cut in its command");

static int refuse_member(const struct member *m, struct fault *f)
{
	char path[PATH_SIZE], text[STEP_TEXT_MAX];

	fault_set(f, -EBUSY,
		  "%s is in the IOMMU group of a passed device and bound to the "
		  "driver %s",
		  m->name, m->driver);
	return fault_fix(f,
			 "give it another stream id, or none, in the host tree ('imxpt "
			 "patch' does), or unbind it: %s",
			 write_line(unbind_path(m->driver, path), m->name, text));
}

int steps_check_groups(const struct snapshot *s, struct fault *f)
{
	for (size_t i = 0; i < s->n_members; i++) {
		const struct member *m = &s->members[i];

		/* the profile's devices will be unbound, or are bound to vfio-platform */
		if (!device_named(s, m->name) && !is_harmless(m->driver))
			return refuse_member(m, f);
	}
	return 0;
}

static int check_devices(const struct snapshot *s, struct fault *f)
{
	for (size_t i = 0; i < s->n_devices; i++) {
		if (!*s->devices[i].name)
			return explain(f, -ENODEV, REASON_NO_DEVICE, "%s",
				       s->devices[i].wanted);
	}
	/* it cannot be changed while the module is loaded, and bind would fail */
	if (s->reset == RESET_REQUIRED && devices_bound(s) < s->n_devices)
		return explain(f, -EPERM, REASON_RESET, VFIO_DRIVER);
	return steps_check_groups(s, f);
}

static void plan_bind(const struct device *d, size_t i, struct steps *out)
{
	if (strcmp(d->override, VFIO_DRIVER))
		add(out, STEP_OVERRIDE, i, VFIO_DRIVER, "no other driver may take it");
	if (device_is_bound(d))
		return;
	if (*d->driver)
		add(out, STEP_UNBIND, i, d->driver, "a device has one driver at a time");
	add(out, STEP_BIND, i, VFIO_DRIVER, "vfio-platform gives it to user space");
}

int steps_to_bind(const struct snapshot *s, struct steps *out, struct fault *f)
{
	int ret = check_devices(s, f);

	out->n = 0;
	if (ret)
		return ret;
	if (!s->has_driver)
		add(out, STEP_LOAD, 0, NULL, "no reset driver exists for these devices");
	for (size_t i = 0; i < s->n_devices; i++)
		plan_bind(&s->devices[i], i, out);
	return 0;
}

static void plan_release(const struct device *d, size_t i, struct steps *out)
{
	bool ours = !strcmp(d->override, VFIO_DRIVER);

	/* first, so that its driver may take it again */
	if (ours)
		add(out, STEP_OVERRIDE, i, "", "any matching driver may take it");
	if (device_is_bound(d))
		add(out, STEP_UNBIND, i, VFIO_DRIVER, "user space gives it back");
	if (device_is_bound(d) || (ours && !*d->driver))
		add(out, STEP_PROBE, i, NULL, "the kernel finds its driver");
}

void steps_to_release(const struct snapshot *s, struct steps *out)
{
	out->n = 0;
	/* the last bound is first, since what it needs was bound before it */
	for (size_t i = s->n_devices; i-- > 0;) {
		if (*s->devices[i].name)
			plan_release(&s->devices[i], i, out);
	}
}

static void plan_restore(const struct device *now, const struct device *start, size_t i,
			 struct steps *out)
{
	static const char why[] = "as it was before";
	const char *override = now->override;

	if (strcmp(now->driver, start->driver)) {
		if (*now->driver)
			add(out, STEP_UNBIND, i, now->driver, why);
		/* a driver that matches only by an override does not match without it */
		if (*start->driver && strcmp(override, start->driver)) {
			add(out, STEP_OVERRIDE, i, start->driver, why);
			override = start->driver;
		}
		if (*start->driver)
			add(out, STEP_BIND, i, start->driver, why);
	}
	if (strcmp(override, start->override))
		add(out, STEP_OVERRIDE, i, start->override, why);
}

void steps_to_restore(const struct snapshot *now, const struct snapshot *start,
		      const bool touched[static PROFILE_PASS_MAX], struct steps *out)
{
	out->n = 0;
	for (size_t i = now->n_devices; i-- > 0;) {
		/* a device that was removed during the run cannot be put back */
		if (touched[i] && *now->devices[i].name)
			plan_restore(&now->devices[i], &start->devices[i], i, out);
	}
}

const char *step_path(const struct snapshot *s, const struct step *step, char *buf)
{
	switch (step->op) {
	case STEP_OVERRIDE:
		return path_format(buf, PATH_DEVICES "/%s/driver_override",
				   s->devices[step->device].name);
	case STEP_UNBIND:
		return unbind_path(step->arg, buf);
	case STEP_BIND:
		return path_format(buf, PATH_PLATFORM "/drivers/%s/bind", step->arg);
	case STEP_PROBE:
		return path_format(buf, PATH_PLATFORM "/drivers_probe");
	case STEP_LOAD:
		break;
	}
	return path_format(buf, "%s", "");
}

const char *step_value(const struct snapshot *s, const struct step *step)
{
	return step->op == STEP_OVERRIDE ? step->arg : s->devices[step->device].name;
}

const char *step_shell(const struct snapshot *s, const struct step *step, char *buf)
{
	char path[PATH_SIZE];

	if (step->op != STEP_LOAD)
		return write_line(step_path(s, step, path), step_value(s, step), buf);
	snprintf(buf, STEP_TEXT_MAX, "modprobe " VFIO_DRIVER " reset_required=0");
	return buf;
}

const char *step_name(enum step_op op)
{
	static const char *const names[] = {
		[STEP_LOAD] = "load", [STEP_OVERRIDE] = "override", [STEP_UNBIND] = "unbind",
		[STEP_BIND] = "bind", [STEP_PROBE] = "probe",
	};

	return names[op];
}

static const struct explanation explanations[] = {
	[REASON_NO_DRIVER] = {
		"the kernel has no such driver",
		FIX_NO_DRIVER,
	},
	[REASON_NO_DEVICE] = {
		"no platform device has this node",
		FIX_NO_DEVICE,
	},
	[REASON_RESET] = {
		"it was loaded with reset_required=Y, and no reset driver exists for these devices",
		FIX_RESET,
	},
	[REASON_RESET_IGNORED] = {
		"Linux 6.1 and 6.2 require a reset driver even with reset_required=0",
		FIX_RESET_IGNORED,
	},
	[REASON_NO_IOMMUS] = {
		"it is in no IOMMU group, since its node has no iommus",
		FIX_NO_IOMMUS,
	},
	[REASON_NO_SMMU] = {
		"it is in no IOMMU group, since no IOMMU driver is active",
		FIX_NO_SMMU,
	},
	[REASON_BAD_STREAM] = {
		"it is in no IOMMU group, since the SMMU refused it",
		FIX_BAD_STREAM,
	},
	[REASON_NOT_COHERENT] = {
		"its node has no dma-coherent, which VFIO requires since Linux 5.19",
		FIX_NOT_COHERENT,
	},
	[REASON_NO_COMPATIBLE] = {
		"its node has no compatible",
		FIX_NO_COMPATIBLE,
	},
	[REASON_DEFERRED] = {
		"it waits for a power domain, a clock or another supplier",
		FIX_DEFERRED,
	},
	[REASON_BUSY] = {
		"another driver has it, or a process has its IOMMU group open",
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
	return &explanations[r];
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

/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "vfio/act.h"
#include "vfio/snapshot.h"
#include "vfio/symptoms.h"

static int load(const struct sysfs *s, struct snapshot *now, struct modules *inserted,
		struct fault *f)
{
	int ret;

	/* a recording has no kernel that could load something */
	if (!s->live)
		return 0;
	ret = modules_load(VFIO_MODULE, "reset_required=0", inserted, f);
	if (ret == -ENOENT)
		return explain(f, ret, REASON_NO_DRIVER, "cannot load " VFIO_MODULE);
	ret = ret ?: snapshot_driver(s, now, f);
	if (ret)
		return ret;
	if (!now->has_driver)
		return explain(f, -ENODEV, REASON_NO_DRIVER, "cannot load " VFIO_MODULE);
	/* modprobe.d may have an install command, which does not see our option */
	if (now->reset == RESET_REQUIRED)
		return explain(f, -EPERM, REASON_RESET, VFIO_DRIVER);
	return 0;
}

static int write_step(const struct sysfs *s, const struct snapshot *now,
		      const struct step *step)
{
	char path[PATH_SIZE];

	return sysfs_write(s, step_path(now, step, path), step_value(now, step));
}

static int override(const struct sysfs *s, const struct snapshot *now, const struct step *step,
		    struct fault *f)
{
	int ret = write_step(s, now, step);
	enum reason r = ret == -EACCES || ret == -EPERM ? REASON_NOT_ROOT : REASON_OTHER;

	if (ret == 0)
		return 0;
	return explain(f, ret, r, "%s: cannot set driver_override to '%s': %s",
		       now->devices[step->device].name, step->arg, strerror(-ret));
}

static int unbind(const struct sysfs *s, struct snapshot *now, const struct step *step,
		  struct fault *f)
{
	const struct device *d = &now->devices[step->device];
	int ret = write_step(s, now, step);

	if (ret == 0)
		return 0;
	/* it may have gone together with a device that it needs */
	if (!snapshot_refresh(s, now, step->device, f) && strcmp(d->driver, step->arg))
		return 0;
	return fault_set(f, ret, "%s: cannot unbind from %s: %s", d->name, step->arg,
			 strerror(-ret));
}

static int bind_failed(const struct sysfs *s, struct snapshot *now, const struct step *step,
		       int err, struct fault *f)
{
	const struct device *d = &now->devices[step->device];
	struct symptoms seen;

	if (err == 0)
		return fault_set(f, -EIO,
				 "%s: cannot bind to %s: no error, but its driver is %s",
				 d->name, step->arg, *d->driver ? d->driver : "none");
	/* somebody may have unloaded it; what cannot be read stays as it was seen */
	(void)!snapshot_driver(s, now, f);
	symptoms_of_host(s, now, &seen);
	symptoms_of_device(s, d->name, &seen);
	seen.err = err;
	return explain(f, err,
		       strcmp(step->arg, VFIO_DRIVER) ? REASON_OTHER : explain_bind(&seen),
		       "%s: cannot bind to %s: %s", d->name, step->arg, strerror(-err));
}

static int bind(const struct sysfs *s, struct snapshot *now, const struct step *step,
		struct fault *f)
{
	const struct device *d = &now->devices[step->device];
	int err = write_step(s, now, step);
	int ret = snapshot_refresh(s, now, step->device, f);

	if (ret)
		return ret;
	if (strcmp(d->driver, step->arg))
		return bind_failed(s, now, step, err, f);
	return device_is_bound(d) ? steps_check_groups(now, f) : 0;
}

int act(const struct sysfs *s, struct snapshot *now, const struct step *step,
	struct modules *inserted, struct fault *f)
{
	switch (step->op) {
	case STEP_LOAD:
		return load(s, now, inserted, f);
	case STEP_OVERRIDE:
		return override(s, now, step, f);
	case STEP_UNBIND:
		return unbind(s, now, step, f);
	case STEP_BIND:
		return bind(s, now, step, f);
	case STEP_PROBE:
		/* that no driver wants the device is an answer too, and status shows it */
		(void)write_step(s, now, step);
		return 0;
	}
	return 0;
}

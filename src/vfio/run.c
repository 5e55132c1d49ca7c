/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "base/process.h"
#include "vfio/step.h"
#include "vfio/group_device.h"
#include "vfio/run.h"
#include "vfio/snapshot.h"

#define UNDO_ROUNDS 2 /* rounds of putting back: a failure may be temporary */

struct progress {
	const struct run *r;
	struct snapshot *now; /* the last one, refreshed where a step needs it */
	bool touched[PROFILE_PASS_MAX];
	struct modules inserted;
	struct wait_options wait;
	struct owner old_owners[PROFILE_PASS_MAX]; /* of the group devices */
};

static void begin(struct progress *p, const struct run *r, struct snapshot *now)
{
	*p = (struct progress){ .r = r, .now = now };
	p->wait.timeout_ms = r->timeout_ms;
	*now = *r->start;
	for (size_t i = 0; i < PROFILE_PASS_MAX; i++)
		p->old_owners[i] = OWNER_STAYS;
	signals_stop(&p->wait.stop);
	signals_block(NULL);
}

/* Takes the signal, so that it does not end the process before the result is printed. */
static int check_signals(const struct progress *p, struct fault *f)
{
	static const struct timespec no_wait;
	int n = sigtimedwait(&p->wait.stop, NULL, &no_wait);

	return n > 0 ? fault_set(f, -EINTR, "stopped by a signal: %s", strsignal(n)) : 0;
}

static int run_step(struct progress *p, const struct step *step, struct fault *f)
{
	char text[STEP_TEXT_MAX];

	if (p->r->log)
		fprintf(p->r->log, "%s\n", step_shell(p->now, step, text));
	if (step->op != STEP_LOAD)
		p->touched[step->device] = true;
	return step_run(p->r->sys, p->now, step, &p->inserted, f);
}

static int run_steps(struct progress *p, struct fault *f)
{
	int ret = check_signals(p, f);

	for (size_t i = 0; ret == 0 && i < p->r->todo->n; i++) {
		ret = run_step(p, &p->r->todo->v[i], f);
		if (ret == 0)
			ret = check_signals(p, f);
	}
	return ret;
}

static bool takes_from_vfio(const struct steps *l)
{
	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].op == STEP_UNBIND && !strcmp(l->v[i].arg, VFIO_DRIVER))
			return true;
	}
	return false;
}

static const char *or_none(const char *name)
{
	return *name ? name : "none";
}

/* Add each device that is not as it was to the fault of what failed first. */
static void report_stuck(const struct progress *p, const struct fault *undoing,
			 struct fault *f)
{
	char first[FAULT_TEXT_MAX], list[FAULT_TEXT_MAX] = "";
	const char *sep = "";

	for (size_t i = 0; i < p->now->n_devices; i++) {
		const struct device *d = &p->now->devices[i], *old = &p->r->start->devices[i];
		size_t used = strlen(list);

		if (!strcmp(d->driver, old->driver) && !strcmp(d->override, old->override))
			continue;
		snprintf(list + used, sizeof(list) - used,
			 "%s%s has driver %s, override %s (had %s, %s)", sep, old->name,
			 or_none(d->driver), or_none(d->override), or_none(old->driver),
			 or_none(old->override));
		sep = "; ";
	}
	memcpy(first, f->text, sizeof(first));
	fault_set(f, f->code, "%.200s; these devices are not as before: %s", first, list);
	fault_fix(
		f,
		"the last attempt failed with: %s; run 'imxpt unbind', or bind the drivers by hand",
		*undoing->text ? undoing->text : "no error");
}

/* One round: snapshot, plan, run.  0: nothing is left to do.  The last one runs nothing. */
static int undo_round(struct progress *p, bool last, struct fault *undoing)
{
	struct snapshot seen;
	struct steps back;
	int ret = snapshot_take(p->r->sys, p->r->start->profile, &seen, undoing);

	if (ret)
		return ret;
	steps_to_restore(&seen, p->r->start, p->touched, &back);
	*p->now = seen;
	if (back.n == 0)
		return 0;
	if (last)
		return -EIO;
	if (takes_from_vfio(&back) && group_check_users(p->r->sys, &seen, undoing))
		return -EBUSY;
	/* a step that fails stops no other: as much as possible is put back */
	for (size_t i = 0; i < back.n; i++)
		(void)!run_step(p, &back.v[i], undoing);
	return -EIO;
}

static enum run_result undo(struct progress *p, struct fault *f)
{
	struct fault undoing = { 0 };
	int ret = -EIO;

	for (int i = 0; ret && i <= UNDO_ROUNDS; i++)
		ret = undo_round(p, i == UNDO_ROUNDS, &undoing);
	if (ret) {
		report_stuck(p, &undoing, f);
		return RUN_STUCK;
	}
	if (group_devices_give_back(p->r->sys, p->r->start, p->old_owners, &undoing)) {
		fault_in(f, "%s; before that", undoing.text);
		return RUN_STUCK;
	}
	modules_unload(&p->inserted);
	return RUN_UNDONE;
}

/* Take a new snapshot and plan again: there must be no step. */
static int verify(struct progress *p, bool bound, struct fault *f)
{
	char text[STEP_TEXT_MAX];
	struct steps left;
	int ret = snapshot_take(p->r->sys, p->r->start->profile, p->now, f);

	if (ret)
		return ret;
	if (bound)
		ret = steps_to_bind(p->now, &left, f);
	else
		steps_to_release(p->now, &left);
	if (ret || left.n == 0)
		return ret;
	return fault_set(f, -EIO, "all steps succeeded, but this one is needed again: %s",
			 step_shell(p->now, &left.v[0], text));
}

enum run_result run_bind(const struct run *r, struct snapshot *after, struct fault *f)
{
	struct progress p;
	int ret;

	begin(&p, r, after);
	ret = run_steps(&p, f);
	if (ret == 0)
		ret = group_devices_settle(r->sys, p.now, &p.wait, &r->owner, p.old_owners, f);
	if (ret == -EINTR)
		(void)!check_signals(&p, f);
	/* after the wait, which may have been long */
	if (ret == 0)
		ret = verify(&p, true, f);
	if (ret == 0 && r->last) {
		ret = r->last(r->last_arg, f);
		if (ret == -ENOTRECOVERABLE)
			return RUN_STUCK;
	}
	return ret ? undo(&p, f) : RUN_DONE;
}

enum run_result run_release(const struct run *r, struct snapshot *after, struct fault *f)
{
	struct progress p;
	int ret;

	begin(&p, r, after);
	if (r->todo->n == 0)
		return RUN_DONE;
	/* before the first step, so nothing has to be put back */
	if (group_check_users(r->sys, r->start, f))
		return RUN_UNDONE;
	ret = run_steps(&p, f);
	if (ret == 0)
		ret = verify(&p, false, f);
	return ret ? undo(&p, f) : RUN_DONE;
}

static int load(const struct sysroot *s, struct snapshot *now, struct modules *inserted,
		struct fault *f)
{
	int ret;

	/* a recording has no kernel to load it */
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
	/* an install command in modprobe.d does not get the option */
	if (now->reset == RESET_REQUIRED)
		return explain(f, -EPERM, REASON_RESET, VFIO_DRIVER);
	return 0;
}

static int write_step(const struct sysroot *s, const struct snapshot *now,
		      const struct step *step)
{
	char path[PATH_SIZE];

	return sysroot_write(s, step_path(now, step, path), step_value(now, step));
}

static int override(const struct sysroot *s, const struct snapshot *now,
		    const struct step *step, struct fault *f)
{
	int ret = write_step(s, now, step);
	enum reason r = ret == -EACCES || ret == -EPERM ? REASON_NOT_ROOT : REASON_OTHER;

	if (ret == 0)
		return 0;
	return explain(f, ret, r, "%s: cannot set driver_override to '%s': %s",
		       now->devices[step->device].name, step->arg, strerror(-ret));
}

static int unbind(const struct sysroot *s, struct snapshot *now, const struct step *step,
		  struct fault *f)
{
	const struct device *d = &now->devices[step->device];
	int ret = write_step(s, now, step);

	if (ret == 0)
		return 0;
	/* it may have been released together with a device that it depends on */
	if (!snapshot_refresh(s, now, step->device, f) && strcmp(d->driver, step->arg))
		return 0;
	return fault_set(f, ret, "%s: cannot unbind from %s: %s", d->name, step->arg,
			 strerror(-ret));
}

static int bind_failed(const struct sysroot *s, struct snapshot *now, const struct step *step,
		       int err, struct fault *f)
{
	const struct device *d = &now->devices[step->device];

	if (err == 0 && !s->live) {
		fault_set(f, -EIO, "%s: cannot bind to %s: a recorded board has no kernel",
			  d->name, step->arg);
		return fault_fix(f, "use -n, which shows the steps");
	}
	if (err == 0)
		return fault_set(
			f, -EIO,
			"%s: cannot bind to %s: the kernel reported success, but the device's driver is %s afterwards",
			d->name, step->arg, *d->driver ? d->driver : "none");
	/* another process may have unloaded it; what cannot be read stays as it was */
	(void)!snapshot_driver(s, now, f);
	(void)!snapshot_read_causes(s, now, f);
	return explain(f, err,
		       strcmp(step->arg, VFIO_DRIVER) ? REASON_OTHER :
							explain_bind(now, step->device, err),
		       "%s: cannot bind to %s: %s", d->name, step->arg, strerror(-err));
}

static int bind(const struct sysroot *s, struct snapshot *now, const struct step *step,
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

int step_run(const struct sysroot *s, struct snapshot *now, const struct step *step,
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
		/* no driver may take the device; then status shows it */
		(void)write_step(s, now, step);
		break;
	}
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <grp.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/process.h"
#include "check/facts.h"
#include "vfio/group_device.h"

#define QEMU "qemu-system-aarch64"
#define CROSVM "crosvm"
#define TIMEOUT_MS 5000
#define ANSWER_MAX 8192
#define HELP_MAX (256 * 1024) /* crosvm's help text is long */
#define LIMITS_MAX 16384
#define LIMIT "Max locked memory"

static int ask_version(struct qemu_facts *q, struct fault *f)
{
	const char *const argv[] = { q->path, "--version", NULL };
	char answer[ANSWER_MAX];
	int status, ret = process_run(argv, TIMEOUT_MS, answer, sizeof(answer), &status, f);

	if (ret)
		return ret;
	snprintf(q->version, sizeof(q->version), "%.*s", (int)strcspn(answer, "\n"), answer);
	if (status || strncmp(answer, "QEMU ", 5))
		return fault_set(f, -EINVAL, "%s: not a QEMU", q->path);
	return 0;
}

static int ask_device(struct qemu_facts *q, struct fault *f)
{
	const char *const argv[] = { q->path, "-device", "vfio-platform,help", NULL };
	char answer[ANSWER_MAX];
	int status, ret = process_run(argv, TIMEOUT_MS, answer, sizeof(answer), &status, f);

	q->has_device = ret == 0 && status == 0 && strstr(answer, "host=");
	return ret;
}

/* A QEMU that the user named must answer; the one in PATH may be missing. */
static int read_qemu(const struct facts_source *from, struct facts *out, struct fault *f)
{
	struct qemu_facts *q = &out->qemu;
	int ret;

	q->path = from->qemu ? from->qemu : QEMU;
	ret = ask_version(q, f) ?: ask_device(q, f);
	if (ret == 0 || from->qemu || error_is_fatal(ret))
		return ret;
	snprintf(q->unseen, WHY_MAX, "%.*s", WHY_MAX - 1, f->text);
	*f = (struct fault){ 0 };
	return 0;
}

static int read_crosvm(struct crosvm_facts *c, struct fault *f)
{
	static const char *const argv[] = { CROSVM, "run", "--help", NULL };
	char *help = malloc(HELP_MAX);
	int status, ret;

	if (!help)
		return fault_oom(f);
	ret = process_run(argv, TIMEOUT_MS, help, HELP_MAX, &status, f);
	if (ret && !error_is_fatal(ret)) {
		snprintf(c->unseen, WHY_MAX, "%.*s", WHY_MAX - 1, f->text);
		*f = (struct fault){ 0 };
		ret = 0;
	} else if (ret == 0) {
		c->has_overlay = strstr(help, "--device-tree-overlay") != NULL;
		c->has_symbol = strstr(help, "dt-symbol") != NULL;
	}
	free(help);
	return ret;
}

/* A program can be asked on the board itself only. */
static bool can_ask(const struct facts *facts, const char *recorded, char *unseen)
{
	snprintf(unseen, WHY_MAX, "%s",
		 *facts->host_unseen ? facts->host_unseen :
		 facts->live	     ? "" :
				       recorded);
	return !*unseen;
}

/* Ask the VMM of the source, or QEMU and then crosvm. */
static int read_program(const struct facts_source *from, struct facts *out, struct fault *f)
{
	bool ask_qemu =
		from->vmm != VMM_CROSVM &&
		(from->qemu || can_ask(out, "a recording has no QEMU; name one with --qemu",
				       out->qemu.unseen));
	bool ask_crosvm = from->vmm != VMM_QEMU &&
			  can_ask(out, "a recording has no crosvm", out->crosvm.unseen);
	int ret = ask_qemu ? read_qemu(from, out, f) : 0;

	out->vmm = from->vmm == VMM_CROSVM ? VMM_CROSVM : VMM_QEMU;
	if (ret || !ask_crosvm || (ask_qemu && !*out->qemu.unseen))
		return ret;
	ret = read_crosvm(&out->crosvm, f);
	if (!*out->crosvm.unseen)
		out->vmm = VMM_CROSVM;
	return ret;
}

/* Read the line "Max locked memory  8388608  8388608  bytes". */
static void parse_limit(const char *text, struct facts *out)
{
	const char *line = strstr(text, LIMIT);

	if (!line)
		return;
	line += strlen(LIMIT);
	line += strspn(line, " ");
	out->memlock = strncmp(line, "unlimited", 9) ? strtoull(line, NULL, 10) : UINT64_MAX;
	out->memlock_known = true;
}

static int read_limit(const struct facts_source *from, struct facts *out, struct fault *f)
{
	char *text;
	int ret = facts_read_file(from->sys, "proc/self/limits", LIMITS_MAX, &text, f);

	if (!text)
		return ret;
	parse_limit(text, out);
	free(text);
	/* CAP_IPC_LOCK */
	if (out->live && geteuid() == 0)
		out->memlock = UINT64_MAX;
	return 0;
}

/* A number that getpwuid(3) does not know is a user without groups. */
static void find_user(const struct sysroot *s, uid_t id, struct vmm_user *out)
{
	const struct passwd *p;

	errno = 0;
	p = s->live ? getpwuid(id) : NULL;
	out->id = id;
	out->is_self = s->live && id == geteuid();
	out->n_groups = s->live && !error_is_fatal(-errno) ? 0 : -1;
	snprintf(out->name, sizeof(out->name), "%u", id);
	if (!p)
		return;
	snprintf(out->name, sizeof(out->name), "%s", p->pw_name);
	out->n_groups = USER_GROUPS_MAX;
	if (getgrouplist(p->pw_name, p->pw_gid, out->groups, &out->n_groups) < 0)
		out->n_groups = USER_GROUPS_MAX;
}

int vmm_user_find(const struct sysroot *s, const char *name, struct vmm_user *out,
		  struct fault *f)
{
	uid_t id;

	*out = (struct vmm_user){ .named = true };
	if (!s->live && !user_is_number(name, &id)) {
		fault_set(f, -EINVAL, "--user: a recording has no user names, so not '%s'",
			  name);
		return fault_fix(f, "give the number of the user");
	}
	if (s->live && user_find("--user", name, &id, f))
		return f->code;
	find_user(s, id, out);
	return 0;
}

static void read_user(const struct facts_source *from, struct facts *out)
{
	const struct snapshot *s = &out->snapshot;

	if (from->user) {
		out->user = *from->user;
		return;
	}
	find_user(from->sys, 0, &out->user);
	for (size_t i = 0; i < s->n_devices; i++) {
		if (s->devices[i].has_group_device) {
			find_user(from->sys, out->devices[i].group_device.user, &out->user);
			return;
		}
	}
}

int facts_read_vmm(const struct facts_source *from, struct facts *out, struct fault *f)
{
	int ret = 0;

	if (!*out->host_unseen) {
		read_user(from, out);
		ret = read_limit(from, out, f);
	}
	return ret ?: read_program(from, out, f);
}

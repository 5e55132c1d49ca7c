/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/owner.h"

#define USER_SIZE 256 /* bytes; LOGIN_NAME_MAX of Linux */

/* A number as chown(1) takes it.  The highest means "leave it" to the kernel. */
static bool is_number(const char *text, unsigned int *out)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	*out = (unsigned int)n;
	return *text >= '0' && *text <= '9' && !*end && n < UINT_MAX;
}

static int find_user(const char *name, uid_t *out, struct fault *f)
{
	const struct passwd *p = getpwnam(name);

	if (!p && !is_number(name, out))
		return fault_set(f, -EINVAL, "--owner: no user is called '%s'", name);
	if (p)
		*out = p->pw_uid;
	return 0;
}

static int find_group(const char *name, gid_t *out, struct fault *f)
{
	const struct group *g = getgrnam(name);

	if (!g && !is_number(name, out))
		return fault_set(f, -EINVAL, "--owner: no group is called '%s'", name);
	if (g)
		*out = g->gr_gid;
	return 0;
}

int owner_find(const char *text, struct owner *out, struct fault *f)
{
	char user[USER_SIZE];
	const char *group;
	size_t size;
	int ret = 0;

	*out = (struct owner){ (uid_t)-1, (gid_t)-1 };
	if (!text)
		return 0;
	group = strchr(text, ':');
	size = group ? (size_t)(group - text) : strlen(text);
	if (size >= sizeof(user))
		return fault_set(f, -EINVAL, "--owner: no user has so long a name");
	memcpy(user, text, size);
	user[size] = '\0';
	group = group ? group + 1 : "";
	if (!*user && !*group)
		return fault_set(f, -EINVAL, "--owner takes USER, USER:GROUP or :GROUP");
	if (*user)
		ret = find_user(user, &out->user, f);
	if (ret == 0 && *group)
		ret = find_group(group, &out->group, f);
	return ret;
}

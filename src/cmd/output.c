/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "cmd/output.h"
#include "profile/profile.h"

int output_check(const struct options *o, struct fault *f)
{
	const char *inputs[] = { profile_builtin(o->profile) ? NULL : o->profile, o->host,
				 o->virt };

	if (o->dry_run)
		return 0;
	if (!o->output)
		return fault_set(f, -EINVAL,
				 "say with -o where the tree goes, or -n to see the plan");
	if (o->json && !strcmp(o->output, "-"))
		return fault_set(f, -EINVAL,
				 "--json and the tree cannot both go to standard output");
	for (size_t i = 0; i < sizeof(inputs) / sizeof(*inputs); i++) {
		if (inputs[i] && file_same(o->output, inputs[i]))
			return fault_set(f, -EINVAL, "%s is read: write the tree elsewhere",
					 o->output);
	}
	return 0;
}

int output_write(const struct options *o, const void *blob, size_t size, bool keep_orig,
		 struct fault *f)
{
	if (o->dry_run || fflush(stdout) || ferror(stdout))
		return 0;
	return file_replace(o->output, blob, size, keep_orig, f);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* imxpt status - show driver, override and IOMMU group of the devices. */
#include "cmd/session.h"

static enum status run(const struct options *o, struct fault *f)
{
	enum status status = STATUS_FAILED;
	struct session s;

	if (session_open(o, false, &s, f) == 0) {
		status = STATUS_OK;
		if (o->quiet && !session_is_ready(&s))
			status = STATUS_NOT_READY;
		if (o->json && session_json(&s, f))
			status = STATUS_FAILED;
		else if (!o->json && !o->quiet)
			session_table(&s);
	}
	session_close(&s);
	return status;
}

static const int accepts[] = { OPT_PROFILE, OPT_QUIET, OPT_JSON, 0 };

const struct command cmd_status = {
	.name = "status",
	.usage = "",
	.summary = "Show driver, override and IOMMU group of the profile's devices",
	.accepts = accepts,
	.run = run,
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * output - where a command's tree goes.
 *
 * Room cmd: writes files.
 */
#ifndef IMXPT_CMD_OUTPUT_H
#define IMXPT_CMD_OUTPUT_H

#include "cmd/option.h"

/*
 * Can what the options ask for be written?
 * -EINVAL: neither -o nor -n; JSON and the tree both to standard output; or -o is
 * the file of the profile, of --host or of --virt.
 */
int output_check(const struct options *o, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Write the size bytes of the tree, as file_replace(), but for a dry run; and not
 * behind a report that did not reach its reader, of which main.c tells.
 */
int output_write(const struct options *o, const void *blob, size_t size, bool keep_orig,
		 struct fault *f) __attribute__((nonnull, warn_unused_result));

#endif

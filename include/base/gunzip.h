/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gunzip - what gzip made small, at full size.
 *
 * No I/O.  The only place that calls zlib.
 */
#ifndef IMXPT_BASE_GUNZIP_H
#define IMXPT_BASE_GUNZIP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"

/* Do the size bytes at data begin as gzip's do? */
bool gunzip_is_zipped(const void *data, size_t size) __attribute__((nonnull));

/*
 * Unpack the size bytes at data into a text, ended by a NUL, in *out for the caller
 * to free().
 * -EINVAL: not gzip's, damaged or cut short; -EFBIG: more than max bytes.
 */
int gunzip(const void *data, size_t size, size_t max, char **out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif

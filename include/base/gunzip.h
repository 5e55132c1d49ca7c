/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gunzip - decompress what gzip has compressed.
 *
 * No I/O.  The only caller of zlib.
 */
#ifndef IMXPT_BASE_GUNZIP_H
#define IMXPT_BASE_GUNZIP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"

/* Do the size bytes at data begin like the output of gzip? */
bool gunzip_is_zipped(const void *data, size_t size) __attribute__((nonnull));

/*
 * Decompress the size bytes at data into a text, ended by a NUL, in *out for the
 * caller to free().
 * -EINVAL: not the output of gzip, damaged or incomplete; -EFBIG: more than max bytes.
 */
int gunzip(const void *data, size_t size, size_t max, char **out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_read - what a JSON object says.
 *
 * Room base: with json.c the only place that calls the JSON library; pure.
 */
#ifndef IMXPT_BASE_JSON_READ_H
#define IMXPT_BASE_JSON_READ_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Store the text that the object has under key in out, cut to size bytes with
 * its NUL; "" if it has none there.  Strings may stand in single quotes, as QEMU
 * takes them.  False: text is no JSON object, or memory ran out; then out is "".
 */
bool json_read_text(const char *text, const char *key, char *out, size_t size)
	__attribute__((nonnull, warn_unused_result));

#endif

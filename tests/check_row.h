/* SPDX-License-Identifier: Apache-2.0 */
/* check_row - what one row of check finds in facts. */
#ifndef IMXPT_TESTS_CHECK_ROW_H
#define IMXPT_TESTS_CHECK_ROW_H

#include "check/check.h"
#include "check/facts.h"

/* Fail unless the row of that name has this verdict and this evidence. */
void check_row_says(const struct facts *facts, const char *name, enum verdict v,
		    const char *evidence);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oom - an allocation that fails when a test asks for it.
 *
 * Every unit test is linked with it, so that malloc(), calloc() and realloc() of the
 * program come here (the linker's --wrap); those of shared libraries do not.
 */
#ifndef IMXPT_TESTS_OOM_H
#define IMXPT_TESTS_OOM_H

#include <stdbool.h>

/* Make the n-th allocation from now on fail, once; 1 is the next one, 0 is none. */
void oom_arm(int n);

/* Has it failed?  No later one fails. */
bool oom_hit(void);

#endif

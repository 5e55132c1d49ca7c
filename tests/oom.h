/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oom - an allocation that fails when a test wants it to.
 *
 * Every unit test is linked with it, so that malloc(), calloc() and realloc() of the
 * program come here (the linker's --wrap); those of shared libraries do not.
 */
#ifndef IMXPT_TESTS_OOM_H
#define IMXPT_TESTS_OOM_H

#include <stdbool.h>

/* Let the n-th allocation from now on fail, once; 1 is the next one, 0 lets all pass. */
void oom_arm(int n);

/* Has it failed?  Lets all that follow pass. */
bool oom_hit(void);

#endif

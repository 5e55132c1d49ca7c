/* SPDX-License-Identifier: Apache-2.0 */
/* capture - what a command prints, as a text. */
#ifndef IMXPT_TESTS_CAPTURE_H
#define IMXPT_TESTS_CAPTURE_H

/* Send standard output and error to a file without a name. */
void capture_start(void);

/* Send them where they went before.  Returns what was printed, for the caller to free(). */
char *capture_end(void);

#endif

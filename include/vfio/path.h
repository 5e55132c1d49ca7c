/* SPDX-License-Identifier: Apache-2.0 */
/*
 * path - names of files below the root directory.
 *
 * Room vfio: pure.
 */
#ifndef IMXPT_VFIO_PATH_H
#define IMXPT_VFIO_PATH_H

#define NAME_SIZE 64  /* bytes of a device's or a driver's name, with its NUL */
#define PATH_SIZE 512 /* bytes of a path or of a link's target, with its NUL */

#define PATH_PLATFORM "sys/bus/platform"
#define PATH_DEVICES PATH_PLATFORM "/devices"
#define PATH_DRIVER PATH_PLATFORM "/drivers/vfio-platform"
#define PATH_RESET_REQUIRED "sys/module/vfio_platform/parameters/reset_required"

/*
 * Format a path into buf, which has PATH_SIZE bytes, and return it.  One that is
 * too long is cut, and will not be found.
 */
const char *path_make(char *buf, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), nonnull));

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * patch_linux - what differs in a tree whose partition is made by Linux; a part of
 * patch_plan().
 *
 * No I/O.
 */
#ifndef IMXPT_HOST_PATCH_LINUX_H
#define IMXPT_HOST_PATCH_LINUX_H

#include "dt/edit.h"
#include "host/resolve.h"

/*
 * Add the edits to the list: the domain is disabled, and each passed mailbox has
 * power-domains, and an empty fsl,sc_rsrc_id, which is what U-Boot takes stream ids'
 * resources from in place of power-domains: a mailbox does no DMA.
 * -ENOENT: the tree has no power domains (fsl,scu-pd), or the profile no mailbox.
 */
int patch_linux(const struct resolved *r, int domain, struct edits *l, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Does passed node i keep the property, which would be removed else? */
bool patch_linux_keeps(const struct resolved *r, size_t i, const char *property)
	__attribute__((nonnull));

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * story - a guest's tree in the making, out of the trees of tests/dts/.
 *
 * What cannot be had fails the test at once.
 */
#ifndef IMXPT_TESTS_STORY_H
#define IMXPT_TESTS_STORY_H

#include "guest/guest.h"
#include "sample.h"

#define CONN "/bus@5b000000/"
#define BUS "/platform-bus@c000000"
#define GUEST_FEC1 BUS "/ethernet@5b040000"
#define GUEST_LPCG0 BUS "/clock-controller@5b230000"
#define GUEST_MU2 BUS "/mailbox@5d1d0000"
#define WINDOW(own, guest, size) 0, own, 0, guest, 0, size

struct story {
	struct sample_board host;
	struct sample virt;
	struct closure closure;
	struct guest guest;
	struct seating seating;
	struct edits edits;
	struct sample made;
};

/* Begin with two fixtures, which may still be changed.  story_close() frees it. */
void story_open(struct story *s, const char *host, const char *virt);

/* Think all out; the result is as the first step that fails. */
int story_plan(struct story *s, struct fault *f);

/* Plan, make and verify the guest's tree. */
void story_make(struct story *s);

void story_close(struct story *s);

/* Open and make. */
void story_make_from(struct story *s, const char *host, const char *virt);

/* Fail unless the plan fails so; close. */
void story_refused(struct story *s, int code, const char *text);

/* Of the tree that was made. */
int story_node(const struct story *s, const char *path);
bool story_has(const struct story *s, const char *path, const char *name);
uint32_t story_phandle(const struct story *s, const char *path);

/* Fail unless the property is these n cells. */
void story_expect_n(const struct story *s, const char *path, const char *name, size_t n,
		    const uint32_t *want);
#define EXPECT(s, path, name, ...)                                             \
	story_expect_n(s, path, name, sizeof((uint32_t[]){ __VA_ARGS__ }) / 4, \
		       (const uint32_t[]){ __VA_ARGS__ })

/* Let a property of the host's tree be these n cells, at most 16. */
void story_set_cells(struct story *s, const char *path, const char *name, size_t n,
		     const uint32_t *cells);
#define SET_CELLS(s, path, name, ...)                                           \
	story_set_cells(s, path, name, sizeof((uint32_t[]){ __VA_ARGS__ }) / 4, \
			(const uint32_t[]){ __VA_ARGS__ })

uint32_t story_host_phandle(const struct story *s, const char *path);

#endif

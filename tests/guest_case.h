/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guest_case - a guest's tree for QEMU, made from the trees of tests/dts/.
 *
 * Each function fails the test if something is missing.
 */
#ifndef IMXPT_TESTS_GUEST_CASE_H
#define IMXPT_TESTS_GUEST_CASE_H

#include "guest/qemu.h"
#include "host/resource.h"
#include "tree_fixture.h"

#define CONN "/bus@5b000000/"
#define BUS "/platform-bus@c000000"
#define GUEST_FEC1 BUS "/ethernet@5b040000"
#define GUEST_LPCG0 BUS "/clock-controller@5b230000"
#define GUEST_MU2 BUS "/mailbox@5d1d0000"
#define WINDOW(bus, guest, size) 0, bus, 0, guest, 0, size

struct guest_case {
	struct tree_fixture_board host;
	struct tree_fixture virt;
	struct nodes with_mac; /* as in deps_find() */
	struct deps deps;
	bool pads[PAD_LAST];
	struct guest guest;
	struct bus_layout layout;
	struct edits edits;
	struct tree_fixture made;
};

/* Open two fixtures, which may then be changed.  guest_case_close() frees them. */
void guest_case_open(struct guest_case *s, const char *host, const char *virt);

/* Plan the changes; returns the code of the first step that fails. */
int guest_case_plan(struct guest_case *s, struct fault *f);

/* Plan, make and verify the guest's tree. */
void guest_case_make(struct guest_case *s);

void guest_case_close(struct guest_case *s);

/* Open and make. */
void guest_case_make_from(struct guest_case *s, const char *host, const char *virt);

/* Fail unless the plan fails with this fault; close. */
void guest_case_refused(struct guest_case *s, int code, const char *text);

/* A node of the made tree, whether it has the property, its phandle. */
int guest_case_node(const struct guest_case *s, const char *path);
bool guest_case_has(const struct guest_case *s, const char *path, const char *name);
uint32_t guest_case_phandle(const struct guest_case *s, const char *path);

/* Fail unless the property has these n cells. */
void guest_case_expect_n(const struct guest_case *s, const char *path, const char *name,
			 size_t n, const uint32_t *want);
#define EXPECT(s, path, name, ...)                                                  \
	guest_case_expect_n(s, path, name, sizeof((uint32_t[]){ __VA_ARGS__ }) / 4, \
			    (const uint32_t[]){ __VA_ARGS__ })

/* Set a property of the host's tree to these n cells, at most 16. */
void guest_case_set_cells(struct guest_case *s, const char *path, const char *name, size_t n,
			  const uint32_t *cells);
#define SET_CELLS(s, path, name, ...)                                                \
	guest_case_set_cells(s, path, name, sizeof((uint32_t[]){ __VA_ARGS__ }) / 4, \
			     (const uint32_t[]){ __VA_ARGS__ })

uint32_t guest_case_host_phandle(const struct guest_case *s, const char *path);

#endif

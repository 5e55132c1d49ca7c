/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts - what a board, or a tree alone, shows; read once and then judged.
 *
 * facts_read_all() fills them in.
 *
 * Whatever could not be seen has a text that says why, fit to stand as the
 * evidence of a skipped check; "" means that it was seen.
 */
#ifndef IMXPT_CHECK_FACTS_H
#define IMXPT_CHECK_FACTS_H

#include <sys/types.h>

#include "dt/edit.h"
#include "dt/refs.h"
#include "dt/tree.h"
#include "host/resolve.h"
#include "host/group.h"
#include "host/uboot.h"
#include "vfio/snapshot.h"
#include "vfio/explain.h"
#include "base/sysroot.h"

#define WHY_MAX 192
#define RELEASE_MAX 64

/* The tree, and what the pure rooms make of it. */
struct tree_facts {
	char unseen[WHY_MAX];
	bool live; /* U-Boot has been over it; else it has still to come */
	struct tree t;
	void *blob;			  /* owned */
	struct fault no_smmu, unresolved; /* code 0: board names them */
	struct resolved resolved;
	struct refs refs;
	struct fault no_plan;
	struct edits missing; /* what "imxpt patch" would still change */
	struct fault no_uboot;
	struct uboot uboot;
	struct group_nodes group; /* of the first passed node, foretold */
};

/* Linux's version; 0.0: not known. */
struct version {
	int major, minor;
};

struct kernel_facts {
	char release[RELEASE_MAX]; /* as uname -r says; "": not known */
	struct version version;
	char no_config[WHY_MAX];
	char *config;		/* owned; the text of the configuration */
	char *cmdline;		/* owned; NULL: not seen */
	char unsafe_interrupts; /* vfio_iommu_type1's parameter, 'Y' or 'N'; 0: not loaded */
	char disable_bypass;	/* arm-smmu's, the same */
};

/* A file that others open: is it there, and for whom? */
struct file_facts {
	int err; /* negative errno of looking at it; 0: it is there */
	mode_t mode;
	uid_t user;
	gid_t group;
	bool denied; /* it may not be opened by whoever runs this, on a live board */
};

struct device_facts {
	struct symptoms symptoms;
	bool waits; /* for a supplier, says the kernel */
	struct file_facts group_node;
};

enum module_state {
	MODULE_UNKNOWN, /* a recording does not say */
	MODULE_MISSING,
	MODULE_LOADABLE,
};

struct qemu_facts {
	char unseen[WHY_MAX];
	char path[WHY_MAX];
	char version[WHY_MAX]; /* first line of its --version */
	bool has_device;       /* it knows vfio-platform */
};

/* The lines of /proc/interrupts that VFIO has for a device. */
struct interrupt_facts {
	size_t lines;
	unsigned long most; /* times that the busiest of them has come */
};

struct facts {
	const struct profile *profile; /* borrowed */
	struct tree_facts tree;

	char no_host[WHY_MAX]; /* why the machine itself is not judged */
	bool live;	       /* the running machine, not a recording */
	struct snapshot snapshot;
	struct device_facts devices[PROFILE_PASS_MAX]; /* as the snapshot's */
	struct fault group_trouble, holders;	       /* code 0: none */
	enum module_state module;
	struct file_facts kvm, container; /* /dev/kvm, /dev/vfio/vfio */
	struct interrupt_facts interrupts[PROFILE_PASS_MAX];

	struct kernel_facts kernel;
	struct qemu_facts qemu;
	uint64_t memory;  /* of the guest, in bytes; 0: not said */
	uint64_t memlock; /* bytes that may be locked; UINT64_MAX: any */
	bool memlock_known;
};

/* Is the kernel known, and older than major.minor? */
bool version_before(const struct version *v, int major, int minor) __attribute__((nonnull));

/* Has the kernel made a device of passed node i of the tree, whatever that now says? */
bool facts_has_device(const struct facts *facts, size_t i) __attribute__((nonnull));

/* The name of a node of the tree, for people. */
const char *facts_name(const struct facts *facts, int node) __attribute__((nonnull));

/* Where to look; what is NULL is looked for in its usual place. */
struct facts_source {
	const struct sysroot *sys;
	const struct profile *profile;
	const char *dtb;    /* the tree that is to be booted */
	const char *config; /* the text of a kernel's configuration, zipped or not */
	const char *qemu;   /* NULL: the one in PATH, on a live board alone */
	uint64_t memory;    /* bytes of the guest; 0: not said */
};

/*
 * Look at everything.  That something is not there, or not to be seen, is a fact,
 * no fault; a file that was named and cannot be read is a fault.  facts_free()
 * must follow in any case.
 */
int facts_read_all(const struct facts_source *l, struct facts *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Look at what the rows that decide a bind judge, and at little more; seen is what
 * the bind is planned from.  The same rules hold.
 */
int facts_read_before_bind(const struct facts_source *l, const struct snapshot *seen,
			   struct facts *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

void facts_free(struct facts *facts) __attribute__((nonnull));

/* The parts of it; each leaves the others' facts alone. */
int facts_read_kernel(const struct facts_source *l, struct facts *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));
int facts_read_devices(const struct facts_source *l, struct facts *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));
int facts_read_vmm(const struct facts_source *l, struct facts *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/* Of these, what a bind needs: the release, and more of the devices in the snapshot. */
void facts_read_release(const struct facts_source *l, struct facts *out)
	__attribute__((nonnull));
int facts_read_bind_state(const struct facts_source *l, struct facts *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Before Linux 6.15 a device has no group before its first bind.  Add to the
 * snapshot, for the devices that have none, the members which the running tree
 * t makes expect.
 */
int predict_group_members(const struct sysroot *s, const struct tree *t, struct snapshot *snap,
			  struct fault *f) __attribute__((nonnull, warn_unused_result));

#endif

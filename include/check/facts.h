/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts - what a board, or only a tree, shows; read once, then checked.
 *
 * A text called unseen says why something could not be read, as a clause; "" means
 * that it was read.  A fault is code 0 where nothing is wrong.
 *
 * Only error_is_absent() means that something is not there.  After any other error it is
 * unknown, and a check that needs it is skipped as not seen.
 */
#ifndef IMXPT_CHECK_FACTS_H
#define IMXPT_CHECK_FACTS_H

#include <sys/types.h>

#include "base/sysroot.h"
#include "dt/edit.h"
#include "dt/refs.h"
#include "dt/tree.h"
#include "host/derive.h"
#include "host/resolve.h"
#include "host/rules.h"
#include "host/uboot.h"
#include "scfw/partition.h"
#include "vfio/step.h"
#include "vfio/snapshot.h"

/* The configuration that a kernel was built with, and its command line. */

/* The state of an option, which is named without its CONFIG_. */
enum config_state {
	CONFIG_ABSENT, /* this kernel has no such option, or one that it depends on is off */
	CONFIG_OFF,
	CONFIG_MODULE,
	CONFIG_BUILT_IN,
};

/* The state of an option in the text of a configuration. */
enum config_state kconfig_option(const char *config, const char *option)
	__attribute__((nonnull));

/* The state of a yes-or-no parameter, as the command line sets it or as sysfs shows it. */
enum parameter_state {
	PARAMETER_ABSENT, /* it is not on the command line; its module is not loaded */
	PARAMETER_UNSEEN, /* the command line, or the file, cannot be read */
	PARAMETER_OFF,
	PARAMETER_ON,
};

/*
 * The state of an argument on the kernel's command line; the last one counts, and
 * '-' equals '_' (kernel/params.c, parameq()).  alone: what the name without a value is;
 * PARAMETER_ABSENT: the kernel ignores it.
 */
enum parameter_state cmdline_argument(const char *cmdline, const char *name,
				      enum parameter_state alone) __attribute__((nonnull));

#define WHY_MAX 192
#define RELEASE_MAX 64

/* The tree, and what follows from it without I/O. */
struct tree_facts {
	char unseen[WHY_MAX];
	bool booted; /* U-Boot has changed it; false: it has yet to be booted */
	struct tree t;
	void *blob; /* owned */
	struct fault board_fault, smmu_fault, resolve_fault;
	struct resolved resolved; /* without resolve_fault */
	struct refs refs;
	struct fault patch_fault;
	struct edits missing; /* what "imxpt patch" would still change */
	struct fault uboot_fault;
	struct uboot uboot;
	struct derived_ids pads;
	struct rules_input rules; /* resolved, refs and uboot, for rules.h */
	struct group_nodes group; /* as predicted for the first passed node */
};

/* Linux's version; 0.0: unknown. */
struct version {
	int major, minor;
};

struct kernel_facts {
	char release[RELEASE_MAX]; /* as of uname -r; "": unknown */
	struct version version;
	char config_unseen[WHY_MAX];
	char *config;  /* owned; the text of the configuration */
	char *cmdline; /* owned; NULL: not seen */
	/* of the loaded modules; PATH_UNSAFE_INTERRUPTS, ... */
	enum parameter_state unsafe_interrupts, unsafe_iommufd, disable_bypass;
};

#define PATH_UNSAFE_INTERRUPTS "sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts"
#define PATH_UNSAFE_IOMMUFD "sys/module/iommufd/parameters/allow_unsafe_interrupts"
#define PATH_DISABLE_BYPASS "sys/module/arm_smmu/parameters/disable_bypass"

#define STREAM_IDS (PROFILE_STREAM_ID_MAX + 1)

/* Messages of one kind about one stream id. */
struct smmu_messages {
	unsigned long n;
	uint32_t last;	       /* as the SMMU saw it last: the id is in the low six bits */
	unsigned long last_at; /* seconds after boot; 0: the line has no time */
};

/* What the SMMU's driver wrote to the kernel log, by stream id. */
struct log_facts {
	char unseen[WHY_MAX];
	/* global faults of a stream that the SMMU does not know, or that has no domain */
	struct smmu_messages blocked[STREAM_IDS];
	struct smmu_messages faults[STREAM_IDS]; /* "Unhandled context fault" */
};

/* A device file. */
struct file_facts {
	int err;	/* negative errno of stat(2); 0: the file exists */
	bool no_device; /* it is another kind of file; a recording has empty files instead */
	mode_t mode;
	uid_t user;
	gid_t group;
	bool denied; /* on a live board: this process may not open it */
};

#define USER_GROUPS_MAX 256

/* The user that runs the VMM. */
struct vmm_user {
	char name[NAME_SIZE]; /* or its number */
	bool named;	      /* by --user; else the owner of the group's device, or root */
	bool is_self;	      /* the user of this process, on a live board */
	uid_t id;
	gid_t groups[USER_GROUPS_MAX];
	int n_groups; /* -1: unknown, as in a recording */
};

#define GROUP_TYPE_MAX 16 /* bytes; the longest is "unmanaged" */

struct device_facts {
	bool waits;			/* for a supplier */
	bool shows_supplier;		/* false: the kernel does not show whether it waits */
	struct file_facts group_device; /* where it has a group */
	/* of the group's default domain; "": the kernel does not show it */
	char group_type[GROUP_TYPE_MAX];
	bool group_type_unseen;
	/* of /proc/interrupts, those that VFIO has requested for it */
	size_t n_interrupts;
	unsigned long most_interrupts; /* the count of the one with the most */
};

enum vmm {
	VMM_INSTALLED, /* in a source: QEMU, or crosvm where only crosvm is installed */
	VMM_QEMU,
	VMM_CROSVM,
};

struct qemu_facts {
	char unseen[WHY_MAX];
	const char *path;      /* borrowed: as named, or a program in PATH */
	char version[WHY_MAX]; /* first line of its --version */
	bool has_device;       /* vfio-platform */
};

/* What the help text of crosvm says; it has no version that means anything. */
struct crosvm_facts {
	char unseen[WHY_MAX];
	bool has_overlay; /* --device-tree-overlay */
	bool has_symbol;  /* --vfio PATH,dt-symbol=LABEL */
};

/* What the system controller's firmware has. */
struct firmware_facts {
	bool asked;
	char unseen[WHY_MAX];
	struct fault fault; /* it was asked, and gave no answer */
	struct partition_contents contents;
	struct partition_state state; /* without fault */
};

struct facts {
	const struct profile *profile; /* borrowed */
	struct tree_facts tree;

	char host_unseen[WHY_MAX]; /* also where this machine is not a board */
	bool live;		   /* the running machine, not a recording */
	struct snapshot snapshot;
	struct device_facts devices[PROFILE_PASS_MAX]; /* as the snapshot's */
	/* of all groups, whether they exist, or the running tree predicts them */
	bool knows_members;
	struct fault group_fault; /* a driver of the host has a member */
	struct fault in_use;	  /* of group_check_users() */
	bool shows_interrupts;	  /* /proc/interrupts could be read */
	enum {
		MODULE_UNKNOWN, /* of a recording, or libkmod failed */
		MODULE_MISSING,
		MODULE_LOADABLE,
	} module; /* vfio-platform's */
	struct vmm_user user;
	struct file_facts kvm, container; /* /dev/kvm, /dev/vfio/vfio */

	struct kernel_facts kernel;
	struct log_facts log;
	enum vmm vmm; /* the one that is checked; only its facts are read */
	struct qemu_facts qemu;
	struct crosvm_facts crosvm;
	struct firmware_facts firmware;
	uint64_t memory;  /* of the guest, in bytes; 0: unknown */
	uint64_t memlock; /* bytes that may be locked; UINT64_MAX: no limit */
	bool memlock_known;
};

enum access {
	ACCESS_NO,
	ACCESS_YES,
	ACCESS_UNKNOWN, /* it depends on the groups of the user, which are unknown */
};

/* May the user open the file for reading and writing, by its mode? */
enum access file_access(const struct file_facts *file, const struct vmm_user *user)
	__attribute__((nonnull));

/* Is the version known, and older than major.minor? */
bool version_before(const struct version *v, int major, int minor) __attribute__((nonnull));

/* On a board: does passed node i have a platform device, whatever its status is now? */
bool facts_has_device(const struct facts *facts, size_t i) __attribute__((nonnull));

/* cmdline_argument() for a parameter of a module, which a name without a value sets. */
enum parameter_state facts_argument(const struct facts *facts, const char *name)
	__attribute__((nonnull));

/* Is it PARAMETER_ON or PARAMETER_OFF, so that the module is there? */
bool parameter_is_known(enum parameter_state s);

/*
 * Does iommufd provide /dev/vfio/vfio, with the calls of type1?  A kernel has either
 * CONFIG_VFIO_CONTAINER, which type1 depends on, or CONFIG_IOMMUFD_VFIO_CONTAINER
 * (Linux, drivers/iommu/iommufd/Kconfig and vfio_compat.c; drivers/vfio/Kconfig): a type1
 * that is there is believed above the configuration.
 */
bool facts_have_iommufd_container(const struct facts *facts) __attribute__((nonnull));

/* Has a VMM asked for the interrupts of a device? */
bool facts_have_vmm(const struct facts *facts) __attribute__((nonnull));

/* Was the firmware asked, and did it answer? */
bool facts_has_firmware(const struct facts *facts) __attribute__((nonnull));

/* The name of a node of the tree. */
const char *facts_name(const struct facts *facts, int node) __attribute__((nonnull));

/* What to read the facts from; borrowed. */
struct facts_source {
	const struct sysroot *sys;
	const struct profile *profile;
	const char *dtb;    /* the tree that is to be booted; NULL: the running one */
	const char *config; /* the kernel's configuration, zipped or not; NULL: its own */
	enum vmm vmm;
	const char *qemu; /* NULL: the one in PATH, on a live board only; else vmm is it */
	const struct vmm_user *user; /* NULL: the owner of the group's device */
	uint64_t memory;	     /* of the guest, in bytes; 0: unknown */
	bool ask_firmware;
	FILE *log; /* gets each call of the firmware, as a line; NULL: none */
};

/*
 * Find a user by name or number, with its groups.  In a recording, whose users are not
 * those of this machine, only a number is accepted, and the groups are unknown.
 * -EINVAL: there is no such user.
 */
int vmm_user_find(const struct sysroot *s, const char *name, struct vmm_user *out,
		  struct fault *f) __attribute__((nonnull, warn_unused_result));

/*
 * Read all facts.  That something is missing or unreadable is a fact, no fault; faults
 * are a file of the source that was named and cannot be read, an error of
 * error_is_fatal(), and those of snapshot_take().  So is an unreadable name of the machine,
 * unless the source names a tree.
 * facts_free() must follow in any case.
 */
int facts_read_all(const struct facts_source *from, struct facts *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Read what the rows need that are checked before a bind, and little more: the tree, and
 * unless all devices are bound their state.  start is the snapshot that the bind is planned
 * from.  Result and errors as facts_read_all().
 */
int facts_read_before_bind(const struct facts_source *from, const struct snapshot *start,
			   struct facts *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

void facts_free(struct facts *facts) __attribute__((nonnull));

/* Parts of facts_read_all(), each for facts of its own. */
int facts_read_kernel(const struct facts_source *from, struct facts *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));
int facts_read_devices(const struct facts_source *from, struct facts *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));
int facts_read_vmm(const struct facts_source *from, struct facts *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * As sysroot_read_file(), but a file that cannot be read is no fault: *out is NULL.
 * An error of error_is_fatal() stays one.
 */
int facts_read_file(const struct sysroot *s, const char *path, size_t max, char **out,
		    struct fault *f) __attribute__((nonnull, warn_unused_result));

/* Parts of these, for facts_read_before_bind(): the kernel's release; groups and devices. */
void facts_read_release(const struct facts_source *from, struct facts *out)
	__attribute__((nonnull));
int facts_read_bind_state(const struct facts_source *from, struct facts *out, struct fault *f)
	__attribute__((nonnull, warn_unused_result));

#endif

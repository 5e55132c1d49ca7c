/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of QEMU or crosvm, and of what limits it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "check/check.h"
#include "check/facts.h"

#define MIB (1024 * 1024)

/* Skip a row about another VMM than the one that is checked. */
static bool is_skipped(const struct facts *facts, enum vmm row, struct finding *out)
{
	if (facts->vmm == row)
		return false;
	finding_set(out, VERDICT_SKIP, "not checked: the VMM is %s",
		    facts->vmm == VMM_CROSVM ? "crosvm" : "QEMU");
	return true;
}

static void run_qemu(const struct facts *facts, struct finding *out)
{
	if (!is_skipped(facts, VMM_QEMU, out))
		finding_set(out, VERDICT_OK, "%s", facts->qemu.version);
}

static void run_device(const struct facts *facts, struct finding *out)
{
	if (is_skipped(facts, VMM_QEMU, out))
		return;
	if (facts->qemu.has_device)
		finding_set(out, VERDICT_OK, "%s has vfio-platform", facts->qemu.path);
	else
		finding_set(out, VERDICT_FAIL, "%s has no vfio-platform", facts->qemu.path);
}

static void run_irqfd(const struct facts *facts, struct finding *out)
{
	if (is_skipped(facts, VMM_QEMU, out))
		return;
	if (tree_compatible(&facts->tree.t, "arm,gic-v3") < 0)
		finding_set(out, VERDICT_OK, "the board has no GICv3");
	else
		finding_set(out, VERDICT_NOTE,
			    "QEMU has no irqfd with a GICv3: interrupts work, but at about a "
			    "tenth of the speed");
}

static void run_crosvm(const struct facts *facts, struct finding *out)
{
	const struct crosvm_facts *c = &facts->crosvm;

	if (is_skipped(facts, VMM_CROSVM, out))
		return;
	if (c->has_overlay && c->has_symbol)
		finding_set(out, VERDICT_OK, "crosvm has --device-tree-overlay and dt-symbol");
	else
		finding_set(out, VERDICT_FAIL, "'crosvm run --help' does not mention %s",
			    c->has_overlay ? "dt-symbol of --vfio" : "--device-tree-overlay");
}

static void run_memlock(const struct facts *facts, struct finding *out)
{
	const struct vmm_user *user = &facts->user;

	/* /proc/self/limits has the limit of this process, or of the recording's user */
	if (!user->is_self && (facts->live || user->named))
		finding_not_seen(out, "the limit of another user is set where its VMM is "
				      "started: 'ulimit -l' shows it there");
	else if (!facts->memlock_known)
		finding_not_seen(out, "/proc/self/limits has no 'Max locked memory'");
	else if (facts->memlock == UINT64_MAX)
		finding_set(out, VERDICT_OK, "locked memory is not limited here");
	else if (!facts->memory)
		finding_set(out, VERDICT_SKIP,
			    "%" PRIu64
			    " KiB may be locked here; --memory SIZE compares it with the "
			    "guest's memory",
			    facts->memlock / 1024);
	else
		finding_set(out, facts->memlock < facts->memory ? VERDICT_FAIL : VERDICT_OK,
			    "%" PRIu64 " KiB may be locked here, and the guest has %" PRIu64
			    " MiB",
			    facts->memlock / 1024, facts->memory / MIB);
}

static void check_interrupts(const struct facts *facts, size_t i, struct finding *out)
{
	const char *name = facts->snapshot.devices[i].name;
	unsigned long most = facts->devices[i].most_interrupts;

	if (most > 1) {
		finding_set(out, VERDICT_OK, "%lu interrupts of %s arrived", most, name);
		return;
	}
	if (most == 0) {
		finding_set(out, VERDICT_WARN, "no interrupt of %s arrived", name);
		return;
	}
	/* a level line stays masked on the host until KVM reports that the guest handled it */
	finding_set(out, VERDICT_WARN, "one interrupt of %s arrived, and no second: %s", name,
		    facts->vmm == VMM_CROSVM ?
			    "the guest has not handled it" :
			    "the guest's tree says edge, or the line fired before the guest "
			    "enabled it");
	if (facts->vmm == VMM_CROSVM)
		return;
	finding_fix(out,
		    "give the guest's node the trigger of the host's, 4 (level), as 'imxpt "
		    "guest' does; if it has it, add -global vfio-platform.x-irqfd=off to "
		    "QEMU's arguments");
}

static void run_interrupts(const struct facts *facts, struct finding *out)
{
	if (!facts->shows_interrupts) {
		finding_not_seen(out, NO_INTERRUPTS);
		return;
	}
	finding_set(out, VERDICT_SKIP, "no guest uses the devices");
	for (size_t i = 0; i < facts->snapshot.n_devices; i++) {
		if (facts->profile->pass[i].bus_master && facts->devices[i].n_interrupts &&
		    out->verdict != VERDICT_WARN)
			check_interrupts(facts, i, out);
	}
}

#define HERE .stage = CHECK_VMM
#define HOST HERE, .input = INPUT_HOST
#define QEMU HERE, .input = INPUT_QEMU

const struct check checks_of_vmm[] = {
	{ .name = "qemu",
	  QEMU,
	  .run = run_qemu,
	  .what = "QEMU is installed",
	  .cause = "qemu-system-aarch64 is not in PATH",
	  .see = "qemu-system-aarch64 --version",
	  .source = "QEMU",
	  .fix = "install QEMU, or name it with --qemu" },
	{ .name = "qemu-device",
	  QEMU,
	  .run = run_device,
	  .needs = "qemu",
	  .what = "QEMU has the device vfio-platform",
	  .cause = "QEMU 10.0 deprecated it and 10.2 removed it, or it was disabled when "
		   "QEMU was built",
	  .see = "qemu-system-aarch64 -device vfio-platform,help",
	  .source = "QEMU, docs/about/removed-features.rst",
	  .fix = "use QEMU 10.1 or older (Debian 12 has 7.2, Debian 13 has 10.0), or crosvm: "
		 "see 'imxpt crosvm'" },
	{ .name = "irqfd",
	  HERE,
	  .input = INPUT_TREE,
	  .run = run_irqfd,
	  .needs = "board",
	  .what = "QEMU has irqfd with the GIC of the board",
	  .cause = "QEMU's GICv3 does not register its interrupts with KVM, so "
		   "vfio-platform handles each one in user space and traps the device's "
		   "registers around it: 76 Mbit/s were measured where 944 are possible",
	  .see = "qemu-system-aarch64 -trace vfio_platform_start_level_irqfd_injection "
		 "prints nothing",
	  .source = "QEMU, hw/intc/arm_gic_kvm.c against arm_gicv3_kvm.c",
	  .fix = "try gic-version=2, which has up to 8 cores, then dump QEMU's tree and "
		 "make the guest's tree again" },
	{ .name = "crosvm",
	  HERE,
	  .input = INPUT_CROSVM,
	  .run = run_crosvm,
	  .what = "crosvm takes an overlay and platform devices",
	  .cause = "crosvm has both options since November 2023, on arm64",
	  .see = "crosvm run --help",
	  .source = "google/crosvm, src/crosvm/cmdline.rs",
	  .fix = "use a newer crosvm, or QEMU: see 'imxpt qemu'" },
	{ .name = "memlock",
	  HOST,
	  .run = run_memlock,
	  .what = "the guest's memory may be locked",
	  .cause = "VFIO locks all of the guest's memory, and only root has no limit",
	  .see = "ulimit -l; QEMU: 'VFIO_MAP_DMA failed: Cannot allocate memory'; crosvm: "
		 "'failed to add guest memory map into iommu table'",
	  .source = "Linux, drivers/vfio/vfio_iommu_type1.c, vfio_lock_acct()",
	  .fix = "run 'ulimit -l unlimited', or set LimitMEMLOCK=infinity in the VMM's unit" },
	{ .name = "interrupts",
	  HOST,
	  .run = run_interrupts,
	  .needs = "resource partition stream",
	  .what = "the passed bus masters interrupt while a guest runs",
	  .cause =
		  "none: the device does no DMA, since its driver does not run, or its clocks "
		  "and power are not set. One and no second: the host masks a level line until "
		  "the guest has handled it, and never learns that where the guest's tree says "
		  "edge, or, with irqfd, where the line fired before the guest enabled it",
	  .see = "grep vfio-irq /proc/interrupts on the host; /proc/interrupts in the guest",
	  .source = "Linux, drivers/vfio/platform/vfio_platform_irq.c; "
		    "arch/arm64/kvm/vgic/vgic-v3.c, vgic_v3_fold_lr_state()",
	  .fix = "check in the guest that the driver of the device runs and has its clocks; see "
		 "also the check kernel-log" },
	{ .name = NULL },
};

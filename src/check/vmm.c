/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of QEMU, and of what limits it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "check/check.h"
#include "check/facts.h"

#define MIB (1024 * 1024)

static void run_qemu(const struct facts *facts, struct finding *out)
{
	finding_set(out, VERDICT_OK, "%s", facts->qemu.version);
}

static void run_device(const struct facts *facts, struct finding *out)
{
	if (facts->qemu.has_device)
		finding_set(out, VERDICT_OK, "%s has vfio-platform", facts->qemu.path);
	else
		finding_set(out, VERDICT_FAIL, "%s has no vfio-platform", facts->qemu.path);
}

static void run_irqfd(const struct facts *facts, struct finding *out)
{
	if (tree_compatible(&facts->tree.t, "arm,gic-v3") < 0)
		finding_set(out, VERDICT_OK, "the board has no GICv3");
	else
		finding_set(
			out, VERDICT_NOTE,
			"QEMU has no irqfd with a GICv3: interrupts work, at about a tenth of the speed");
}

static void run_memlock(const struct facts *facts, struct finding *out)
{
	if (!facts->memlock_known)
		finding_not_seen(out, "/proc/self/limits has no 'Max locked memory'");
	else if (facts->memlock == UINT64_MAX)
		finding_set(out, VERDICT_OK, "locked memory is not limited here");
	else if (!facts->memory)
		finding_set(
			out, VERDICT_SKIP,
			"%" PRIu64
			" KiB may be locked here; --memory SIZE compares it with the guest's memory",
			facts->memlock / 1024);
	else
		finding_set(out, facts->memlock < facts->memory ? VERDICT_FAIL : VERDICT_OK,
			    "%" PRIu64 " KiB may be locked here, and the guest has %" PRIu64
			    " MiB",
			    facts->memlock / 1024, facts->memory / MIB);
}

static void run_interrupts(const struct facts *facts, struct finding *out)
{
	finding_set(out, VERDICT_SKIP, "no guest uses the devices");
	for (size_t i = 0; i < facts->snapshot.n_devices; i++) {
		const struct interrupt_facts *n = &facts->interrupts[i];
		const char *name = facts->snapshot.devices[i].name;

		if (!facts->profile->pass[i].bus_master || !n->lines ||
		    out->verdict == VERDICT_WARN)
			continue;
		if (n->most == 0)
			finding_set(
				out, VERDICT_WARN,
				"%s: none has come: its DMA or its clocks are not set up, or its guest's driver does not run",
				name);
		else if (n->most == 1)
			finding_set(
				out, VERDICT_WARN,
				"%s: one has come, and no second: the guest's tree may say edge",
				name);
		else
			finding_set(out, VERDICT_OK, "%s: they come", name);
	}
}

#define HERE .stage = CHECK_VMM
#define HOST HERE, .input = INPUT_HOST
#define QEMU HERE, .input = INPUT_QEMU

static const struct check rows[] = {
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
	  .needs = { "qemu" },
	  .what = "QEMU has the device vfio-platform",
	  .cause =
		  "QEMU 10.0 deprecated it and 10.2 removed it, or it was disabled when QEMU was built",
	  .see = "qemu-system-aarch64 -device vfio-platform,help",
	  .source = "QEMU, docs/about/removed-features.rst",
	  .fix = "use QEMU 10.1 or older: Debian 12 has 7.2, Debian 13 has 10.0" },
	{ .name = "irqfd",
	  HERE,
	  .input = INPUT_TREE,
	  .run = run_irqfd,
	  .needs = { "board" },
	  .what = "QEMU has irqfd with the GIC of the board",
	  .cause =
		  "QEMU's GICv3 does not register its interrupts with KVM, so vfio-platform handles each one in user space and traps the device's registers around it: 76 Mbit/s were measured where 944 are possible",
	  .see = "qemu-system-aarch64 -trace vfio_platform_start_level_irqfd_injection prints nothing",
	  .source = "QEMU, hw/intc/arm_gic_kvm.c against arm_gicv3_kvm.c",
	  .fix = "try gic-version=2, which has up to 8 cores, then dump QEMU's tree and make the guest's tree again" },
	{ .name = "memlock",
	  HOST,
	  .run = run_memlock,
	  .what = "the guest's memory may be locked",
	  .cause = "VFIO locks all of the guest's memory, and only root has no limit",
	  .see = "ulimit -l; QEMU: 'VFIO_MAP_DMA failed: Cannot allocate memory'",
	  .source = "Linux, drivers/vfio/vfio_iommu_type1.c, vfio_lock_acct()",
	  .fix = "run 'ulimit -l unlimited', or set LimitMEMLOCK=infinity in QEMU's unit" },
	{ .name = "interrupts",
	  HOST,
	  .run = run_interrupts,
	  .needs = { "resource", "partition", "stream" },
	  .what = "the passed bus masters interrupt while a guest runs",
	  .cause =
		  "none: the device does no DMA that works, see resource and stream, or the guest drives its clocks wrongly; one and no more: nobody tells the host that it was handled, since the guest's tree says edge where the host's says level",
	  .see = "grep vfio-irq /proc/interrupts, on the host; /proc/interrupts in the guest",
	  .source = "Linux, drivers/vfio/platform/vfio_platform_irq.c",
	  .fix = "see the checks resource, stream and partition; let the guest's tree have the host's trigger type, 4; try -device vfio-platform,...,x-irqfd=off" },
};

const struct checks checks_of_vmm = { rows, sizeof(rows) / sizeof(rows[0]) };

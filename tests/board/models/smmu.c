/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * smmu - Arm's MMU-500, as Linux's arm-smmu driver programs it.
 *
 * Modelled: stream matching with masks, and stage 1 translation by the driver's own page
 * tables (AArch64 format, 4 KiB granule, blocks, access flag, read-only pages, TTBR0);
 * what it blocks it reports in the fault registers, and by its interrupt.
 *
 * Assumed, or left out: the id on the bus is the bare one that U-Boot has set; a fault is
 * always terminated, never stalled; tables are walked for each access, so there is no TLB
 * and its maintenance has nothing to do; stage 2, TTBR1 and other granules fault.
 *
 * Source: Linux, drivers/iommu/arm/arm-smmu/, for Arm's SMMUv2 architecture (IHI 0062).  A
 * stream whose entry has the type "fault" is an invalid context fault: seen on an i.MX 8
 * under Xen (xen-devel, 28 June 2022, "smmuv1: remove iommu group when deassign a device").
 */
#include "models.h"

#define SIZE 0x40000
#define N_STREAMS 64
#define N_BANKS 32

/* the global space */
#define CR0 0x0
#define CR0_CLIENTPD (1u << 0)
#define CR0_GFIE (1u << 2)
#define CR0_USFCFG (1u << 10)
#define IDR0 0x20
#define IDR1 0x24
#define IDR2 0x28
#define IDR7 0x3c
#define GFSR 0x48
#define GFSR_ICF (1u << 0)
#define GFSR_USF (1u << 1)
#define GFSR_MULTI (1u << 31)
#define GFSYNR0 0x50
#define GFSYNR0_WRITE (1u << 1)
#define GFSYNR1 0x54
#define SMR(n) (0x800 + 4 * (n))
#define SMR_VALID (1u << 31)
#define S2CR(n) (0xc00 + 4 * (n))
#define CBFRSYNRA(bank) (0x1400 + 4 * (bank))
#define ID_BITS 0x7fff

/* a context bank */
#define BANK(bank, reg) (0x20000 + 0x1000 * (bank) + (reg))
#define SCTLR 0x0
#define SCTLR_M (1u << 0)
#define SCTLR_CFIE (1u << 6)
#define TTBR0 0x20
#define TCR 0x30
#define FSR 0x58
#define FSR_TRANSLATION (1u << 1)
#define FSR_ACCESS_FLAG (1u << 2)
#define FSR_PERMISSION (1u << 3)
#define FSR_MULTI (1u << 31)
#define FAR 0x60
#define FSYNR0 0x68
#define FSYNR0_WRITE (1u << 4)

/* a descriptor */
#define VALID (1u << 0)
#define TABLE (1u << 1) /* a page, in the last table */
#define READ_ONLY (1u << 7)
#define ACCESSED (1u << 10)
#define ADDRESS 0x0000fffffffff000

enum stream_type {
	TRANSLATE,
	BYPASS,
	FAULT
};

static uint32_t regs[SIZE / 4] = {
	[IDR0 / 4] = 0x7f011e40, /* stage 1, 15 bits of id, 64 streams */
	[IDR1 / 4] = 0x40000020, /* 32 banks, each a page of 4 KiB */
	[IDR2 / 4] = 0x7555,	 /* 48 bits of address, 4, 16 and 64 KiB */
	[IDR7 / 4] = 0x21,	 /* revision 2.1 */
};
static unsigned long n_translated, n_passed, n_unknown, n_detached, n_faults;

static uint32_t *reg(uint32_t offset)
{
	return &regs[offset / 4];
}

static uint64_t wide(uint32_t offset)
{
	return *reg(offset) | (uint64_t)*reg(offset + 4) << 32;
}

/* All interrupts of the emulated board's SMMU are one line. */
static void update_line(void)
{
	bool high = *reg(GFSR) && *reg(CR0) & CR0_GFIE;

	for (unsigned int bank = 0; bank < N_BANKS; bank++)
		if (*reg(BANK(bank, FSR)) && *reg(BANK(bank, SCTLR)) & SCTLR_CFIE)
			high = true;
	machine_set_line(74, high);
}

static uint32_t smmu_read(void *model, uint32_t offset)
{
	(void)model;
	return *reg(offset);
}

static bool is_fault_status(uint32_t offset)
{
	return offset == GFSR || (offset >= BANK(0, 0) && offset % 0x1000 == FSR);
}

static void smmu_write(void *model, uint32_t offset, uint32_t value)
{
	(void)model;
	if (offset >= IDR0 && offset <= IDR7)
		return;
	if (is_fault_status(offset))
		*reg(offset) &= ~value;
	else
		*reg(offset) = value;
	update_line();
}

const struct block smmu_block = {
	.name = "mmu-500",
	.read = smmu_read,
	.write = smmu_write,
	.address = 0x51400000,
	.size = SIZE,
};

/* The number of the stream's entry; -1: the SMMU does not know it. */
static int match(uint16_t id)
{
	for (int n = 0; n < N_STREAMS; n++) {
		uint32_t smr = *reg(SMR(n));

		if (smr & SMR_VALID && !((smr ^ id) & ID_BITS & ~(smr >> 16)))
			return n;
	}
	return -1;
}

/* A stream that no entry matches, or one whose entry says that it has no context. */
static bool report_global(uint16_t id, bool write, uint32_t fault)
{
	if (fault == GFSR_USF)
		n_unknown++;
	else
		n_detached++;
	*reg(GFSYNR0) = write ? GFSYNR0_WRITE : 0;
	*reg(GFSYNR1) = id;
	*reg(GFSR) |= *reg(GFSR) ? GFSR_MULTI : fault;
	update_line();
	return false;
}

static bool report_fault(unsigned int bank, uint16_t id, uint64_t address, uint32_t fsr)
{
	n_faults++;
	if (*reg(BANK(bank, FSR))) {
		*reg(BANK(bank, FSR)) |= FSR_MULTI;
		return false;
	}
	*reg(BANK(bank, FAR)) = address;
	*reg(BANK(bank, FAR) + 4) = address >> 32;
	*reg(CBFRSYNRA(bank)) = id;
	*reg(BANK(bank, FSR)) = fsr;
	update_line();
	return false;
}

/* Returns the fault, as FSR has it, or 0 and where the address is. */
static uint32_t walk(unsigned int bank, uint64_t address, bool write, uint64_t *physical)
{
	uint32_t tcr = *reg(BANK(bank, TCR));
	unsigned int bits = 64 - (tcr & 0x3f), granule = tcr >> 14 & 3;
	uint64_t table = wide(BANK(bank, TTBR0)) & ADDRESS, entry;
	int shift;

	if (granule || bits < 25 || bits > 48 || address >> bits)
		return FSR_TRANSLATION;
	for (shift = 12 + (bits - 13) / 9 * 9;; shift -= 9) {
		machine_read(table + (address >> shift & 0x1ff) * 8, &entry, sizeof(entry));
		if (!(entry & VALID) || (shift == 12 && !(entry & TABLE)))
			return FSR_TRANSLATION;
		if (shift == 12 || !(entry & TABLE))
			break;
		table = entry & ADDRESS;
	}
	if (!(entry & ACCESSED))
		return FSR_ACCESS_FLAG;
	if (write && entry & READ_ONLY)
		return FSR_PERMISSION;
	*physical = (entry & ADDRESS) >> shift << shift | (address & ((1ull << shift) - 1));
	return 0;
}

bool smmu_translate(uint16_t stream_id, uint64_t address, bool write, uint64_t *physical,
		    bool *translated)
{
	int stream = match(stream_id);
	unsigned int type = stream < 0 ? FAULT : *reg(S2CR(stream)) >> 16 & 3;
	unsigned int bank = stream < 0 ? 0 : *reg(S2CR(stream)) & 0xff;
	uint32_t fsr;

	if (stream < 0 && !(*reg(CR0) & CR0_USFCFG))
		type = BYPASS;
	if (*reg(CR0) & CR0_CLIENTPD)
		type = BYPASS;
	if (type == FAULT || bank >= N_BANKS)
		return report_global(stream_id, write, stream < 0 ? GFSR_USF : GFSR_ICF);
	if (type == BYPASS || !(*reg(BANK(bank, SCTLR)) & SCTLR_M)) {
		*physical = address;
		*translated = false;
		n_passed++;
		return true;
	}
	fsr = walk(bank, address, write, physical);
	if (fsr) {
		*reg(BANK(bank, FSYNR0)) = write ? FSYNR0_WRITE : 0;
		return report_fault(bank, stream_id, address, fsr);
	}
	*translated = true;
	n_translated++;
	return true;
}

void smmu_report(FILE *out)
{
	fprintf(out, "smmu translated %lu\n", n_translated);
	fprintf(out, "smmu passed-as-is %lu\n", n_passed);
	fprintf(out, "smmu unknown-stream %lu\n", n_unknown);
	fprintf(out, "smmu detached-stream %lu\n", n_detached);
	fprintf(out, "smmu faults %lu\n", n_faults);
}

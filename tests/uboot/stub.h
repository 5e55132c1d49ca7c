/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stub - what U-Boot's sources need of the rest of U-Boot; included before each of them.
 *
 * Declarations follow U-Boot: include/misc.h, include/log.h, include/asm-generic/types,
 * arch/arm/include/asm/global_data.h, arch/arm/include/asm/arch-imx8/sys_proto.h.
 */
#ifndef TESTS_UBOOT_STUB_H
#define TESTS_UBOOT_STUB_H

#include <errno.h>
#include <libfdt.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;

struct bd_info;
struct udevice;

struct global_data {
	struct {
		struct udevice *scu_dev;
	} arch;
};

extern struct global_data *gd;
extern unsigned long boot_pointer[]; /* [1]: where OP-TEE is; 0: there is none */

#define DECLARE_GLOBAL_DATA_PTR extern struct global_data *gd
#define be32_to_cpup(p) fdt32_to_cpu(*(p))
#define is_imx8qm() true
#define IS_ENABLED(option) 1 /* asked for CONFIG_IMX8 only */
#define CONFIG_BOOTAUX_RESERVED_MEM_BASE 0
#define CONFIG_BOOTAUX_RESERVED_MEM_SIZE 0

#define debug(...) ((void)0)
#define printf(...) fprintf(stderr, __VA_ARGS__)
#define pr_err printf
#define hang abort

/* Send a message to the firmware and wait for its answer. */
int misc_call(struct udevice *dev, int no_answer, void *tx, int tx_size, void *rx,
	      int rx_size);

int fdt_increase_size(void *fdt, int add_len);
int ft_system_setup(void *blob, struct bd_info *bd);

#endif

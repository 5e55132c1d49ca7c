/* SPDX-License-Identifier: Apache-2.0 */
/* The mailbox's registers by VFIO, with answers of our own to ioctl(). */
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "scfw/firmware.h"
#include "scratch.h"

#define SIZE 0x10000 /* bytes of the region */
#define OFFSET 0x1000

static const struct device mailbox = { .name = "5d1d0000.mailbox", .group = 5 };

/* What VFIO answers. */
static struct {
	unsigned long fails; /* a request */
	uint32_t status, flags;
	uint64_t size;
	int access; /* of the device's file */
} vfio;

int __wrap_ioctl(int fd, unsigned long request, ...);

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	assert_true(fd > 2);
	if (request == vfio.fails) {
		errno = EPERM;
		return -1;
	}
	if (request == VFIO_GROUP_GET_STATUS) {
		assert_int_equal(((struct vfio_group_status *)arg)->argsz,
				 sizeof(struct vfio_group_status));
		((struct vfio_group_status *)arg)->flags = vfio.status;
	} else if (request == VFIO_SET_IOMMU) {
		assert_int_equal((uintptr_t)arg, VFIO_TYPE1v2_IOMMU);
	} else if (request == VFIO_GROUP_GET_DEVICE_FD) {
		assert_string_equal(arg, mailbox.name);
		return open("registers", vfio.access);
	} else if (request == VFIO_DEVICE_GET_REGION_INFO) {
		struct vfio_region_info *region = arg;

		assert_int_equal(region->argsz, sizeof(*region));
		assert_int_equal(region->index, 0);
		region->flags = vfio.flags;
		region->size = vfio.size;
		region->offset = OFFSET;
	} else {
		assert_int_equal(request, VFIO_GROUP_SET_CONTAINER);
		assert_true(*(int *)arg > 2 && *(int *)arg != fd);
	}
	return 0;
}

static int boot(void **state)
{
	vfio.fails = 0;
	vfio.status = VFIO_GROUP_FLAGS_VIABLE;
	vfio.flags = VFIO_REGION_INFO_FLAG_MMAP;
	vfio.size = SIZE;
	vfio.access = O_RDWR;
	if (scratch_enter(state) || mkdir("dev", 0700) || mkdir("dev/vfio", 0700))
		return -1;
	scratch_write("dev/vfio/vfio", "");
	scratch_write("dev/vfio/5", "");
	scratch_write("registers", "");
	return truncate("registers", OFFSET + SIZE);
}

static int next_descriptor(void)
{
	int fd = dup(0);

	close(fd);
	return fd;
}

static int opened(struct registers *r, struct fault *f)
{
	struct sysroot s;
	int ret;

	*f = (struct fault){ 0 };
	assert_int_equal(sysroot_open(scratch, &s, f), 0);
	ret = registers_open(&s, &mailbox, r, f);
	if (ret == 0)
		ret = registers_map(r, f);
	sysroot_close(&s);
	return ret;
}

/* Each error has its text, and what was opened is closed. */
static void refused(int code, const char *text, const char *fix)
{
	int first = next_descriptor();
	struct registers r;
	struct fault f;

	assert_int_equal(opened(&r, &f), code);
	assert_string_equal(f.text, text);
	assert_string_equal(f.fix, fix);
	registers_close(&r);
	assert_int_equal(next_descriptor(), first);
}

static void they_are_mapped_until_they_are_closed(void **state)
{
	int first = next_descriptor();
	struct registers r;
	struct fault f;
	uint32_t word;
	int fd;

	(void)state;
	assert_int_equal(opened(&r, &f), 0);
	registers_write(&r, MU_TR(2), 0x12345678);
	registers_write(&r, SIZE - sizeof(word), 7);
	assert_int_equal(registers_read(&r, MU_TR(2)), 0x12345678);
	assert_int_equal(registers_read(&r, MU_CR), 0);
	registers_close(&r);
	assert_null(r.map);
	assert_true(r.device == -1 && r.group == -1 && r.container == -1);
	registers_close(&r);
	assert_int_equal(next_descriptor(), first);

	fd = open("registers", O_RDONLY);
	assert_int_equal(pread(fd, &word, sizeof(word), OFFSET + MU_TR(2)), sizeof(word));
	assert_int_equal(word, 0x12345678);
	assert_int_equal(pread(fd, &word, sizeof(word), OFFSET + SIZE - sizeof(word)),
			 sizeof(word));
	assert_int_equal(word, 7);
	close(fd);
}

static void a_file_that_is_missing_is_named(void **state)
{
	(void)state;
	unlink("dev/vfio/5");
	refused(-ENOENT, "cannot open /dev/vfio/5: No such file or directory", "");
	unlink("dev/vfio/vfio");
	refused(-ENOENT, "cannot open /dev/vfio/vfio: No such file or directory", "");
}

static void a_group_that_is_not_whole_is_refused(void **state)
{
	(void)state;
	vfio.status = VFIO_GROUP_FLAGS_CONTAINER_SET;
	refused(-ENODEV, "/dev/vfio/5: not all members of the group are bound to VFIO",
		"run 'imxpt bind'");
}

static void what_the_kernel_refuses_is_reported(void **state)
{
	static const char attach[] =
		"/dev/vfio/5: cannot attach the group to an IOMMU: Operation not permitted";
	static const char fix[] = "'imxpt check' names what is missing";

	(void)state;
	vfio.fails = VFIO_GROUP_GET_STATUS;
	refused(-EPERM, "/dev/vfio/5: Operation not permitted", "");
	vfio.fails = VFIO_GROUP_SET_CONTAINER;
	refused(-EPERM, attach, fix);
	vfio.fails = VFIO_SET_IOMMU;
	refused(-EPERM, attach, fix);
	vfio.fails = VFIO_GROUP_GET_DEVICE_FD;
	refused(-EPERM, "5d1d0000.mailbox: VFIO cannot open it: Operation not permitted", "");
	vfio.fails = VFIO_DEVICE_GET_REGION_INFO;
	refused(-EPERM, "the mailbox's registers: Operation not permitted", "");
	vfio.fails = 0;
	vfio.access = O_RDONLY;
	refused(-EACCES, "cannot map the mailbox's registers: Permission denied", "");
}

static void registers_that_cannot_be_used_are_not_mapped(void **state)
{
	(void)state;
	vfio.size = MU_CR;
	refused(-ENOTSUP,
		"the mailbox's registers cannot be mapped: VFIO has 36 bytes of them, flags 0x4",
		"");
	vfio.size = SIZE;
	vfio.flags = VFIO_REGION_INFO_FLAG_READ;
	refused(-ENOTSUP,
		"the mailbox's registers cannot be mapped: VFIO has 65536 bytes of them, "
		"flags 0x1",
		"");
}

#define vfio_test(test) cmocka_unit_test_setup_teardown(test, boot, scratch_leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		vfio_test(they_are_mapped_until_they_are_closed),
		vfio_test(a_file_that_is_missing_is_named),
		vfio_test(a_group_that_is_not_whole_is_refused),
		vfio_test(what_the_kernel_refuses_is_reported),
		vfio_test(registers_that_cannot_be_used_are_not_mapped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "guest/qemu.h"

#define WORDS_MAX 16

static struct qemu_choices choices;
static struct fault fault;

/* Split the text into words, in buf. */
static size_t split(const char *text, char *buf, char **words)
{
	size_t n = 0;

	strcpy(buf, text);
	for (char *s = strtok(buf, " "); s; s = strtok(NULL, " "))
		words[n++] = s;
	return n;
}

static int read_choices(const char *text)
{
	char buf[256], *words[WORDS_MAX];
	size_t n = split(text, buf, words);

	memset(&fault, 0, sizeof(fault));
	return qemu_choices_read(words, n, &choices, &fault);
}

static bool is_shared(const char *text)
{
	char buf[256], *words[WORDS_MAX];
	size_t n = split(text, buf, words), i = 0;
	struct qemu_option a;

	assert_int_equal(qemu_choices_read(words, n, &choices, &fault), 0);
	assert_int_equal(qemu_option_next(words, n, &i, &a, &fault), 0);
	return qemu_option_is_shared(&a, &choices);
}

static void expect_kind(const char *text, const char *kind)
{
	char buf[256], *words[WORDS_MAX];
	size_t n = split(text, buf, words), i = 0;
	struct qemu_option a;

	assert_int_equal(qemu_option_next(words, n, &i, &a, &fault), 0);
	assert_string_equal(a.kind, kind);
}

static void the_kind_is_the_last_value_of_its_key(void **state)
{
	char text[128] = "-device ", kind[QEMU_OPTION_KIND_MAX] = "";

	(void)state;
	expect_kind("-device virtio-net-pci,mac=a", "virtio-net-pci");
	expect_kind("-device x,driver=y,id=z,driver=vfio-platform", "vfio-platform");
	expect_kind("-drive if=none,file=a,,if=sd", "none");
	/* a comma is written twice */
	expect_kind("-device a,,b,,,,c,id=d", "a,b,,c");
	/* and what is longer than any kind is cut off */
	memset(text + strlen("-device "), 'x', QEMU_OPTION_KIND_MAX);
	memset(kind, 'x', sizeof(kind) - 1);
	expect_kind(text, kind);
}

static void no_argument_decides_nothing(void **state)
{
	static const struct qemu_choices none;

	(void)state;
	assert_int_equal(qemu_choices_read(NULL, 0, &choices, &fault), 0);
	assert_memory_equal(&choices, &none, sizeof(none));
	assert_int_equal(read_choices("disk.img -netdev user,id=n -S"), 0);
	choices.has[QEMU_CLASS_OTHER] = false;
	assert_memory_equal(&choices, &none, sizeof(none));
}

static void each_choice_is_read(void **state)
{
	(void)state;
	assert_int_equal(read_choices("-cpu host"), 0);
	assert_true(choices.has[QEMU_CLASS_CPU]);
	assert_int_equal(read_choices("-m 1G"), 0);
	assert_true(choices.has[QEMU_CLASS_MEMORY]);
	assert_int_equal(read_choices("-enable-kvm"), 0);
	assert_true(choices.has[QEMU_CLASS_ACCELERATOR]);
	assert_int_equal(read_choices("-accel tcg"), 0);
	assert_true(choices.has[QEMU_CLASS_ACCELERATOR]);
	assert_int_equal(read_choices("-kernel Image -append ro"), 0);
	assert_true(choices.has[QEMU_CLASS_KERNEL] && choices.has[QEMU_CLASS_APPEND]);
	assert_int_equal(read_choices("-daemonize"), 0);
	assert_true(choices.has[QEMU_CLASS_DISPLAY]);
}

static void two_dashes_are_accepted(void **state)
{
	(void)state;
	assert_int_equal(read_choices("--cpu host --nographic"), 0);
	assert_true(choices.has[QEMU_CLASS_CPU] && choices.has[QEMU_CLASS_DISPLAY]);
}

static void a_value_is_not_an_option(void **state)
{
	(void)state;
	assert_int_equal(read_choices("-append -cpu"), 0);
	assert_false(choices.has[QEMU_CLASS_CPU]);
	assert_int_equal(read_choices("cpu"), 0);
	assert_false(choices.has[QEMU_CLASS_CPU]);
}

static void a_machine_is_chosen_by_its_type(void **state)
{
	(void)state;
	assert_int_equal(read_choices("-M virt"), 0);
	assert_true(choices.has[QEMU_CLASS_MACHINE]);
	assert_int_equal(read_choices("-machine virt-7.2,accel=tcg"), 0);
	assert_true(choices.has[QEMU_CLASS_MACHINE] && choices.has[QEMU_CLASS_ACCELERATOR]);
	assert_int_equal(read_choices("-M highmem=off,type=virt"), 0);
	assert_true(choices.has[QEMU_CLASS_MACHINE]);
	assert_int_equal(read_choices("-M highmem=off"), 0);
	assert_false(choices.has[QEMU_CLASS_MACHINE]);
}

static void assert_refused(const char *text, const char *says, const char *fix)
{
	assert_int_equal(read_choices(text), -EINVAL);
	assert_non_null(strstr(fault.text, says));
	assert_non_null(strstr(fault.fix, fix));
}

static void arguments_that_need_another_tree_are_refused(void **state)
{
	(void)state;
	assert_refused("-dtb my.dtb", "-dtb my.dtb", "imxpt guest");
	assert_refused("-M virt,dumpdtb=x", "already has a tree", "leave out 'dumpdtb=x'");
	assert_refused("-M virt,dtb=x,its=off", "already has a tree", "leave out 'dtb=x'");
	assert_refused("-readconfig vm.cfg", "vm.cfg", "as arguments");
	assert_refused("-device virtio-rng-pci,id=x -set device.x.driver=tpm-tis-device",
		       "-set device.x.driver=tpm-tis-device", "the option that it changes");
	assert_refused("--set machine.x.y=z", "--set machine.x.y=z", "the option");
	assert_refused("-M raspi3b", "raspi3b", "virt");
	assert_refused("-M virtual", "virtual", "virt");
	assert_refused("-M type=raspi3b", "raspi3b", "virt");
}

static void arguments_that_move_the_devices_are_refused(void **state)
{
	(void)state;
	assert_refused("-device vfio-platform,host=a", "vfio-platform", "-p FILE.dtb");
	assert_refused("-device host=a,driver=vfio-platform", "vfio-platform", "profile");
	assert_refused("-device {\"host\":\"a\",\"driver\":\"vfio-platform\"}",
		       "vfio-platform", "profile");
	assert_refused("-device vfio-amd-xgbe,host=a", "vfio-amd-xgbe", "profile");
	assert_refused("-device vfio-calxeda-xgmac,host=a", "vfio-calxeda-xgmac", "profile");
	assert_refused("-device {\"driver\":\"tpm-tis-device\",\"tpmdev\":\"t\"}", "JSON",
		       "-device tpm-tis-device,");
	assert_refused("-device {\"driver\":\"uefi-vars-sysbus\"}", "JSON",
		       "-device uefi-vars-sysbus,");
	assert_int_equal(read_choices("-device {\"driver\":\"virtio-net-pci\"}"), 0);
	assert_int_equal(read_choices("-device {\"id\":\"vfio-platform\"}"), 0);
	assert_int_equal(read_choices("-device vfio-platform-x,id=vfio-platform"), 0);
	assert_int_equal(read_choices("-device vfio-pci,host=01:00.0"), 0);
}

/* Of QEMU's qemu_global_option(), both forms, and any driver. */
static void a_host_device_for_all_passed_ones_is_refused(void **state)
{
	static const char *const values[] = {
		"vfio-platform.sysfsdev=/x",
		"vfio-platform.host=x",
		"sys-bus-device.host=x",
		"driver=vfio-platform,property=sysfsdev,value=/x",
		"value=x,property=host,driver=device",
	};
	char text[128];

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		assert_refused(strcat(strcpy(text, "-global "), values[i]), text,
			       "leave it out");
	assert_int_equal(read_choices("-global vfio-platform.x-irqfd=off"), 0);
	assert_int_equal(read_choices(
				 "-global driver=vfio-platform,property=x-irqfd,value=off"),
			 0);
	assert_int_equal(read_choices("-global virtio-net-pci.host_mtu=1500"), 0);
	assert_int_equal(read_choices("-global gpex-pcihost.x=y.host=z"), 0);
}

/* QEMU's qobject_from_json() accepts both quotes; the last of equal keys is used. */
static void a_device_is_found_in_every_spelling(void **state)
{
	(void)state;
	assert_refused("-device {'driver':'vfio-platform'}", "vfio-platform", "profile");
	assert_refused("-device {\"id\":\"driver\",\"driver\":\"tpm-tis-device\"}", "JSON",
		       "-device tpm-tis-device,");
	assert_refused("-device {\"driver\":\"vfio\\u002dplatform\"}", "vfio-platform",
		       "profile");
	assert_refused("-device virtio-net-pci,driver=vfio-platform", "vfio-platform",
		       "profile");
	assert_int_equal(read_choices("-device {\"driver\":7}"), 0);
	assert_int_equal(read_choices("-device {}"), 0);
}

/* QEMU reads two commas as one in a value, and what follows is part of it. */
static void two_commas_do_not_end_a_value(void **state)
{
	(void)state;
	assert_refused("-device vfio-platform,sysfsdev=/x,,driver=virtio-net-pci",
		       "-device vfio-platform:", "profile");
	assert_refused("-device id=a,,,driver=vfio-platform", "vfio-platform", "profile");
	assert_int_equal(read_choices("-device virtio-net-pci,mac=a,,driver=vfio-platform"),
			 0);
	assert_int_equal(read_choices("-device virtio-net-pci,mac=,,driver=vfio-platform"), 0);
	assert_int_equal(read_choices("-device x,,driver=vfio-platform"), 0);
	assert_int_equal(read_choices("-device vfio-platform,,x"), 0);
	assert_int_equal(read_choices("-device drivers=vfio-platform"), 0);
	assert_int_equal(read_choices("-device host=a,vfio-platform"), 0);
	assert_int_equal(read_choices("-M virt,firmware=a,,dtb=b"), 0);
	assert_true(choices.has[QEMU_CLASS_MACHINE]);
	assert_int_equal(read_choices("-M firmware=a,,type=raspi3b"), 0);
	assert_false(choices.has[QEMU_CLASS_MACHINE]);
	assert_refused("-M virt,firmware=a,,b,dtb=c,,d", "already has a tree",
		       "leave out 'dtb=c,,d'");
	assert_true(is_shared("-drive file=a,,b,if=pflash"));
	assert_false(is_shared("-drive file=a,,if=pflash"));
	assert_true(is_shared("-object memory-backend-file,mem-path=a,,qom-type=x,id=r"));
}

/* QEMU's tree has its PCI address, and the dumped one has no other PCI device. */
static void an_iommu_without_an_address_is_refused(void **state)
{
	static const char fix[] = "write it as -device virtio-iommu-pci,addr=0x10";

	(void)state;
	assert_refused("-device virtio-iommu-pci", "-device virtio-iommu-pci: its PCI address",
		       fix);
	assert_refused("-device virtio-iommu-pci,id=addr,aw-bits=,,addr=48", "PCI address",
		       fix);
	assert_refused("-device {\"driver\":\"virtio-iommu-pci\"}", "PCI address", fix);
	assert_refused("-device {\"driver\":\"virtio-iommu-pci\",\"addr\":\"\"}",
		       "PCI address", fix);
}

static void invalid_json_is_refused(void **state)
{
	(void)state;
	assert_refused("-device {\"driver\"", "-device {\"driver\": not a JSON object", "");
	assert_refused("-object {", "-object {: not a JSON object", "");
	assert_refused("-device {\"driver\":\"e1000\"}x", "}x: not a JSON object", "");
}

static void a_missing_value_is_refused(void **state)
{
	(void)state;
	assert_refused("-S -cpu", "-cpu: its value is missing", "");
}

static void arguments_that_qemus_tree_depends_on_are_shared(void **state)
{
	(void)state;
	assert_true(is_shared("-M virt"));
	assert_true(is_shared("-cpu host"));
	assert_true(is_shared("-smp 4"));
	assert_true(is_shared("-m 1G"));
	assert_true(is_shared("-numa node"));
	assert_true(is_shared("-global gpex-pcihost.x=y"));
	assert_true(is_shared("-accel kvm"));
	assert_true(is_shared("-mem-path /dev/hugepages"));
	assert_true(is_shared("-object memory-backend-ram,id=r,size=1G"));
	assert_true(is_shared("-object id=r,qom-type=memory-backend-ram,size=1G"));
	assert_true(is_shared("-object {'qom-type':'memory-backend-ram','id':'r'}"));
	assert_true(is_shared("-object thread-context,id=t"));
	assert_true(is_shared("-object secret,id=s,data=x"));
	assert_true(is_shared("-object secret_keyring,id=s,serial=1"));
	assert_true(is_shared("-device virtio-iommu-pci,addr=0x10"));
	assert_true(is_shared("-device addr=10.0,driver=virtio-iommu"));
	assert_true(is_shared("-device {\"driver\":\"virtio-iommu-pci\",\"addr\":\"0x10\"}"));
	assert_true(is_shared("-device uefi-vars-sysbus"));
	assert_false(is_shared("-object rng-random,id=r"));
	assert_false(is_shared("-object rng-random,id=memory-backend-ram"));
	assert_false(is_shared("-object id=r,x=memory-backend-ram"));
	assert_false(is_shared("-device virtio-net-pci"));
	assert_false(is_shared("-nic tap"));
	assert_false(is_shared("-kernel Image"));
	assert_false(is_shared("-qmp stdio"));
}

/* With firmware, machvirt_init() makes the power button another way. */
static void firmware_is_shared(void **state)
{
	(void)state;
	assert_true(is_shared("-bios fw"));
	assert_true(is_shared("-pflash fw"));
	assert_true(is_shared("-L dir"));
	assert_true(is_shared("-add-fd fd=3,set=1 -pflash /dev/fdset/1"));
	assert_true(is_shared("-no-acpi -bios fw"));
	assert_true(is_shared("-drive file=fw,if=pflash,format=raw"));
	assert_true(is_shared("-drive if=pflash,file=fw"));
	assert_false(is_shared("-drive if=virtio,file=pflash"));
	assert_false(is_shared("-drive file=root"));
	assert_true(
		is_shared("-blockdev driver=file,node-name=f,filename=fw -M virt,pflash0=f"));
	assert_true(is_shared("-blockdev {'driver':'file','node-name':'f'} -M pflash1=f"));
	assert_true(is_shared("-drive if=none,id=f,file=fw -M pflash0=f"));
	assert_false(is_shared("-blockdev driver=file,node-name=f,filename=fw -M virt"));
}

static void a_tpm_is_shared_with_its_backend(void **state)
{
	(void)state;
	assert_true(is_shared("-device tpm-tis-device,tpmdev=t"));
	assert_true(is_shared("-chardev socket,id=c -device tpm-tis-device,tpmdev=t"));
	assert_true(is_shared("-tpmdev emulator,id=t -device tpm-tis-device,tpmdev=t"));
	assert_false(is_shared("-chardev socket,id=c"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kind_is_the_last_value_of_its_key),
		cmocka_unit_test(no_argument_decides_nothing),
		cmocka_unit_test(each_choice_is_read),
		cmocka_unit_test(two_dashes_are_accepted),
		cmocka_unit_test(a_value_is_not_an_option),
		cmocka_unit_test(a_machine_is_chosen_by_its_type),
		cmocka_unit_test(arguments_that_need_another_tree_are_refused),
		cmocka_unit_test(arguments_that_move_the_devices_are_refused),
		cmocka_unit_test(a_host_device_for_all_passed_ones_is_refused),
		cmocka_unit_test(a_device_is_found_in_every_spelling),
		cmocka_unit_test(two_commas_do_not_end_a_value),
		cmocka_unit_test(an_iommu_without_an_address_is_refused),
		cmocka_unit_test(invalid_json_is_refused),
		cmocka_unit_test(a_missing_value_is_refused),
		cmocka_unit_test(arguments_that_qemus_tree_depends_on_are_shared),
		cmocka_unit_test(firmware_is_shared),
		cmocka_unit_test(a_tpm_is_shared_with_its_backend),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Debian's static libraries, which are compiled for glibc with _FORTIFY_SOURCE, need
 * besides musl; and in place of libudev, one that cannot reach udev.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int __fprintf_chk(FILE *out, int flag, const char *fmt, ...);
int __snprintf_chk(char *s, size_t n, int flag, size_t room, const char *fmt, ...);
int __vsnprintf_chk(char *s, size_t n, int flag, size_t room, const char *fmt, va_list ap);
int __vasprintf_chk(char **out, int flag, const char *fmt, va_list ap);
char *__strcat_chk(char *to, const char *from, size_t room);
long long __isoc23_strtoll(const char *text, char **end, int base);
unsigned long long __isoc23_strtoull(const char *text, char **end, int base);
uint32_t arc4random(void);
int vasprintf(char **out, const char *fmt, va_list ap);

int __fprintf_chk(FILE *out, int flag, const char *fmt, ...)
{
	va_list ap;
	int n;

	(void)flag;
	va_start(ap, fmt);
	n = vfprintf(out, fmt, ap);
	va_end(ap);
	return n;
}

int __vsnprintf_chk(char *s, size_t n, int flag, size_t room, const char *fmt, va_list ap)
{
	(void)flag;
	return vsnprintf(s, n < room ? n : room, fmt, ap);
}

int __snprintf_chk(char *s, size_t n, int flag, size_t room, const char *fmt, ...)
{
	va_list ap;
	int ret;

	va_start(ap, fmt);
	ret = __vsnprintf_chk(s, n, flag, room, fmt, ap);
	va_end(ap);
	return ret;
}

int __vasprintf_chk(char **out, int flag, const char *fmt, va_list ap)
{
	(void)flag;
	return vasprintf(out, fmt, ap);
}

char *__strcat_chk(char *to, const char *from, size_t room)
{
	(void)room;
	return strcat(to, from);
}

/* Debian 13's json-c needs what glibc has since 2.36 and 2.38. */
long long __isoc23_strtoll(const char *text, char **end, int base)
{
	return strtoll(text, end, base);
}

unsigned long long __isoc23_strtoull(const char *text, char **end, int base)
{
	return strtoull(text, end, base);
}

uint32_t arc4random(void)
{
	uint32_t number = 0;

	if (getentropy(&number, sizeof(number)))
		abort();
	return number;
}

/* udev_new() fails, and then the program calls udev_unref() only. */
#define FAILS(name)          \
	void *name(void);    \
	void *name(void)     \
	{                    \
		return NULL; \
	}

FAILS(udev_new)
FAILS(udev_unref)
FAILS(udev_monitor_new_from_netlink)
FAILS(udev_monitor_filter_add_match_subsystem_devtype)
FAILS(udev_monitor_enable_receiving)
FAILS(udev_monitor_get_fd)
FAILS(udev_monitor_receive_device)
FAILS(udev_monitor_unref)
FAILS(udev_device_new_from_subsystem_sysname)
FAILS(udev_device_get_is_initialized)
FAILS(udev_device_unref)

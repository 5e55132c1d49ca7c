/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>

#include "base/file.h"
#include "check/facts.h"

#define CONFIG_MAX (16 * 1024 * 1024) /* bytes; one has some 300 KiB */
#define LOG "dmesg"		      /* of a recording */
#define LOG_MAX (64 * 1024 * 1024)    /* bytes; the kernel's buffer has some 128 KiB */
#define TIME_DIGITS 9		      /* of seconds after boot: 31 years */
#define CMDLINE_MAX (64 * 1024)	      /* bytes; arm64's has at most 2048 */

int facts_read_file(const struct sysroot *s, const char *path, size_t max, char **out,
		    struct fault *f)
{
	void *data = NULL;
	size_t size;
	int ret = sysroot_read_file(s, path, max, &data, &size, f);

	*out = ret ? NULL : data;
	if (error_is_fatal(ret))
		return ret;
	*f = (struct fault){ 0 };
	return 0;
}

static int read_parameter(const struct sysroot *s, const char *path, enum parameter_state *out,
			  struct fault *f)
{
	char value[4];
	int ret = sysroot_read(s, path, value, sizeof(value));

	if (error_is_fatal(ret))
		return fault_set(f, ret, "cannot read /%s: %s", path, strerror(-ret));
	if (ret)
		*out = error_is_absent(ret) ? PARAMETER_ABSENT : PARAMETER_UNSEEN;
	else
		*out = *value == 'Y' || *value == '1' ? PARAMETER_ON : PARAMETER_OFF;
	return 0;
}

/* Unpack the data of a file, which is freed or becomes *out. */
static int unpack(void *data, size_t size, char **out, struct fault *f)
{
	int ret;

	if (!gunzip_is_zipped(data, size)) {
		*out = data;
		return 0;
	}
	ret = gunzip(data, size, CONFIG_MAX, out, f);
	free(data);
	return ret;
}

/* path is below the root directory s; NULL: it is not. */
static int read_config_file(const struct sysroot *s, const char *path, char **out,
			    struct fault *f)
{
	void *data;
	size_t size;
	int ret = s ? sysroot_read_file(s, path, CONFIG_MAX, &data, &size, f) :
		      file_read(path, CONFIG_MAX, &data, &size, f);

	if (ret)
		return ret;
	ret = unpack(data, size, out, f);
	if (ret)
		return fault_in(f, "%s", path);
	if (strstr(*out, "CONFIG_"))
		return 0;
	free(*out);
	*out = NULL;
	return fault_set(f, -EINVAL, "%s: not a kernel's configuration", path);
}

/* Read the kernel's configuration from where it or the distribution keeps it. */
static int read_config(const struct facts_source *from, struct kernel_facts *k,
		       struct fault *f)
{
	char path[PATH_SIZE];
	int ret;

	if (from->config)
		return read_config_file(NULL, from->config, &k->config, f);
	ret = read_config_file(from->sys, "proc/config.gz", &k->config, f);
	if (ret && !error_is_fatal(ret) && *k->release && !strchr(k->release, '/'))
		ret = read_config_file(from->sys,
				       path_format(path, "boot/config-%s", k->release),
				       &k->config, f);
	if (error_is_fatal(ret))
		return ret;
	if (ret)
		snprintf(
			k->config_unseen, WHY_MAX,
			"neither /proc/config.gz nor /boot/config-%s can be read; name it with "
			"--config",
			*k->release ? k->release : "*");
	*f = (struct fault){ 0 };
	return 0;
}

/* The actions of syslog(2). */
enum {
	SYSLOG_READ_ALL = 3,
	SYSLOG_SIZE_BUFFER = 10,
};

/* Read the running kernel's log into *out, for the caller to free(). */
static int read_running_log(char **out)
{
	int size = klogctl(SYSLOG_SIZE_BUFFER, NULL, 0);

	if (size < 0)
		return -errno;
	*out = calloc(1, (size_t)size + 1);
	if (!*out)
		return -ENOMEM;
	return klogctl(SYSLOG_READ_ALL, *out, size) < 0 ? -errno : 0;
}

/* Seconds after boot, of a line such as "<3>[   52.170000] arm-smmu ..."; 0: it has none. */
static unsigned long time_of(const char *line)
{
	const char *level_end = *line == '<' ? strchr(line, '>') : NULL;
	const char *s = level_end ? level_end + 1 : line;
	size_t n_digits;

	if (*s++ != '[')
		return 0;
	s += strspn(s, " ");
	n_digits = strspn(s, "0123456789");
	return n_digits <= TIME_DIGITS && s[n_digits] == '.' ? strtoul(s, NULL, 10) : 0;
}

/* Count a message whose stream id is the number after key. */
static void count_message(const char *line, const char *key, struct smmu_messages *by_id)
{
	const char *s = strstr(line, key);
	uint32_t id;
	char *end;

	if (!s)
		return;
	s += strlen(key);
	/* above the id there is the index of a security state */
	id = (uint16_t)strtoul(s, &end, 16);
	if (end == s || isalnum((unsigned char)*end))
		return;
	by_id[id % STREAM_IDS].n++;
	by_id[id % STREAM_IDS].last = id;
	by_id[id % STREAM_IDS].last_at = time_of(line);
}

/* Arm IHI 0062: causes in the global fault status register that block a stream's DMA. */
enum {
	GFSR_INVALID_CONTEXT = 1 << 0, /* the SMMU knows the stream, which has no domain */
	GFSR_UNIDENTIFIED_STREAM = 1 << 1,
};

#define BLOCKED "Blocked unknown Stream ID "

/*
 * Count a blocked stream once: of its two lines the first is BLOCKED or "Unexpected global
 * fault", by the kernel's configuration, and the second has the causes.  A recorded log may
 * lack one of them.  *counted: the line before was BLOCKED.
 */
static void count_blocked(const char *line, bool *counted, struct smmu_messages *by_id)
{
	const char *s = strstr(line, "GFSR ");
	bool is_first = strstr(line, BLOCKED) != NULL;

	if (is_first)
		count_message(line, BLOCKED, by_id);
	else if (!*counted && s &&
		 strtoul(s + strlen("GFSR "), NULL, 16) &
			 (GFSR_INVALID_CONTEXT | GFSR_UNIDENTIFIED_STREAM))
		count_message(line, "GFSYNR1 ", by_id);
	*counted = is_first;
}

/* drivers/iommu/arm/arm-smmu/arm-smmu.c: arm_smmu_global_fault(), arm_smmu_context_fault() */
static void parse_log(char *text, struct log_facts *out)
{
	bool counted = false;
	char *save;

	for (char *line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (!strstr(line, "arm-smmu"))
			continue;
		count_blocked(line, &counted, out->blocked);
		if (strstr(line, "Unhandled context fault"))
			count_message(line, "cbfrsynra=", out->faults);
	}
}

static int read_log(const struct facts_source *from, struct log_facts *out, struct fault *f)
{
	char *text = NULL;
	size_t size;
	void *data = NULL;
	int ret;

	if (from->sys->live) {
		ret = read_running_log(&text);
	} else {
		ret = sysroot_read_file(from->sys, LOG, LOG_MAX, &data, &size, f);
		text = data;
	}
	if (ret == 0)
		parse_log(text, out);
	else if (ret == -EPERM || ret == -EACCES)
		snprintf(out->unseen, WHY_MAX, "only root may read the kernel log");
	else if (ret == -ENOENT)
		snprintf(out->unseen, WHY_MAX, "the recording has no file " LOG);
	else
		snprintf(out->unseen, WHY_MAX, "the kernel log cannot be read: %s",
			 strerror(-ret));
	free(text);
	*f = (struct fault){ 0 };
	if (ret == -ENOMEM)
		return fault_oom(f);
	return error_is_fatal(ret) ? fault_set(f, ret, "%s", out->unseen) : 0;
}

void facts_read_release(const struct facts_source *from, struct facts *out)
{
	struct kernel_facts *k = &out->kernel;

	if (sysroot_read(from->sys, "proc/sys/kernel/osrelease", k->release,
			 sizeof(k->release)))
		k->release[0] = '\0';
	if (sscanf(k->release, "%d.%d", &k->version.major, &k->version.minor) != 2)
		k->version = (struct version){ 0 };
}

int facts_read_kernel(const struct facts_source *from, struct facts *out, struct fault *f)
{
	struct kernel_facts *k = &out->kernel;

	if (*out->host_unseen) {
		snprintf(out->log.unseen, WHY_MAX, "%s", out->host_unseen);
		if (from->config)
			return read_config(from, k, f);
		snprintf(k->config_unseen, WHY_MAX, "%s", out->host_unseen);
		return 0;
	}
	facts_read_release(from, out);
	return read_parameter(from->sys, PATH_UNSAFE_INTERRUPTS, &k->unsafe_interrupts, f)   ?:
		       read_parameter(from->sys, PATH_UNSAFE_IOMMUFD, &k->unsafe_iommufd, f) ?:
		       read_parameter(from->sys, PATH_DISABLE_BYPASS, &k->disable_bypass, f) ?:
		       facts_read_file(from->sys, "proc/cmdline", CMDLINE_MAX, &k->cmdline, f) ?:
		       read_log(from, &out->log, f) ?:
						      read_config(from, k, f);
}

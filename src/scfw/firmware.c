/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/process.h"
#include "scfw/firmware.h"

#define RECORDING_MAX (1024 * 1024) /* bytes */
#define RUNTIME_STATUS PATH_DEVICES "/%s/power/runtime_status"

#define DRAIN_MAX 64 /* words; a message has SC_WORDS_MAX at most */
#define SETTLE_MS 1  /* an answer to an earlier user may be on its way */
#define RESYNC_MS 10 /* for an answer that a half message may keep back */

static bool wait_for(const struct registers *r, uint32_t bit, unsigned int timeout_ms)
{
	int64_t end = clock_ms() + timeout_ms;
	bool late;

	/* once more after the end: this process may have been stopped in between */
	do {
		late = clock_ms() > end;
		if (registers_read(r, MU_SR) & bit)
			return true;
	} while (!late);
	return false;
}

/* Drop the words that are there. */
static void drain(const struct registers *r)
{
	bool found = true;

	for (int i = 0; i < DRAIN_MAX && found; i++) {
		uint32_t status = registers_read(r, MU_SR);

		found = false;
		for (unsigned int n = 0; n < 4; n++) {
			if (!(status & MU_SR_RF(n)))
				continue;
			(void)registers_read(r, MU_RR(n));
			found = true;
		}
	}
}

static bool send(const struct registers *r, const uint32_t *words, size_t n)
{
	for (unsigned int i = 0; i < n; i++) {
		if (!wait_for(r, MU_SR_TE(i), MAILBOX_TIMEOUT_MS))
			return false;
		registers_write(r, MU_TR(i), words[i]);
	}
	return true;
}

/* Returns the words of the answer, cut to SC_WORDS_MAX; 0: there was none in time. */
static size_t receive(const struct registers *r, uint32_t words[static SC_WORDS_MAX],
		      unsigned int timeout_ms)
{
	size_t n = 1;

	for (unsigned int i = 0; i < n && i < SC_WORDS_MAX; i++) {
		if (!wait_for(r, MU_SR_RF(i), timeout_ms))
			return 0;
		words[i] = registers_read(r, MU_RR(i));
		if (i == 0)
			n = words[0] >> 8 & 0xff;
	}
	return n > SC_WORDS_MAX ? SC_WORDS_MAX : n ?: 1;
}

static int no_answer(const struct sc_call *c, struct fault *f)
{
	char text[SC_TEXT_MAX];

	fault_set(f, -ETIMEDOUT, "%s: the mailbox gave no answer within %d ms",
		  sc_text(c, text), MAILBOX_TIMEOUT_MS);
	return fault_fix(f, "restart the board: the firmware or the mailbox does not work");
}

static int call(const struct registers *r, const struct sc_call *c, unsigned int timeout_ms,
		uint32_t *answer, struct fault *f)
{
	uint32_t words[SC_WORDS_MAX];
	size_t n = sc_pack(c, words);

	*answer = 0;
	drain(r);
	n = send(r, words, n) ? receive(r, words, timeout_ms) : 0;
	return n ? sc_unpack(c, words, n, answer, f) : no_answer(c, f);
}

int mailbox_call(const struct registers *r, const struct sc_call *c, uint32_t *answer,
		 struct fault *f)
{
	return call(r, c, MAILBOX_TIMEOUT_MS, answer, f);
}

int mailbox_start(const struct registers *r, struct fault *f)
{
	const struct sc_call ask = { .op = SC_GET_PARTITION };
	const struct timespec settle = { .tv_nsec = SETTLE_MS * 1000000 };
	uint32_t answer;
	int ret = -ETIMEDOUT;

	registers_write(r, MU_CR, 0);
	nanosleep(&settle, NULL);
	/* Each word of these may complete a message that an earlier user left unfinished. */
	for (int i = 0; i < SC_WORDS_MAX && ret; i++)
		ret = call(r, &ask, i < SC_WORDS_MAX - 1 ? RESYNC_MS : MAILBOX_TIMEOUT_MS,
			   &answer, f);
	if (ret == 0)
		*f = (struct fault){ 0 };
	return ret;
}

/* The profile's first mailbox; -1: none. */
static int find_mailbox(const struct resolved *r)
{
	for (size_t i = 0; i < r->profile->n_pass; i++) {
		if (resolved_mailbox(r, i) >= 0)
			return (int)i;
	}
	return -1;
}

static int no_power(const char *name, const char *why, struct fault *f)
{
	fault_set(f, -EPERM,
		  "%s: not accessed: nothing shows that it has power (%s), and an access "
		  "without power hangs the board",
		  name, why);
	return fault_fix(f, "boot a tree made by 'imxpt patch --partition linux', or let "
			    "U-Boot run 'scu_rm dtb'");
}

/* May the kernel or U-Boot have powered it at all? */
static int check_source_of_power(const struct resolved *r, int node, const char *name,
				 struct fault *f)
{
	int size;

	if (resolved_partition(r) || tree_prop(r->tree, node, "power-domains", &size))
		return 0;
	return no_power(name, "scu_rm made no partition, and its node has no power-domains",
			f);
}

/* Without scu_rm only the kernel knows, and only while VFIO has the device open. */
static int check_power(const struct sysroot *s, const struct resolved *r, const char *name,
		       struct fault *f)
{
	char path[PATH_SIZE], status[32] = "unknown", why[80];

	if (resolved_partition(r))
		return 0;
	if (!sysroot_read(s, path_format(path, RUNTIME_STATUS, name), status,
			  sizeof(status)) &&
	    !strcmp(status, "active"))
		return 0;
	snprintf(why, sizeof(why), "the kernel's runtime_status is '%s'", status);
	return no_power(name, why, f);
}

static int open_mailbox(const struct sysroot *s, const struct resolved *r,
			const struct snapshot *snap, struct registers *out, struct fault *f)
{
	int i = find_mailbox(r);
	const struct device *d = i < 0 ? NULL : &snap->devices[i];

	if (!d)
		return fault_set(f, -ENODEV, "the profile passes no mailbox");
	if (!device_is_bound(d)) {
		fault_set(f, -ENODEV, "%s is not bound to " VFIO_DRIVER, d->wanted);
		return fault_fix(f, "run 'imxpt bind'");
	}
	return check_source_of_power(r, r->pass[i], d->name, f) ?:
		       registers_open(s, d, out, f)		?:
		       check_power(s, r, d->name, f)		?:
		       registers_map(out, f)			?:
								  mailbox_start(out, f);
}

int firmware_open(const struct sysroot *s, const struct resolved *r,
		  const struct snapshot *snap, struct firmware *out, struct fault *f)
{
	size_t size;

	*out = FIRMWARE_CLOSED;
	if (s->live)
		return open_mailbox(s, r, snap, &out->registers, f);
	return sysroot_read_file(s, FIRMWARE_RECORDING, RECORDING_MAX, &out->recorded, &size,
				 f);
}

void firmware_close(struct firmware *w)
{
	registers_close(&w->registers);
	free(w->recorded);
	w->recorded = NULL;
}

int firmware_call(const struct firmware *w, const struct sc_call *c, uint32_t *answer,
		  struct fault *f)
{
	char line[SC_TEXT_MAX];
	int ret = w->recorded ? sc_replay(c, w->recorded, answer, f) :
				mailbox_call(&w->registers, c, answer, f);

	if (w->log)
		fprintf(w->log, "%s\n", sc_record(c, ret, *answer, line));
	return ret;
}

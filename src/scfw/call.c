/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/resource.h"
#include "scfw/call.h"

#define VERSION 1
#define RETURN 1 /* the service of an answer */

enum service {
	PM = 2,
	RM = 3,
};

enum subject {
	NOTHING,
	PARTITION,
	RESOURCE,
	PAD,
};

static const uint8_t subject_sizes[] = { [PARTITION] = 1, [RESOURCE] = 2, [PAD] = 2 };

/* The value's bytes are after the subject's. */
struct format {
	const char *name;
	uint8_t service, function;
	uint8_t words; /* of the message */
	enum subject subject;
	uint8_t value;	  /* bytes of it */
	uint8_t answer;	  /* bytes of the number that is returned */
	bool is_question; /* the error says yes or no */
};

static const struct format formats[] = {
	[SC_GET_PARTITION] = { "get_partition", RM, 5, 1, NOTHING, 0, 1, false },
	[SC_PARTITION_ALLOC] = { "partition_alloc", RM, 1, 3, NOTHING, 0, 1, false },
	[SC_PARTITION_FREE] = { "partition_free", RM, 2, 2, PARTITION, 0, 0, false },
	[SC_SET_PARENT] = { "set_parent", RM, 6, 2, PARTITION, 1, 0, false },
	[SC_ASSIGN_RESOURCE] = { "assign_resource", RM, 8, 2, RESOURCE, 1, 0, false },
	[SC_SET_MASTER_SID] = { "set_master_sid", RM, 11, 2, RESOURCE, 2, 0, false },
	[SC_IS_RESOURCE_MASTER] = { "is_resource_master", RM, 14, 2, RESOURCE, 0, 0, true },
	[SC_GET_RESOURCE_INFO] = { "get_resource_info", RM, 16, 2, RESOURCE, 0, 2, false },
	[SC_ASSIGN_PAD] = { "assign_pad", RM, 23, 2, PAD, 1, 0, false },
	[SC_IS_PAD_OWNED] = { "is_pad_owned", RM, 25, 2, PAD, 0, 0, true },
	[SC_GET_RESOURCE_OWNER] = { "get_resource_owner", RM, 33, 2, RESOURCE, 0, 1, false },
	[SC_SET_POWER_MODE] = { "set_resource_power_mode", PM, 3, 2, RESOURCE, 1, 0, false },
	[SC_GET_POWER_MODE] = { "get_resource_power_mode", PM, 4, 2, RESOURCE, 0, 1, false },
};

/* The arguments of partition_alloc: secure, isolated, restricted, grant, coherent. */
static const uint8_t alloc_arguments[] = { 0, 0, 0, 1, 0 };

/* The firmware's errors (sci/types.h), each with the errno that it becomes. */
static const struct {
	int code;
	const char *text;
} errors[] = {
	{ 0, NULL },
	{ -EIO, "wrong version" },
	{ -EIO, "wrong configuration" },
	{ -EINVAL, "an argument is out of range" },
	{ -EACCES, "the calling partition may not do this" },
	{ -EBUSY, "the partition is locked" },
	{ -ENOSPC, "there is no partition left" },
	{ -ENOENT, "not found" },
	{ -ENODEV, "the resource has no power" },
	{ -EIO, "communication failed" },
	{ -EBUSY, "busy" },
	{ -EIO, "failed" },
};

#define N_ERRORS (sizeof(errors) / sizeof(errors[0]))

const char *sc_name(enum sc_op op)
{
	return formats[op].name;
}

static void put(uint8_t *bytes, size_t n, uint16_t value)
{
	for (size_t i = 0; i < n; i++)
		bytes[i] = (uint8_t)(value >> 8 * i);
}

size_t sc_pack(const struct sc_call *c, uint32_t words[static SC_WORDS_MAX])
{
	const struct format *m = &formats[c->op];
	uint8_t bytes[SC_WORDS_MAX * sizeof(*words)] = { VERSION, m->words, m->service,
							 m->function };
	uint8_t *arguments = bytes + sizeof(*words);

	put(arguments, subject_sizes[m->subject], c->subject);
	put(arguments + subject_sizes[m->subject], m->value, c->value);
	if (c->op == SC_PARTITION_ALLOC)
		memcpy(arguments, alloc_arguments, sizeof(alloc_arguments));
	for (const uint8_t *b = bytes; b < bytes + sizeof(bytes); b += sizeof(*words))
		*words++ = b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
			   (uint32_t)b[3] << 24;
	return m->words;
}

static int refused(const struct sc_call *c, uint32_t error, struct fault *f)
{
	char text[SC_TEXT_MAX];

	if (error >= N_ERRORS)
		return fault_set(f, -EIO, "%s: the firmware answers with error %u",
				 sc_text(c, text), error);
	return fault_set(f, errors[error].code, "%s: the firmware refuses: %s (error %u)",
			 sc_text(c, text), errors[error].text, error);
}

int sc_unpack(const struct sc_call *c, const uint32_t *words, size_t n, uint32_t *answer,
	      struct fault *f)
{
	const struct format *m = &formats[c->op];
	uint32_t header = n ? words[0] : 0, result = header >> 24;
	size_t size = header >> 8 & 0xff;
	char text[SC_TEXT_MAX];

	*answer = 0;
	if ((header & 0xff) != VERSION || (header >> 16 & 0xff) != RETURN || size != n ||
	    (m->is_question && result > 1) || (m->answer && !result && n < 2))
		return fault_set(f, -EPROTO, "%s: 0x%08x is not an answer of the firmware",
				 sc_text(c, text), header);
	if (m->is_question)
		*answer = result;
	else if (result)
		return refused(c, result, f);
	else if (m->answer)
		*answer = words[1] & (m->answer == 1 ? 0xff : 0xffff);
	return 0;
}

const char *sc_text(const struct sc_call *c, char buf[static SC_TEXT_MAX])
{
	const struct format *m = &formats[c->op];
	char subject[RESOURCE_TEXT_MAX + 1] = "", value[8] = "";

	if (m->subject == RESOURCE) {
		subject[0] = ' ';
		resource_text(c->subject, subject + 1);
	} else if (m->subject) {
		snprintf(subject, sizeof(subject), " %u", c->subject);
	}
	if (m->value)
		snprintf(value, sizeof(value), m->value == 2 ? " 0x%x" : " %u", c->value);
	if (m->value == 1 && c->value == SC_PARTITION_NEW)
		strcpy(value, " new");
	if (m->subject == PARTITION && c->subject == SC_PARTITION_NEW)
		strcpy(subject, " new");
	snprintf(buf, SC_TEXT_MAX, "%s%s%s", m->name, subject, value);
	return buf;
}

const char *sc_record(const struct sc_call *c, int ret, uint32_t answer,
		      char buf[static SC_TEXT_MAX])
{
	if (ret)
		snprintf(buf, SC_TEXT_MAX, "%s %u %u ! %d", sc_name(c->op), c->subject,
			 c->value, ret);
	else
		snprintf(buf, SC_TEXT_MAX, "%s %u %u = %u", sc_name(c->op), c->subject,
			 c->value, answer);
	return buf;
}

/* The error that was recorded, if it is one of the client's; another is -EIO. */
static int recorded_error(const char *text)
{
	long code = *text == '-' ? strtol(text, NULL, 10) : 0;

	if (code == -EPROTO || code == -ETIMEDOUT)
		return (int)code;
	for (size_t i = 1; i < N_ERRORS; i++) {
		if (code == errors[i].code)
			return (int)code;
	}
	return -EIO;
}

int sc_replay(const struct sc_call *c, const char *lines, uint32_t *answer, struct fault *f)
{
	char call[SC_TEXT_MAX], text[SC_TEXT_MAX];
	size_t len = (size_t)snprintf(call, sizeof(call), "%s %u %u ", sc_name(c->op),
				      c->subject, c->value);

	*answer = 0;
	for (const char *line = lines; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, call, len))
			continue;
		if (!strncmp(line + len, "! ", 2))
			return fault_set(f, recorded_error(line + len + 2),
					 "%s: the call failed on the recorded board",
					 sc_text(c, text));
		if (strncmp(line + len, "= ", 2) || !isdigit((unsigned char)line[len + 2]))
			continue;
		*answer = (uint32_t)strtoul(line + len + 2, NULL, 0) & 0xffff;
		return 0;
	}
	return fault_set(f, -ENODATA, "%s: the recording has no answer to this call",
			 sc_text(c, text));
}

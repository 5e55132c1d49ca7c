/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scfw - a model of the firmware of the i.MX 8QM's system controller.
 *
 * The firmware is closed.  This is written from what asks it: the messages of Linux's and
 * U-Boot's drivers, and the errors that NXP's headers name (U-Boot, arch/arm/include/asm/
 * arch-imx8/sci/, drivers/misc/imx8/scu_api.c; Linux, include/linux/firmware/imx/).  So it
 * shows that a tree fits the drivers, not that it fits NXP's firmware.
 *
 * Modelled: partitions with their owners of resources and pads (scfw_rm.c), power and clocks
 * (scfw_pm.c), pads, controls, fuses and interrupts (scfw_io.c).  It knows the caller by the
 * mailbox, and refuses what the caller's partition has no right to.
 *
 * Assumed: the numbers of partitions; that all resources are on at the start except the
 * unused mailboxes; that an unknown function is "not found".
 */
#include <string.h>

#include "scfw.h"

#define VERSION 1
#define RETURN 1 /* the service of an answer */
#define MU_4A 217
#define N_REFUSED 64

/* The mailbox and the ports: their state is in the report. */
static const uint16_t named[] = { MU_RESOURCE, 251, 252 };

static struct scfw state;
static unsigned long n_calls, n_refused;

/* The first refused calls, to be named. */
static struct {
	uint8_t service, function, error;
	uint16_t subject;
} refused[N_REFUSED];

static const struct {
	uint8_t number;
	const struct sc_function *functions;
} services[] = {
	{ SC_PM, sc_pm_functions },   { SC_RM, sc_rm_functions },
	{ SC_PAD, sc_pad_functions }, { SC_MISC, sc_misc_functions },
	{ SC_IRQ, sc_irq_functions },
};

uint32_t sc_get(const struct sc_call *c, unsigned int offset, unsigned int bytes)
{
	uint32_t value = 0;

	memcpy(&value, c->data + offset, bytes);
	return value;
}

void sc_put(struct sc_call *c, unsigned int offset, unsigned int bytes, uint32_t value)
{
	/* nothing of the question stays in the answer's word */
	memset(c->data + offset / 4 * 4, 0, 4);
	memcpy(c->data + offset, &value, bytes);
}

bool sc_may(const struct sc_call *c, uint8_t owner)
{
	return owner == c->caller || c->s->partitions[owner].parent == c->caller;
}

static const struct sc_function *find(uint8_t service, uint8_t number)
{
	for (size_t i = 0; i < sizeof(services) / sizeof(*services); i++) {
		if (services[i].number != service)
			continue;
		for (const struct sc_function *f = services[i].functions; f->number; f++)
			if (f->number == number)
				return f;
	}
	return NULL;
}

static void remember(const uint8_t *header, uint16_t subject, uint8_t error)
{
	if (n_refused < N_REFUSED) {
		refused[n_refused].service = header[2];
		refused[n_refused].function = header[3];
		refused[n_refused].subject = subject;
		refused[n_refused].error = error;
	}
	n_refused++;
}

/* A header is version, size in words with itself, service, and function or error. */
unsigned int scfw_call(unsigned int mu, uint32_t words[SCFW_WORDS])
{
	struct sc_call c = { .s = &state, .caller = state.resources[mu].owner, .mu = mu };
	uint8_t header[4], error = SC_NOTFOUND;
	const struct sc_function *f;
	uint16_t subject;

	memcpy(header, words, sizeof(header));
	memcpy(c.data, words + 1, sizeof(c.data));
	f = find(header[2], header[3]);
	subject = sc_get(&c, f ? f->subject : 0, 2);
	if (f)
		error = header[1] < f->words ? SC_PARM : f->run(&c);
	n_calls++;
	if (error && !(f && f->is_question))
		remember(header, subject, error);
	header[0] = VERSION;
	header[1] = f ? f->answer : 1;
	header[2] = RETURN;
	header[3] = error;
	memcpy(words, header, sizeof(header));
	memcpy(words + 1, c.data, sizeof(c.data));
	return header[1];
}

void scfw_start(bool mailbox_on)
{
	memset(&state, 0, sizeof(state));
	state.partitions[0].used = true;
	state.partitions[SC_BOOT_PARTITION].used = true;
	for (int i = 0; i < SC_RESOURCES; i++) {
		state.resources[i].owner = SC_BOOT_PARTITION;
		state.resources[i].mode = i >= MU_RESOURCE && i <= MU_4A ? SC_OFF : SC_ON;
		for (int j = 0; j < SC_CLOCKS; j++)
			state.resources[i].clocks[j].rate = 24000000;
	}
	for (int i = 0; i < SC_PADS; i++)
		state.pads[i].owner = SC_BOOT_PARTITION;
	if (mailbox_on)
		state.resources[MU_RESOURCE].mode = SC_ON;
}

bool scfw_is_on(unsigned int resource)
{
	return state.resources[resource].mode == SC_ON;
}

uint16_t scfw_stream_id(unsigned int resource)
{
	return state.resources[resource].stream_id;
}

/* Of the pad's value, bits 27 to 29 say which of its functions it has. */
bool scfw_pad_is(unsigned int pad, unsigned int function)
{
	return state.pads[pad].set && (state.pads[pad].value >> 27 & 7) == function;
}

uint32_t scfw_clock(unsigned int resource, unsigned int clock)
{
	return state.resources[resource].clocks[clock].on ?
		       state.resources[resource].clocks[clock].rate :
		       0;
}

uint32_t scfw_control(unsigned int resource, unsigned int control)
{
	return state.resources[resource].controls[control];
}

void scfw_forget_counts(void)
{
	n_calls = n_refused = 0;
	memset(state.lowered, 0, sizeof(state.lowered));
}

static void report_lowered(FILE *out)
{
	unsigned int n = 0;

	for (int i = 0; i < SC_RESOURCES; i++)
		n += state.lowered[i];
	fprintf(out, "scfw lowered %u\n", n);
	for (int i = 0; i < SC_RESOURCES; i++)
		if (state.lowered[i])
			fprintf(out, "scfw lowered-%d %d\n", i, state.resources[i].mode);
}

void scfw_report(FILE *out)
{
	fprintf(out, "scfw calls %lu\nscfw refused %lu\n", n_calls, n_refused);
	for (unsigned long i = 0; i < n_refused && i < N_REFUSED; i++)
		fprintf(out, "scfw refused-%d.%d-of-%d %d\n", refused[i].service,
			refused[i].function, refused[i].subject, refused[i].error);
	report_lowered(out);
	for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++)
		fprintf(out, "scfw power-%d %d\nscfw owner-%d %d\n", named[i],
			state.resources[named[i]].mode, named[i],
			state.resources[named[i]].owner);
}

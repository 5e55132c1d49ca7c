/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * peer - who is at the other end of each port's wire.
 *
 * It is 10.0.0.2 at the first port and 10.0.1.2 at the second; answers ARP requests for
 * its address and ICMP echo requests whose checksums are right; and, when asked to
 * chatter, broadcasts an ARP request every 5 ms, so that frames arrive unasked.
 */
#include <string.h>

#include "models.h"

#define ETHERNET 14
#define CHATTER_NS 5000000

#define TYPE_IPV4 0x0800
#define TYPE_ARP 0x0806
#define ARP_SIZE 28
#define ARP_REQUEST 1
#define ARP_REPLY 2
#define IP_HEADER 20 /* options are not answered */
#define IP_ICMP 1
#define ECHO_REQUEST 8
#define ECHO_REPLY 0
#define REPLY_MAX 2048

static struct {
	unsigned long arps, echoes, bad_sums, chatters;
} counts[N_PORTS];
static bool chatters;

static void own_mac(unsigned int port, uint8_t *mac)
{
	memcpy(mac, (uint8_t[]){ 0x02, 0, 0, 0, port, 2 }, 6);
}

static void own_ip(unsigned int port, uint8_t *ip)
{
	memcpy(ip, (uint8_t[]){ 10, 0, port, 2 }, 4);
}

static unsigned int get16(const uint8_t *data)
{
	return data[0] << 8 | data[1];
}

static void put16(uint8_t *data, unsigned int value)
{
	data[0] = value >> 8;
	data[1] = value;
}

/* 0 over data whose own checksum is right; over data without, what has to go there. */
static unsigned int checksum(const uint8_t *data, size_t size)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < size; i += 2)
		sum += get16(data + i);
	if (size % 2)
		sum += data[size - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

static void address_reply(unsigned int port, uint8_t *frame)
{
	memcpy(frame, frame + 6, 6);
	own_mac(port, frame + 6);
}

static void answer_arp(unsigned int port, uint8_t *frame, size_t size)
{
	uint8_t *arp = frame + ETHERNET, ip[4];

	own_ip(port, ip);
	if (get16(arp + 6) != ARP_REQUEST || memcmp(arp + 24, ip, 4))
		return;
	counts[port].arps++;
	put16(arp + 6, ARP_REPLY);
	memcpy(arp + 18, arp + 8, 10); /* the sender is the target */
	own_mac(port, arp + 8);
	memcpy(arp + 14, ip, 4);
	address_reply(port, frame);
	fec_receive(port, frame, size);
}

static void answer_echo(unsigned int port, uint8_t *frame, size_t size)
{
	uint8_t *ip = frame + ETHERNET, *icmp = ip + IP_HEADER, mine[4];
	size_t total = get16(ip + 2);

	own_ip(port, mine);
	if (ip[0] != 0x45 || ip[9] != IP_ICMP || memcmp(ip + 16, mine, 4))
		return;
	if (total < IP_HEADER + 8 || ETHERNET + total > size || checksum(ip, IP_HEADER) ||
	    checksum(icmp, total - IP_HEADER)) {
		counts[port].bad_sums++;
		return;
	}
	if (icmp[0] != ECHO_REQUEST)
		return;
	counts[port].echoes++;
	icmp[0] = ECHO_REPLY;
	put16(icmp + 2, 0);
	put16(icmp + 2, checksum(icmp, total - IP_HEADER));
	memcpy(ip + 16, ip + 12, 4); /* their sum stays */
	memcpy(ip + 12, mine, 4);
	address_reply(port, frame);
	fec_receive(port, frame, size);
}

void peer_receive(unsigned int port, const uint8_t *frame, size_t size)
{
	uint8_t reply[REPLY_MAX];

	if (size > sizeof(reply) || size < ETHERNET + ARP_SIZE)
		return;
	memcpy(reply, frame, size);
	switch (get16(frame + 12)) {
	case TYPE_ARP:
		answer_arp(port, reply, size);
		break;
	case TYPE_IPV4:
		answer_echo(port, reply, size);
		break;
	}
}

static void chatter(void *model)
{
	(void)model;
	for (unsigned int port = 0; chatters && port < N_PORTS; port++) {
		uint8_t frame[60] = { [12] = 0x08, [13] = 0x06 };
		uint8_t *arp = frame + ETHERNET;

		memset(frame, 0xff, 6);
		own_mac(port, frame + 6);
		memcpy(arp, (uint8_t[]){ 0, 1, 8, 0, 6, 4, 0, ARP_REQUEST }, 8);
		own_mac(port, arp + 8);
		own_ip(port, arp + 14);
		memcpy(arp + 24, (uint8_t[]){ 10, 0, port, 1 }, 4);
		counts[port].chatters++;
		fec_receive(port, frame, sizeof(frame));
	}
}

void peer_chatter(bool on)
{
	static bool ticks;

	chatters = on;
	if (on && !ticks)
		machine_tick(CHATTER_NS, chatter, NULL);
	ticks |= on;
}

void peer_report(FILE *out)
{
	for (unsigned int port = 0; port < N_PORTS; port++) {
		fprintf(out, "peer%u arps %lu\npeer%u echoes %lu\n", port + 1,
			counts[port].arps, port + 1, counts[port].echoes);
		fprintf(out, "peer%u bad-sums %lu\npeer%u chatters %lu\n", port + 1,
			counts[port].bad_sums, port + 1, counts[port].chatters);
	}
}

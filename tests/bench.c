/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench ROUNDS -- COMMAND... [-- COMMAND...]...: run the commands in turn, ROUNDS times,
 * and print a line for each: its median time in microseconds and its peak memory in KiB.
 *
 * In turn, so that whatever else the machine does falls on all of them alike.  This
 * program is small on purpose: a child's peak counts from the size of its parent.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COMMANDS_MAX 16
#define ROUNDS_MAX 1000

struct command {
	char **argv;
	double us[ROUNDS_MAX];
	long peak_kib;
};

static _Noreturn void die(const char *what, const char *why)
{
	fprintf(stderr, "bench: %s: %s\n", what, why);
	exit(1);
}

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void run(struct command *c, int round)
{
	posix_spawn_file_actions_t quiet;
	struct rusage usage;
	int status, ret;
	pid_t pid;
	double start;

	if (!c->argv[0])
		die("usage", "a command is empty");
	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&quiet, STDOUT_FILENO, STDERR_FILENO);
	start = now_us();
	ret = posix_spawnp(&pid, c->argv[0], &quiet, NULL, c->argv, environ);
	if (ret)
		die(c->argv[0], strerror(ret));
	if (wait4(pid, &status, 0, &usage) < 0)
		die(c->argv[0], strerror(errno));
	c->us[round] = now_us() - start;
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		die(c->argv[0], "it failed, so there is nothing to measure");
	if (usage.ru_maxrss > c->peak_kib)
		c->peak_kib = usage.ru_maxrss;
	posix_spawn_file_actions_destroy(&quiet);
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Split argv at each "--". */
static int split(char **argv, struct command *commands)
{
	int n = 0;

	for (; *argv; argv++) {
		if (strcmp(*argv, "--"))
			continue;
		*argv = NULL;
		if (n == COMMANDS_MAX || !argv[1])
			return 0;
		commands[n++].argv = argv + 1;
	}
	return n;
}

int main(int argc, char **argv)
{
	static struct command commands[COMMANDS_MAX];
	int rounds = argc > 1 ? atoi(argv[1]) : 0;
	int n = argc > 2 ? split(argv + 2, commands) : 0;

	if (rounds < 1 || rounds > ROUNDS_MAX || !n)
		die("usage", "bench ROUNDS -- COMMAND... [-- COMMAND...]...");
	for (int round = 0; round < rounds; round++) {
		for (int i = 0; i < n; i++)
			run(&commands[i], round);
	}
	for (int i = 0; i < n; i++) {
		qsort(commands[i].us, (size_t)rounds, sizeof(double), ascending);
		printf("%.0f %ld\n", commands[i].us[rounds / 2], commands[i].peak_kib);
	}
	return 0;
}

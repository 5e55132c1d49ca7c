/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/process.h"

#define POLL_MS 5 /* between checks of a process that has closed its output */

/* No signal has a handler here, so no call is interrupted. */

/* Start it in a new process group, so that its children can be ended too. */
static int start(const char *const argv[], int out, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	char **args;
	int ret;

	/* posix_spawnp(3) promises not to change the strings */
	memcpy(&args, &argv, sizeof(args));
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attr);
	ret = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (ret == 0)
		ret = posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	if (ret == 0)
		ret = posix_spawn_file_actions_adddup2(&files, out, STDERR_FILENO);
	if (ret == 0)
		ret = posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP);
	if (ret == 0)
		ret = posix_spawnp(pid, argv[0], &files, &attr, args, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return -ret;
}

/* Read its output to the end, or until the timeout. */
static int read_output(int fd, int64_t end_ms, char *buf, size_t size)
{
	size_t used = 0;
	char rest[512];

	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int64_t left = end_ms - clock_ms();
		size_t space = size - 1 - used;
		ssize_t n;

		buf[used] = '\0';
		n = poll(&p, 1, left > 0 ? (int)left : 0);
		if (n == 0)
			return -ETIMEDOUT;
		if (n > 0)
			n = space ? read(fd, buf + used, space) : read(fd, rest, sizeof(rest));
		if (n < 0)
			return -errno;
		if (n == 0)
			return 0;
		if (space)
			used += (size_t)n;
	}
}

/* A process that has closed its output may still hang. */
static int wait_for(pid_t pid, int64_t end_ms, int *how)
{
	for (;;) {
		pid_t ended = waitpid(pid, how, WNOHANG);

		if (ended == pid)
			return 0;
		if (ended < 0)
			return -errno;
		if (clock_ms() >= end_ms)
			return -ETIMEDOUT;
		poll(NULL, 0, POLL_MS);
	}
}

static int run(const char *const argv[], unsigned int timeout_ms, char *buf, size_t size,
	       int *status)
{
	int64_t end_ms = clock_ms() + timeout_ms;
	int pipes[2], ret, how = 0;
	pid_t pid = 0;

	if (pipe2(pipes, O_CLOEXEC))
		return -errno;
	ret = start(argv, pipes[1], &pid);
	close(pipes[1]);
	if (ret) {
		close(pipes[0]);
		return ret;
	}
	ret = read_output(pipes[0], end_ms, buf, size) ?: wait_for(pid, end_ms, &how);
	close(pipes[0]);
	if (ret) {
		kill(-pid, SIGKILL);
		waitpid(pid, &how, 0);
		return ret;
	}
	*status = WEXITSTATUS(how);
	return WIFEXITED(how) ? 0 : -ECHILD;
}

int process_run(const char *const argv[], unsigned int timeout_ms, char *buf, size_t size,
		int *status, struct fault *f)
{
	int ret = run(argv, timeout_ms, buf, size, status);

	if (ret == 0)
		return 0;
	return fault_set(f, ret, "%s: %s", argv[0],
			 ret == -ETIMEDOUT ? "it does not answer" :
			 ret == -ECHILD	   ? "a signal ended it" :
					     strerror(-ret));
}

void signals_stop(sigset_t *out)
{
	sigemptyset(out);
	sigaddset(out, SIGHUP);
	sigaddset(out, SIGINT);
	sigaddset(out, SIGQUIT);
	sigaddset(out, SIGTERM);
}

void signals_block(sigset_t *old)
{
	sigset_t blocked;

	signals_stop(&blocked);
	sigaddset(&blocked, SIGPIPE);
	sigprocmask(SIG_BLOCK, &blocked, old);
}

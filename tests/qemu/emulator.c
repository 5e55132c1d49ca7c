/* SPDX-License-Identifier: Apache-2.0 */
#include <err.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emulator.h"

#define SECONDS_MAX 60

static void become(char *const argv[], const int in[2], const int out[2], FILE *talk)
{
	if (dup2(in[0], STDIN_FILENO) < 0 || dup2(out[1], STDOUT_FILENO) < 0 ||
	    dup2(fileno(talk), STDERR_FILENO) < 0)
		_exit(126);
	close(in[0]);
	close(in[1]);
	close(out[0]);
	close(out[1]);
	alarm(SECONDS_MAX);
	execvp(argv[0], argv);
	_exit(127);
}

/* The "return" of the next answer to a command; NULL: an error, or QEMU has ended. */
static struct json_object *read_answer(struct emulator *e)
{
	struct json_object *message, *value = NULL;
	char *line = NULL;
	size_t room = 0;
	bool answered = false;

	while (!answered && getline(&line, &room, e->from) > 0) {
		message = json_tokener_parse(line);
		answered = json_object_object_get_ex(message, "error", NULL);
		if (json_object_object_get_ex(message, "return", &value)) {
			answered = true;
			json_object_get(value);
		}
		json_object_put(message);
	}
	free(line);
	return value;
}

/* Run a QMP command; NULL leaves an argument out. */
static struct json_object *run(struct emulator *e, const char *command, const char *path,
			       const char *property)
{
	struct json_object *message = json_object_new_object();
	struct json_object *arguments = json_object_new_object();

	if (path)
		json_object_object_add(arguments, "path", json_object_new_string(path));
	if (property)
		json_object_object_add(arguments, "property",
				       json_object_new_string(property));
	json_object_object_add(message, "execute", json_object_new_string(command));
	json_object_object_add(message, "arguments", arguments);
	fprintf(e->to, "%s\n", json_object_to_json_string(message));
	fflush(e->to);
	json_object_put(message);
	return read_answer(e);
}

void emulator_start(struct emulator *e, char *const argv[])
{
	int in[2], out[2];

	e->talk = tmpfile();
	if (!e->talk || pipe(in) || pipe(out))
		err(EXIT_FAILURE, "cannot talk to %s", argv[0]);
	e->pid = fork();
	if (e->pid < 0)
		err(EXIT_FAILURE, "cannot start %s", argv[0]);
	if (e->pid == 0)
		become(argv, in, out, e->talk);

	close(in[0]);
	close(out[1]);
	e->to = fdopen(in[1], "w");
	e->from = fdopen(out[0], "r");
	if (!e->to || !e->from)
		err(EXIT_FAILURE, "cannot talk to %s", argv[0]);
	json_object_put(run(e, "qmp_capabilities", NULL, NULL));
}

void emulator_end(struct emulator *e, struct ending *out)
{
	int status;
	size_t n;

	json_object_put(run(e, "quit", NULL, NULL));
	if (waitpid(e->pid, &status, 0) < 0)
		err(EXIT_FAILURE, "cannot wait for process %d", (int)e->pid);
	out->killed = WIFSIGNALED(status);
	out->status = out->killed ? WTERMSIG(status) : WEXITSTATUS(status);

	rewind(e->talk);
	n = fread(out->talk, 1, sizeof(out->talk) - 1, e->talk);
	out->talk[n] = '\0';
	fclose(e->talk);
	fclose(e->to);
	fclose(e->from);
}

struct json_object *emulator_get(struct emulator *e, const char *path, const char *property)
{
	return run(e, "qom-get", path, property);
}

struct json_object *emulator_list(struct emulator *e, const char *path)
{
	return run(e, "qom-list", path, NULL);
}

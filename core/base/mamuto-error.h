/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The error domain of libmamuto. The message of an error names the file, line or argument that is
 * wrong. Programs can distinguish wrong input from a failed run by the error code. Host, stage,
 * advice, traceback and causes are additional fields of the error. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define MAMUTO_ERROR (mamuto_error_quark())

/**
 * MamutoError:
 * @MAMUTO_ERROR_FAILED: any failure that has no code of its own
 * @MAMUTO_ERROR_INVALID_ARGUMENT: an argument, option or value is wrong
 * @MAMUTO_ERROR_INVALID_FILE: a file does not have the expected content (array, table,
 *   configuration)
 * @MAMUTO_ERROR_UNSUPPORTED: the input is well-formed, but Mamuto does not support it (for example
 *   object dtypes)
 * @MAMUTO_ERROR_LENGTH: arguments have different lengths
 * @MAMUTO_ERROR_RESOLVE: a host's name does not resolve
 * @MAMUTO_ERROR_CONNECT: the connection to a host's port failed
 * @MAMUTO_ERROR_HOST_KEY: a host's key is unknown and was not accepted, has changed or is revoked
 * @MAMUTO_ERROR_AUTH: authentication failed
 * @MAMUTO_ERROR_AGENT: the agent could not be installed or started on a host
 * @MAMUTO_ERROR_PYTHON: no usable Python on a host
 * @MAMUTO_ERROR_NUMPY: the host's Python has no numpy
 * @MAMUTO_ERROR_FUNCTION: the function, or a module that it needs, cannot be found, read or
 *   imported
 * @MAMUTO_ERROR_PROTOCOL: a host violated the protocol
 * @MAMUTO_ERROR_LOST: the connection to a host was lost, or all hosts were lost
 * @MAMUTO_ERROR_ROW: a row failed, in a run that stops at the first failed row
 * @MAMUTO_ERROR_RESULT: the rows' results cannot be stored in one array, because their shapes or
 *   types differ
 *
 * Codes of %MAMUTO_ERROR. A cancelled call fails with %G_IO_ERROR_CANCELLED instead.
 */
typedef enum {
    MAMUTO_ERROR_FAILED,
    MAMUTO_ERROR_INVALID_ARGUMENT,
    MAMUTO_ERROR_INVALID_FILE,
    MAMUTO_ERROR_UNSUPPORTED,
    MAMUTO_ERROR_LENGTH,
    MAMUTO_ERROR_RESOLVE,
    MAMUTO_ERROR_CONNECT,
    MAMUTO_ERROR_HOST_KEY,
    MAMUTO_ERROR_AUTH,
    MAMUTO_ERROR_AGENT,
    MAMUTO_ERROR_PYTHON,
    MAMUTO_ERROR_NUMPY,
    MAMUTO_ERROR_FUNCTION,
    MAMUTO_ERROR_PROTOCOL,
    MAMUTO_ERROR_LOST,
    MAMUTO_ERROR_ROW,
    MAMUTO_ERROR_RESULT,
} MamutoError;

/**
 * MamutoStage:
 * @MAMUTO_STAGE_NONE: the error did not occur in one of these stages
 * @MAMUTO_STAGE_RESOLVE: resolving the host's name to an address
 * @MAMUTO_STAGE_CONNECT: connecting to the ssh port
 * @MAMUTO_STAGE_HOST_KEY: checking the host key
 * @MAMUTO_STAGE_AUTH: logging in
 * @MAMUTO_STAGE_AGENT: installing and starting the agent
 * @MAMUTO_STAGE_PYTHON: starting the interpreter and importing the function
 * @MAMUTO_STAGE_NUMPY: importing numpy
 * @MAMUTO_STAGE_RUN: computing rows
 *
 * The stages of reaching and using a host, in chronological order. An error has the stage in which
 * it occurred.
 */
typedef enum {
    MAMUTO_STAGE_NONE,
    MAMUTO_STAGE_RESOLVE,
    MAMUTO_STAGE_CONNECT,
    MAMUTO_STAGE_HOST_KEY,
    MAMUTO_STAGE_AUTH,
    MAMUTO_STAGE_AGENT,
    MAMUTO_STAGE_PYTHON,
    MAMUTO_STAGE_NUMPY,
    MAMUTO_STAGE_RUN,
} MamutoStage;

/**
 * MamutoAdvice:
 * @MAMUTO_ADVICE_NONE: no advice is known
 * @MAMUTO_ADVICE_ADD_HOST_KEY: check the host's key and add it to known_hosts; the command connects
 *   with ssh, which asks whether to add it
 * @MAMUTO_ADVICE_REMOVE_HOST_KEY: if the change of the key was expected, remove the old key; the
 *   command removes it
 * @MAMUTO_ADVICE_TRY_LOGIN: find out why the login fails; the command attempts the same login with
 *   ssh
 * @MAMUTO_ADVICE_SET_PYTHON: in the host's settings, choose a Python that exists on the host
 * @MAMUTO_ADVICE_INSTALL_NUMPY: install numpy on the host, or set a Python that has numpy
 * @MAMUTO_ADVICE_SEND_MODULE: send the missing module with the function, or install it on the host
 * @MAMUTO_ADVICE_CHECK_LOAD: check the load of the host
 * @MAMUTO_ADVICE_SAVE_JSON_LINES: save the results as JSON lines (.jsonl), which contain values of
 *   any kind
 * @MAMUTO_ADVICE_SET_DECIMAL: say whether the comma in the table is a decimal comma (+decimal=,) or
 *   groups digits (+decimal=.)
 * @MAMUTO_ADVICE_SET_HEADER: say that the first row of the table is a header (+header=yes)
 * @MAMUTO_ADVICE_CHOOSE_COLUMNS: choose columns of the table that have the same kind of values
 *
 * Actions that a user can take after an error. The actions are codes rather than text because each
 * program has its own words for them.
 */
typedef enum {
    MAMUTO_ADVICE_NONE,
    MAMUTO_ADVICE_ADD_HOST_KEY,
    MAMUTO_ADVICE_REMOVE_HOST_KEY,
    MAMUTO_ADVICE_TRY_LOGIN,
    MAMUTO_ADVICE_SET_PYTHON,
    MAMUTO_ADVICE_INSTALL_NUMPY,
    MAMUTO_ADVICE_SEND_MODULE,
    MAMUTO_ADVICE_CHECK_LOAD,
    MAMUTO_ADVICE_SAVE_JSON_LINES,
    MAMUTO_ADVICE_SET_DECIMAL,
    MAMUTO_ADVICE_SET_HEADER,
    MAMUTO_ADVICE_CHOOSE_COLUMNS,
} MamutoAdvice;

GQuark mamuto_error_quark(void);
const char *mamuto_error_get_host(const GError *error);
MamutoStage mamuto_error_get_stage(const GError *error);
MamutoAdvice mamuto_error_get_advice(const GError *error);
char *mamuto_error_get_fact(const GError *error);
const char *mamuto_error_get_command(const GError *error);
const char *mamuto_error_get_traceback(const GError *error);
guint mamuto_error_get_n_causes(const GError *error);
const GError *mamuto_error_get_cause(const GError *error, guint index);
char *mamuto_error_format(const GError *error);

G_END_DECLS

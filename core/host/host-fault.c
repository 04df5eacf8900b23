/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Converts the fault codes of the protocol to error codes, stages and advice (see host-fault.h). */
#include "host-fault.h"

#include <string.h>

#include "error-private.h"
#include "host-text.h"

static const struct {
    MamutoError code;
    MamutoStage stage;
    MamutoAdvice advice;
} kinds[] = {
    /* Used for the fault code 0 and for unknown fault codes. */
    [0] = {MAMUTO_ERROR_FAILED, MAMUTO_STAGE_PYTHON, MAMUTO_ADVICE_NONE},
    [WIRE_FAULT_WORKDIR] = {MAMUTO_ERROR_AGENT, MAMUTO_STAGE_PYTHON, MAMUTO_ADVICE_NONE},
    [WIRE_FAULT_INTERPRETER] = {MAMUTO_ERROR_PYTHON, MAMUTO_STAGE_PYTHON, MAMUTO_ADVICE_SET_PYTHON},
    [WIRE_FAULT_PACKAGE] = {MAMUTO_ERROR_NUMPY, MAMUTO_STAGE_NUMPY, MAMUTO_ADVICE_INSTALL_NUMPY},
    [WIRE_FAULT_IMPORT] = {MAMUTO_ERROR_FUNCTION, MAMUTO_STAGE_PYTHON, MAMUTO_ADVICE_NONE},
    [WIRE_FAULT_BLOB] = {MAMUTO_ERROR_AGENT, MAMUTO_STAGE_PYTHON, MAMUTO_ADVICE_NONE},
    [WIRE_FAULT_SLOTS] = {MAMUTO_ERROR_AGENT, MAMUTO_STAGE_PYTHON, MAMUTO_ADVICE_NONE},
    [WIRE_FAULT_ARGUMENT] = {MAMUTO_ERROR_INVALID_ARGUMENT, MAMUTO_STAGE_RUN, MAMUTO_ADVICE_NONE},
    [WIRE_FAULT_NODE] = {MAMUTO_ERROR_LOST, MAMUTO_STAGE_AGENT, MAMUTO_ADVICE_NONE},
    [WIRE_FAULT_MODULE] = {MAMUTO_ERROR_FUNCTION, MAMUTO_STAGE_PYTHON, MAMUTO_ADVICE_SEND_MODULE},
};

GError *
host_fault_to_error(const struct wire_fault *fault, const char *host)
{
    g_autofree char *text = host_text(fault->text, TRUE);
    guint kind = fault->code < G_N_ELEMENTS(kinds) ? fault->code : 0;
    char *rest = strchr(text, '\n');
    GError *error;

    if (rest != NULL)
        *rest++ = '\0';
    error = g_error_new_literal(MAMUTO_ERROR, (int)kinds[kind].code, text);
    error_set_host(error, host);
    error_set_stage(error, kinds[kind].stage);
    error_set_advice(error, kinds[kind].advice, NULL);
    if (rest != NULL && *rest != '\0')
        error_set_traceback(error, rest);
    return error;
}

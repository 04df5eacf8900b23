/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The stages of a check and their outcomes. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MamutoCheckStage:
 *
 * Stages of a check, in order. A stage begins when the previous stage has passed. The first four
 * stages are skipped for a local host, because it is reached without ssh.
 */
typedef enum {
    MAMUTO_CHECK_RESOLVE,
    MAMUTO_CHECK_CONNECT,
    MAMUTO_CHECK_HOST_KEY,
    MAMUTO_CHECK_AUTH,
    MAMUTO_CHECK_AGENT,
    MAMUTO_CHECK_PYTHON,
    MAMUTO_CHECK_NUMPY,
    MAMUTO_CHECK_SPEED,
    MAMUTO_N_CHECK_STAGES,
} MamutoCheckStage;

typedef enum {
    MAMUTO_CHECK_PENDING,
    MAMUTO_CHECK_RUNNING,
    MAMUTO_CHECK_PASSED,
    MAMUTO_CHECK_FAILED,
    MAMUTO_CHECK_SKIPPED, /* an earlier stage failed, or a local host has no such stage */
} MamutoCheckOutcome;

const char *mamuto_check_stage_to_string(MamutoCheckStage stage);

G_END_DECLS

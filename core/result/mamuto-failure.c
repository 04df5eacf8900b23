/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Boxed types for a failed row and for a cause of failure. */
#include "mamuto-failure.h"

G_DEFINE_BOXED_TYPE(MamutoRowFailure, mamuto_row_failure, mamuto_row_failure_copy,
                    mamuto_row_failure_free)
G_DEFINE_BOXED_TYPE(MamutoFailureCause, mamuto_failure_cause, mamuto_failure_cause_copy,
                    mamuto_failure_cause_free)

/**
 * mamuto_row_failure_copy:
 * @self: a failure
 *
 * Returns: (transfer full): a copy
 */
MamutoRowFailure *
mamuto_row_failure_copy(const MamutoRowFailure *self)
{
    MamutoRowFailure *copy = g_new0(MamutoRowFailure, 1);

    copy->row = self->row;
    copy->host = g_strdup(self->host);
    copy->cause = g_strdup(self->cause);
    copy->traceback = g_strdup(self->traceback);
    copy->advice = self->advice;
    return copy;
}

/**
 * mamuto_row_failure_free:
 * @self: (transfer full): a failure
 */
void
mamuto_row_failure_free(MamutoRowFailure *self)
{
    g_free(self->host);
    g_free(self->cause);
    g_free(self->traceback);
    g_free(self);
}

/**
 * mamuto_failure_cause_copy:
 * @self: a cause
 *
 * Returns: (transfer full): a copy
 */
MamutoFailureCause *
mamuto_failure_cause_copy(const MamutoFailureCause *self)
{
    MamutoFailureCause *copy = g_new0(MamutoFailureCause, 1);

    copy->cause = g_strdup(self->cause);
    copy->kind = g_strdup(self->kind);
    copy->n_rows = self->n_rows;
    copy->advice = self->advice;
    return copy;
}

/**
 * mamuto_failure_cause_free:
 * @self: (transfer full): a cause
 */
void
mamuto_failure_cause_free(MamutoFailureCause *self)
{
    g_free(self->cause);
    g_free(self->kind);
    g_free(self);
}

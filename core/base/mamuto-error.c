/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The error domain, and the fields that its errors carry beside code and message: the message names
 * neither the host nor the stage, so that each program can show them in its own way. */
#include "mamuto-error.h"

#include "error-private.h"

typedef struct {
    char *host; /* (nullable) */
    MamutoStage stage;
} MamutoErrorPrivate;

static void
mamuto_error_private_init(MamutoErrorPrivate *self)
{
}

static void
mamuto_error_private_copy(const MamutoErrorPrivate *from, MamutoErrorPrivate *to)
{
    to->host = g_strdup(from->host);
    to->stage = from->stage;
}

static void
mamuto_error_private_clear(MamutoErrorPrivate *self)
{
    g_free(self->host);
}

/**
 * mamuto_error_quark:
 *
 * The domain of #MamutoError. Any thread.
 *
 * Returns: the quark
 */
G_DEFINE_EXTENDED_ERROR(MamutoError, mamuto_error)

/* (nullable): NULL for an error of another domain, which carries no fields. */
static MamutoErrorPrivate *
find_fields(const GError *error)
{
    return error->domain == MAMUTO_ERROR ? mamuto_error_get_private(error) : NULL;
}

void
error_set_host(GError *error, const char *host)
{
    MamutoErrorPrivate *self = find_fields(error);

    if (self != NULL && self->host == NULL)
        self->host = g_strdup(host);
}

void
error_set_stage(GError *error, MamutoStage stage)
{
    MamutoErrorPrivate *self = find_fields(error);

    if (self != NULL && self->stage == MAMUTO_STAGE_NONE)
        self->stage = stage;
}

/**
 * mamuto_error_get_host:
 * @error: an error of any domain
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): the name of the host that the error is about, as in the
 *   cluster
 */
const char *
mamuto_error_get_host(const GError *error)
{
    const MamutoErrorPrivate *self = find_fields(error);

    return self != NULL ? self->host : NULL;
}

/**
 * mamuto_error_get_stage:
 * @error: an error of any domain
 *
 * Any thread.
 *
 * Returns: the stage of reaching the host in which the error occurred
 */
MamutoStage
mamuto_error_get_stage(const GError *error)
{
    const MamutoErrorPrivate *self = find_fields(error);

    return self != NULL ? self->stage : MAMUTO_STAGE_NONE;
}

/**
 * mamuto_error_format:
 * @error: an error of any domain
 *
 * Any thread.
 *
 * Returns: (transfer full): "HOST: MESSAGE", or just the message if the error is about no host
 */
char *
mamuto_error_format(const GError *error)
{
    const char *host = mamuto_error_get_host(error);

    return host != NULL ? g_strdup_printf("%s: %s", host, error->message)
                        : g_strdup(error->message);
}

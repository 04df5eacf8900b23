/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The side of the asker that connections use: put a question, block until it is answered, and get
 * an answer that has to be wiped. */
#pragma once

#include <gio/gio.h>

#include "mamuto-asker.h"

G_BEGIN_DECLS

/* What a question says; copied. Only kind, host, target and prompt are needed. */
typedef struct {
    MamutoQuestionKind kind;
    const char *host;
    const char *target;
    const char *prompt;
    const char *server_text;
    gboolean echo;
    guint attempt;
    const char *key_type;
    const char *fingerprint;
    const char *file;
} AskerQuestion;

/* Block until the person has answered or @cancellable is cancelled; never to be called in the
 * thread whose main context answers. Declined: NULL or FALSE without an error. */
char *asker_ask_text(MamutoAsker *self, const AskerQuestion *question, GCancellable *cancellable,
                     GError **error);
gboolean asker_ask_accept(MamutoAsker *self, const AskerQuestion *question,
                          GCancellable *cancellable, GError **error);

/* Overwrites and frees a secret. */
void asker_wipe(char *secret);

typedef char Secret;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Secret, asker_wipe)

G_END_DECLS

/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The functions of the asker for connections: ask a question, wait for the answer, and wipe the
 * answer. */
#pragma once

#include <gio/gio.h>

#include "mamuto-asker.h"

G_BEGIN_DECLS

/* The contents of a question. The asker copies the strings. Only kind, host, target and prompt are
 * required. */
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

/* These functions block until the user has answered or @cancellable is cancelled. They must not be
 * called in the thread of the asker's main context, which shows the question. They return NULL or
 * FALSE without an error if the user declined. */
char *asker_ask_text(MamutoAsker *self, const AskerQuestion *question, GCancellable *cancellable,
                     GError **error);
gboolean asker_ask_accept(MamutoAsker *self, const AskerQuestion *question,
                          GCancellable *cancellable, GError **error);

/* Overwrites and frees a secret. */
void asker_wipe(char *secret);

typedef char Secret;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Secret, asker_wipe)

G_END_DECLS

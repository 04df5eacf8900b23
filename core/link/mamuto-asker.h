/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Questions to the user while hosts connect: passwords, passphrases, and whether to accept an
 * unknown host key. All connections use the same callback, which receives one question at a time.
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * MamutoQuestionKind:
 * @MAMUTO_QUESTION_HOST_KEY: the host's key is unknown; settled by accepting or declining
 * @MAMUTO_QUESTION_PASSWORD: a password; answered by text
 * @MAMUTO_QUESTION_PASSPHRASE: the passphrase of a key file on this computer; answered by text
 * @MAMUTO_QUESTION_KEYBOARD: a prompt of the server (keyboard-interactive authentication); answered
 *   by text
 */
typedef enum {
    MAMUTO_QUESTION_HOST_KEY,
    MAMUTO_QUESTION_PASSWORD,
    MAMUTO_QUESTION_PASSPHRASE,
    MAMUTO_QUESTION_KEYBOARD,
} MamutoQuestionKind;

#define MAMUTO_TYPE_QUESTION (mamuto_question_get_type())
G_DECLARE_FINAL_TYPE(MamutoQuestion, mamuto_question, MAMUTO, QUESTION, GObject)

MamutoQuestionKind mamuto_question_get_kind(MamutoQuestion *self);
const char *mamuto_question_get_host(MamutoQuestion *self);
const char *mamuto_question_get_target(MamutoQuestion *self);
const char *mamuto_question_get_prompt(MamutoQuestion *self);
const char *mamuto_question_get_server_text(MamutoQuestion *self);
gboolean mamuto_question_get_echo(MamutoQuestion *self);
guint mamuto_question_get_attempt(MamutoQuestion *self);
const char *mamuto_question_get_key_type(MamutoQuestion *self);
const char *mamuto_question_get_fingerprint(MamutoQuestion *self);
const char *mamuto_question_get_file(MamutoQuestion *self);

void mamuto_question_answer(MamutoQuestion *self, const char *text);
void mamuto_question_accept(MamutoQuestion *self);
void mamuto_question_decline(MamutoQuestion *self);

/**
 * MamutoAskFunc:
 * @question: (transfer none): the question; keep a reference until the user has answered
 * @user_data: the data passed to mamuto_asker_new()
 *
 * Called in the main context in which the asker was created.
 */
typedef void (*MamutoAskFunc)(MamutoQuestion *question, gpointer user_data);

#define MAMUTO_TYPE_ASKER (mamuto_asker_get_type())
G_DECLARE_FINAL_TYPE(MamutoAsker, mamuto_asker, MAMUTO, ASKER, GObject)

MamutoAsker *mamuto_asker_new(MamutoAskFunc func, gpointer user_data, GDestroyNotify destroy);
GPtrArray *mamuto_asker_list_host_keys(MamutoAsker *self);
guint mamuto_asker_get_n_asked(MamutoAsker *self);

G_END_DECLS

/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Questions to the user while hosts are being connected: passwords, passphrases, and whether to
 * accept an unknown host key. All connections use the same callback, which receives one question
 * at a time. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * MamutoQuestionKind:
 * @MAMUTO_QUESTION_HOST_KEY: whether to accept an unknown host key; answered by
 *   mamuto_question_accept() or mamuto_question_decline()
 * @MAMUTO_QUESTION_PASSWORD: the password of the user on the host; answered by text
 * @MAMUTO_QUESTION_PASSPHRASE: the passphrase of a key file on this computer; answered by text
 * @MAMUTO_QUESTION_KEYBOARD: a question that the server asks (keyboard-interactive authentication);
 *   answered by text
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
 * @question: (transfer none): the question; the callback must keep a reference until the user has
 *   answered, because releasing the last reference declines the question
 * @user_data: the data passed to mamuto_asker_new()
 *
 * Shows a question to the user. Called in the main context of the asker.
 */
typedef void (*MamutoAskFunc)(MamutoQuestion *question, gpointer user_data);

#define MAMUTO_TYPE_ASKER (mamuto_asker_get_type())
G_DECLARE_FINAL_TYPE(MamutoAsker, mamuto_asker, MAMUTO, ASKER, GObject)

MamutoAsker *mamuto_asker_new(MamutoAskFunc func, gpointer user_data, GDestroyNotify destroy);
GPtrArray *mamuto_asker_list_host_keys(MamutoAsker *self);
guint mamuto_asker_get_n_asked(MamutoAsker *self);

G_END_DECLS

/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Everything that has to be asked of a person while hosts connect (passwords, passphrases, whether
 * an unknown host key is right) comes through one callback, one question at a time however many
 * hosts connect at once. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * MamutoQuestionKind:
 * @MAMUTO_QUESTION_HOST_KEY: the host's key is not known; answered by accept or decline
 * @MAMUTO_QUESTION_PASSWORD: a password; answered by text
 * @MAMUTO_QUESTION_PASSPHRASE: the passphrase of a key file here; answered by text
 * @MAMUTO_QUESTION_KEYBOARD: what the server asks (keyboard-interactive); answered by text
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
/* The host's name as the user gave it, and where that led (user@address:port). */
const char *mamuto_question_get_host(MamutoQuestion *self);
const char *mamuto_question_get_target(MamutoQuestion *self);
/* What to ask, one sentence that we wrote and that names the host ("Password for ann@rem1"). */
const char *mamuto_question_get_prompt(MamutoQuestion *self);
/* (nullable): the server's own words, escaped; never shown without saying whose they are. */
const char *mamuto_question_get_server_text(MamutoQuestion *self);
/* Whether the answer may be seen while it is typed. */
gboolean mamuto_question_get_echo(MamutoQuestion *self);
/* Which try this is, from 1: more than 1 means that the last answer was wrong. */
guint mamuto_question_get_attempt(MamutoQuestion *self);
/* Of a host key: "ED25519" and "SHA256:…"; (nullable) for other kinds. */
const char *mamuto_question_get_key_type(MamutoQuestion *self);
const char *mamuto_question_get_fingerprint(MamutoQuestion *self);
/* (nullable): the file a passphrase is for, or the known_hosts file a key would be added to. */
const char *mamuto_question_get_file(MamutoQuestion *self);

/* One of these, once, at any time, in the thread of the callback. The signal "withdrawn" says that
 * an answer is not wanted any more (the connection was cancelled or lost). A question that is let
 * go without an answer is declined. */
void mamuto_question_answer(MamutoQuestion *self, const char *text);
void mamuto_question_accept(MamutoQuestion *self);
void mamuto_question_decline(MamutoQuestion *self);

/**
 * MamutoAskFunc:
 * @question: (transfer none): what is asked; keep a reference and answer it when the person has
 * @user_data: data
 *
 * Called in the main context of the thread that made the asker.
 */
typedef void (*MamutoAskFunc)(MamutoQuestion *question, gpointer user_data);

#define MAMUTO_TYPE_ASKER (mamuto_asker_get_type())
G_DECLARE_FINAL_TYPE(MamutoAsker, mamuto_asker, MAMUTO, ASKER, GObject)

MamutoAsker *mamuto_asker_new(MamutoAskFunc func, gpointer user_data, GDestroyNotify destroy);
/* Questions about host keys that wait, the present one included: (element-type MamutoQuestion)
 * (transfer full). A window may answer them all from one dialog; the signal "host-keys-changed" ()
 * says that there are others now. */
GPtrArray *mamuto_asker_list_host_keys(MamutoAsker *self);
/* How many questions were put until now: while a person thinks, times are not the machines'. */
guint mamuto_asker_get_n_asked(MamutoAsker *self);

G_END_DECLS

/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Asks questions about a host on the terminal and prints the answers. Asks in a thread, because
 * connections also ask in threads. Each argument is a question: "password"; "wrong": the password
 * again after a wrong password; "server": a keyboard-interactive question with text from the
 * server; "key": an unknown host key. */
#include <stdio.h>
#include <string.h>

#include "asker-private.h"
#include "terminal.h"
#include "tty-asker.h"

typedef struct {
    MamutoAsker *asker;
    const char *const *words;
    GMainLoop *loop;
} Asking;

static void
ask(MamutoAsker *asker, const char *word)
{
    AskerQuestion question = {
        .kind = MAMUTO_QUESTION_PASSWORD,
        .host = "rem1",
        .target = "ann@10.0.0.2:22",
        .prompt = "Password for ann@rem1",
        .attempt = g_str_equal(word, "wrong") ? 2 : 1,
    };
    g_autoptr(GError) error = NULL;
    g_autofree char *answer = NULL;

    if (g_str_equal(word, "key")) {
        question.kind = MAMUTO_QUESTION_HOST_KEY;
        question.prompt = "Accept the key of rem1?";
        question.key_type = "ED25519";
        question.fingerprint = "SHA256:abcdef";
        question.file = "/home/ann/.ssh/known_hosts";
        printf("accepted: %d\n", asker_ask_accept(asker, &question, NULL, &error));
        return;
    }
    if (g_str_equal(word, "server")) {
        question.kind = MAMUTO_QUESTION_KEYBOARD;
        question.prompt = "Answer for ann@rem1";
        question.server_text = "Code\x1b[2J please";
        question.echo = TRUE;
    }
    answer = asker_ask_text(asker, &question, NULL, &error);
    printf("answer: %s\n", answer != NULL ? answer : "(none)");
}

static gpointer
run(gpointer data)
{
    Asking *asking = data;

    for (const char *const *word = asking->words; *word != NULL; word++) {
        ask(asking->asker, *word);
        fflush(stdout);
    }
    g_main_loop_quit(asking->loop);
    return NULL;
}

static void
say(const char *text)
{
    printf("%s\n", text);
    fflush(stdout);
}

static void
say_paused(gpointer data)
{
    say("(paused)");
}

static void
say_resumed(gpointer data)
{
    say("(resumed)");
}

int
main(int argc, char **argv)
{
    TtyAsker *tty;
    Asking asking = {.words = (const char *const *)argv + 1};
    GThread *thread;

    terminal_init();
    tty = tty_asker_new(say_paused, say_resumed, NULL);
    if (tty == NULL) {
        printf("no terminal\n");
        return 1;
    }
    asking.asker = tty_asker_get_asker(tty);
    asking.loop = g_main_loop_new(NULL, FALSE);
    thread = g_thread_new("ask", run, &asking);
    g_main_loop_run(asking.loop);
    g_thread_join(thread);
    g_main_loop_unref(asking.loop);
    tty_asker_free(tty);
    return 0;
}

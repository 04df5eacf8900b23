#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests of the window in German.

Texts of the window and of the library must be translated. Numbers in the window have a decimal
comma, but numbers in files have a decimal point. The terminal program mamuto-cli must stay in
English.

    test-german.py MAMUTO
"""

import json
import os
import subprocess
import sys

from story import story
from ui import make_locale

KINDS = ("connecting", "preparing", "sending", "waiting", "computing", "returning", "idle")


def read_report():
    folder = os.path.join(os.environ["XDG_DATA_HOME"], "mamuto", "runs")
    names = [name for name in os.listdir(folder) if name.endswith(".json")]
    with open(os.path.join(folder, names[0]), encoding="utf-8") as file:
        return json.load(file)


@story(language="de_DE")
def example_in_german(window):
    window.expect("Willkommen bei Mamuto")
    window.click("Das Beispiel öffnen")
    window.expect(holds="1.500.000 × 3")
    window.click("Ausführen")
    window.click("Ergebnisse zeigen", seconds=120)
    window.expect(holds="1.500.000 Zeilen")
    path = os.path.join(window.folder, "out.csv")
    window.click("Speichern …")
    window.choose_file(path)
    window.expect(holds="Gespeichert als")
    with open(path, encoding="utf-8") as file:
        first = [next(file) for _ in range(3)]
    assert all("." in line and "," not in line for line in first[1:]), first
    report = window.wait(read_report, "the report")
    assert report["rows"] == 1500000 and isinstance(report["wall_s"], float), report["wall_s"]
    assert report["state"] == "done" and report["hosts"][0]["state"] == "done"


def write_comparison(home):
    """Writes the file in which the program stores the last comparison. The program reads this file
    when it starts."""
    def series(*times):
        return [{"rows": 1000 * 10**i, "runs": 3, "median_s": time, "min_s": time, "max_s": time, "cores": 4,
                 "seconds": dict.fromkeys(KINDS, 0)} for i, time in enumerate(times)]
    folder = os.path.join(home, "data", "mamuto")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "comparison.json"), "w", encoding="utf-8") as file:
        json.dump({
            "mamuto_comparison": 1, "created": "2026-11-23T14:02:00Z", "function": "model.py:like",
            "cluster": {"hosts": 4, "cores": 16},
            "notes": ["The budget was over before everything was measured.", "rem2 was lost: it was switched off",
                      "The hosts' CPUs differ (rem1 lacks avx512f, rem3 lacks avx2 avx512f and 3 more).",
                      "A note of a later version."],
            "note_fields": [{"kind": "budget-over"},
                            {"kind": "host-lost", "hosts": ["rem2"], "texts": ["it was switched off"]},
                            {"kind": "cpus-differ", "hosts": ["rem1", "rem3"], "texts": ["avx512f", "avx2 avx512f"],
                             "count": 3},
                            {"kind": "later"}],
            "contenders": [{"name": "loop", "measured": series(0.004, 0.04, 0.4, 4.0)},
                           {"name": "cluster", "measured": series(0.0312, 0.05, 0.12, 0.69)}],
        }, file)


@story(language="de_DE", prepare=write_comparison)
def comparison_in_german(window):
    window.expect("Willkommen bei Mamuto")
    window.key("alt+5")
    window.expect(holds="Bei 1.000 Zeilen ist dieser Rechner schneller (4,0 ms gegenüber 31,2 ms).")
    window.expect(holds="Bei 1.000.000 Zeilen ist der Cluster 5,8-mal so schnell.")
    window.expect(holds="Das Zeitlimit war erreicht, bevor alle Messungen abgeschlossen waren.")
    window.expect(holds="rem2 ging verloren: it was switched off")
    window.expect(holds="(rem1 fehlt avx512f, rem3 fehlt avx2 avx512f und 3 weiteren)")
    window.expect(holds="A note of a later version.")


def write_wrong_job(folder):
    path = os.path.join(folder, "wrong.mamuto")
    with open(path, "w", encoding="utf-8") as file:
        file.write("[job]\nversion = 99\n")
    return [path]


@story(language="de_DE", files=write_wrong_job)
def library_in_german(window):
    window.expect("Der Auftrag konnte nicht geöffnet werden")
    window.expect(holds="99 ist von einem neueren Mamuto; dieses unterstützt Versionen bis 2.")


def write_value_job(folder):
    with open(os.path.join(folder, "functions.py"), "w", encoding="utf-8") as file:
        file.write("def f(x, scale=0.5):\n    return x * scale\n")
    with open(os.path.join(folder, "x.csv"), "w", encoding="utf-8") as file:
        file.write("x\n" + "".join("%d.25\n" % i for i in range(2000)))
    path = os.path.join(folder, "job.mamuto")
    with open(path, "w", encoding="utf-8") as file:
        file.write("[job]\nversion = 1\nfunction = functions.py:f\n\n[argument 1]\nname = x\nvalue = x.csv:x\n\n"
                   "[argument 2]\nname = scale\nvalue = =0.5\n")
    return [path]


@story(language="de_DE", files=write_value_job)
def files_stay_in_c(window):
    """The job file must contain the value 0.5 with a decimal point, but the window must show
    results with a comma."""
    window.expect(holds="2.000 Zeilen")
    window.expect(holds="0.5, für jede Zeile derselbe Wert")
    window.key("ctrl+s")
    window.expect("Auftrag gespeichert")
    with open(os.path.join(window.folder, "job.mamuto"), encoding="utf-8") as file:
        assert "=0.5\n" in file.read()
    window.click("Ausführen")
    window.click("Ergebnisse zeigen", seconds=60)
    window.expect(holds="1,125")


def write_limit_job(folder):
    path = write_value_job(folder)[0]
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace("[job]\n", "[job]\nrow-timeout = 2.5\n"))
    return [path]


@story(language="de_DE", files=write_limit_job, size=(1200, 1100))
def limits_have_a_decimal_comma(window):
    """The summary and the field of a time limit show the same number. The job file keeps its decimal
    point."""
    window.resize(1100, 1050)
    window.expect(holds="höchstens 2,5 s je Zeile")
    window.expand("Optionen", "Zeitlimit je Zeile (s)")
    assert window.text("Zeitlimit je Zeile (s)") == "2,5", window.text("Zeitlimit je Zeile (s)")
    window.key("ctrl+s")
    window.expect("Auftrag gespeichert")
    with open(os.path.join(window.folder, "job.mamuto"), encoding="utf-8") as file:
        assert "row-timeout = 2.5\n" in file.read()


def write_dict_job(folder):
    path = write_value_job(folder)[0]
    with open(os.path.join(folder, "functions.py"), "w", encoding="utf-8") as file:
        file.write("def f(x, scale=0.5):\n    return {'a': x}\n")
    return [path]


@story(language="de_DE", files=write_dict_job)
def advice_is_in_words_of_the_window(window):
    window.expect(holds="2.000 Zeilen")
    window.click("Ausführen")
    window.expect(holds="Eine .jsonl-Datei kann jeden JSON-Wert enthalten", seconds=120)
    assert not window.find(holds="-o out.jsonl"), window.tree()


@story(language="de_DE", files=write_value_job)
def legend_has_its_lines(window):
    """In a narrow window, the legend of the bar chart needs several lines. The widgets below it
    must move down, so that they do not cover the legend."""
    window.expect(holds="2.000 Zeilen")
    window.click("Ausführen")
    window.expect("Ergebnisse zeigen", seconds=120)
    window.key("alt+5")
    window.expect(holds="Vorbereiten", role="label")
    window.resize(370, 650)
    window.wait(lambda: window.find(role="frame").extents()[2] < 400, "the narrow window")
    legend = window.wait(lambda: [label for label in [window.find(holds="Vorbereiten", role="label")]
                                  if label and label.extents()[3] > 30], "a legend of two lines")[0]
    _, y, _, height = legend.extents()
    below = window.expect("Läufe", role="label").extents()[1]
    assert y + height <= below, (y, height, below)


@story(language="pt_PT")
def example_in_portuguese(window):
    window.click("Abrir o exemplo")
    window.expect("Executar", "push button")
    window.expect(holds="1\u202f500\u202f000 × 3")


@story(language="de_DE")
def terminal_stays_in_english(window):
    program = os.path.join(os.path.dirname(window.program), "..", "core", "cli", "mamuto-cli")
    done = subprocess.run([program, "map", "math:sin", os.path.join(window.folder, "missing.npy")], check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env={**os.environ, **make_locale(window.folder, "de_DE")})
    assert done.returncode and "No such file or directory" in done.stdout, done.stdout


if __name__ == "__main__":
    sys.exit(story.main())

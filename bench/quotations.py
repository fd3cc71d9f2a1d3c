#!/usr/bin/env python3
"""How much of other people's words is left in mail, and how much of one's own is cut.

bench/quotations.py NEUTRAL_RECORDS: writes made-up mail as the programs of many languages quote: above, below and between
quoted lines, without any sign, under headers, forwarded; imports it, and counts words. A word says whose it is: the own
ones begin with "o", the others' with "f".
"""
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

ATTRIBUTIONS = {
    "English": "On Thu, Feb 5, 2009 at 10:00 PM, Fotto Fample <fotto@x.example> wrote:",
    "English, Thunderbird": "Fotto Fample wrote on 05.02.2009 22:00:",
    "English, short": "Fotto Fample wrote:",
    "English, Gnus": "Fotto Fample <fotto@x.example> writes:",
    "English, mutt": "* Fotto Fample <fotto@x.example> [2009-02-05 22:00]:",
    "German": "Am Do., 5. Feb. 2009 um 22:00 Uhr schrieb Fotto Fample <fotto@x.example>:",
    "German, Thunderbird": "Am 05.02.09 um 22:00 schrieb Fotto Fample:",
    "French": "Le jeu. 5 f\u00e9vr. 2009 \u00e0 22:00, Fotto Fample <fotto@x.example> a \u00e9crit\u00a0:",
    "Spanish": "El jue, 5 feb 2009 a las 22:00, Fotto Fample (<fotto@x.example>) escribi\u00f3:",
    "Portuguese": "Em qui., 5 de fev. de 2009 \u00e0s 22:00, Fotto Fample <fotto@x.example> escreveu:",
    "Italian": "Il giorno gio 5 feb 2009 alle ore 22:00 Fotto Fample <fotto@x.example> ha scritto:",
    "Dutch": "Op do 5 feb. 2009 om 22:00 schreef Fotto Fample <fotto@x.example>:",
    "Danish": "Den tors. 5. feb. 2009 kl. 22.00 skrev Fotto Fample <fotto@x.example>:",
    "Swedish": "Den tors 5 feb. 2009 kl 22:00 skrev Fotto Fample <fotto@x.example>:",
    "Finnish": "to 5. helmik. 2009 klo 22.00 Fotto Fample (fotto@x.example) kirjoitti:",
    "Polish": "czw., 5 lut 2009 o 22:00 Fotto Fample <fotto@x.example> napisa\u0142(a):",
    "Czech": "\u010dt 5. 2. 2009 v 22:00 odes\u00edlatel Fotto Fample <fotto@x.example> napsal:",
    "Hungarian": "Fotto Fample <fotto@x.example> ezt \u00edrta (id\u0151pont: 2009. febr. 5., Cs, 22:00):",
    "Romanian": "\u00cen joi, 5 feb. 2009 la 22:00, Fotto Fample <fotto@x.example> a scris:",
    "Russian": "\u0447\u0442, 5 \u0444\u0435\u0432\u0440. 2009 \u0433. \u0432 22:00, Fotto Fample <fotto@x.example>:",
    "Turkish": "Fotto Fample <fotto@x.example>, 5 \u015eub 2009 Per, 22:00 tarihinde \u015funu yazd\u0131:",
    "Chinese": "Fotto Fample <fotto@x.example> \u4e8e2009\u5e742\u67085\u65e5\u5468\u56db 22:00\u5199\u9053\uff1a",
    "Japanese": "2009\u5e742\u67085\u65e5(\u6728) 22:00 Fotto Fample <fotto@x.example>:",
    "Korean": "2009\ub144 2\uc6d4 5\uc77c (\ubaa9) 22:00, Fotto Fample <fotto@x.example>\ub2d8\uc774 \uc791\uc131:",
}
BLOCKS = {
    "English": ("Original Message", "From: Fotto Fample\nSent: Thursday, February 5, 2009 10:00 PM\nTo: Vera\nSubject: fs"),
    "German": ("Urspr\u00fcngliche Nachricht", "Von: Fotto Fample\nGesendet: Donnerstag, 5. Februar 2009 22:00\nAn: Vera\nBetreff: fs"),
    "French": ("Message d'origine", "De : Fotto Fample\nEnvoy\u00e9 : jeudi 5 f\u00e9vrier 2009 22:00\n\u00c0 : Vera\nObjet : fs"),
    "Spanish": ("Mensaje original", "De: Fotto Fample\nEnviado el: jueves, 5 de febrero de 2009 22:00\nPara: Vera\nAsunto: fs"),
    "Portuguese": ("Mensagem original", "De: Fotto Fample\nEnviada em: quinta-feira\nPara: Vera\nAssunto: fs"),
    "Italian": ("Messaggio originale", "Da: Fotto Fample\nInviato: gioved\u00ec 5 febbraio 2009 22:00\nA: Vera\nOggetto: fs"),
    "Dutch": ("Oorspronkelijk bericht", "Van: Fotto Fample\nVerzonden: donderdag 5 februari 2009 22:00\nAan: Vera\nOnderwerp: fs"),
    "Swedish": ("Ursprungligt meddelande", "Fr\u00e5n: Fotto Fample\nSkickat: den 5 februari 2009 22:00\nTill: Vera\n\u00c4mne: fs"),
    "Polish": ("Oryginalna wiadomo\u015b\u0107", "From: Fotto Fample\nSent: Thursday, February 5, 2009 10:00 PM\nTo: Vera\nSubject: fs"),
    "Russian": ("\u0418\u0441\u0445\u043e\u0434\u043d\u043e\u0435 \u0441\u043e\u043e\u0431\u0449\u0435\u043d\u0438\u0435", "\u041e\u0442: Fotto Fample\n\u041e\u0442\u043f\u0440\u0430\u0432\u043b\u0435\u043d\u043e: 5 \u0444\u0435\u0432\u0440\u0430\u043b\u044f 2009 \u0433. 22:00\n\u041a\u043e\u043c\u0443: Vera\n\u0422\u0435\u043c\u0430: fs"),
    "Chinese": ("\u539f\u59cb\u90ae\u4ef6", "\u53d1\u4ef6\u4eba: Fotto\n\u53d1\u9001\u65f6\u95f4: 2009\u5e742\u67085\u65e5 22:00\n\u6536\u4ef6\u4eba: Vera\n\u4e3b\u9898: fs"),
}


def words(letter, count):
    return [f"{letter}{random.randrange(10**6):06}" for _ in range(count)]


def lines(letter, count=4):
    return [" ".join(words(letter, random.randint(3, 9))) + "." for _ in range(count)]


def quoted(sign="> "):
    return [sign + line for line in lines("f", random.randint(1, 6))]


def own():
    kind = random.random()
    if kind < 0.15:
        return lines("o", 2) + [" ".join(words("o", 3)) + ":"] + lines("o", 2)
    if kind < 0.25:
        return lines("o", 1) + ["- " + line for line in lines("o", 3)]
    if kind < 0.3:
        return lines("o", 1) + ["    $ " + line for line in lines("o", 2)]
    if kind < 0.33:
        return ["In 2009 " + line for line in lines("o", 3)]
    return lines("o", random.randint(1, 6))


def mails():
    """Of each kind: its name and a maker of the text."""
    for language, line in ATTRIBUTIONS.items():
        yield f"quoted below an attribution, {language}", lambda line=line: own() + [""] + [line] + quoted()
        yield f"quoted above, {language}", lambda line=line: [line, ""] + quoted() + [""] + own()
        yield f"between, {language}", lambda line=line: [line] + quoted() + [""] + own() + [""] + quoted() + [""] + own()
        yield f"without a sign, {language}", lambda line=line: own() + ["", line, ""] + lines("f", 5)
        half = line.rfind(" ", 0, len(line) * 2 // 3)
        if half > 0:
            yield f"attribution in two lines, {language}", (
                lambda line=line, half=half: own() + ["", line[:half], line[half + 1:]] + quoted())
    for language, (title, block) in BLOCKS.items():
        yield f"Outlook, {language}", lambda b=block: own() + ["", "_" * 32] + b.split("\n") + [""] + lines("f", 5)
        yield f"Outlook without a ruler, {language}", lambda b=block: own() + [""] + b.split("\n") + [""] + lines("f", 5)
        yield f"title, {language}", lambda b=block, t=title: own() + ["", f"-----{t}-----"] + b.split("\n") + [""] + lines("f", 5)
        yield f"title alone, {language}", lambda t=title: own() + ["", f"--- {t} ---"] + lines("f", 5)
    yield "forwarded, Gmail", lambda: own() + ["", "---------- Forwarded message ---------", "From: Fotto", "Date: Thu", "", ] + lines("f", 5)
    yield "forwarded, Apple", lambda: own() + ["", "Begin forwarded message:", "", "From: Fotto"] + lines("f", 5)
    yield "bar as a sign", lambda: own() + [""] + quoted("| ")
    yield "initials as a sign", lambda: own() + [""] + quoted("FF> ")
    yield "broken quoted lines", lambda: own() + [""] + [part for line in quoted() for part in (line, " ".join(words("f", 1)))]
    yield "no sign at all", lambda: own() + [""] + lines("f", 3)
    yield "a list's footer", lambda: own() + ["_" * 47, "fclub mailing list", "fclub@lists.example"]
    yield "nothing but own words", own
    yield "own words about quoting", lambda: lines("o", 2) + ["As the manual of 2009 " + words("o", 1)[0] + " says:"] + lines("o", 3)


def main():
    random.seed(7)
    kinds, box = [], []
    for name, make in mails():
        for _ in range(20):
            kinds.append((name, make()))
            text = "\n".join(kinds[-1][1])
            box.append(f"From x\nFrom: v@x.example\nDate: Thu, 05 Feb 2009 22:34:43 +0000\nMessage-ID: <{len(kinds) - 1}@x>\n"
                       f"Content-Type: text/plain; charset=utf-8\n\n{text}\n\n")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.mbox"
        path.write_text("".join(box), encoding="utf-8")
        done = subprocess.run([sys.argv[1], "mbox", path], capture_output=True, text=True, check=True)
    read = {int(line["id"].split("@")[0]): line["effective"] for line in map(json.loads, done.stdout.splitlines()) if "id" in line}
    totals = {}
    for number, (name, text) in enumerate(kinds):
        before, after = " ".join(text).split(), read.get(number, "").split()
        for letter in "of":
            for group in (name.split(",")[0], "all"):
                sums = totals.setdefault((group, letter), [0, 0])
                sums[0] += sum(w.lstrip("<(").startswith(letter) or w.lstrip("<(").startswith(letter.upper()) for w in before)
                sums[1] += sum(w.lstrip("<(").startswith(letter) or w.lstrip("<(").startswith(letter.upper()) for w in after)
    print(f"{len(kinds)} mails of {len(set(name for name, _ in kinds))} kinds\n{'kind':36} others' words left   own words cut")
    for group in dict.fromkeys(group for group, _ in totals):
        own_before, own_after = totals[(group, "o")]
        other_before, other_after = totals[(group, "f")]
        left = f"{100 * other_after / other_before:6.2f} %" if other_before else "     - "
        print(f"{group:36} {left:>18}   {100 * (own_before - own_after) / max(own_before, 1):11.2f} %")


if __name__ == "__main__":
    main()

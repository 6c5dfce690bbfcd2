"""The glossary and the words of a text: pure functions for the language tests."""

import csv
import re
import unicodedata
from pathlib import Path

I18N = Path(__file__).parents[1] / "i18n"
ADDRESS = re.compile(r"\S+@\S+|https?://\S+|%\(\w+\)[sd]|\{\{.*?\}\}|<[^>]*>|&\w+;")


def fold(text):
    """Lower case, without accents.

    >>> fold("Tíquet")
    'tiquet'
    """
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def words(text):
    """A text as folded words between single blanks, without markup and addresses.

    >>> words("Escriba a <b>ana@hotel.example</b>: «Mi tíquet».")
    ' escriba a mi tiquet '
    """
    plain = ADDRESS.sub(" ", text)
    found = re.findall(r"[^\W_]+(?:[-/][^\W_]+)*|/", fold(plain))
    return f" {' '.join(found)} "


def has_phrase(text, phrase):
    """Whether the whole words of ``phrase`` occur in ``text``.

    ``adjunt*`` is the beginning of a word, ``^escribe`` that of the text.

    >>> has_phrase("Cerrar tiquets", "tíquet"), has_phrase("Un tiquet.", "tíquet")
    (False, True)
    >>> has_phrase("Adjúntelo aquí.", "adjunt*")
    True
    >>> has_phrase("Escribe aquí", "^escribe"), has_phrase("Ana escribe", "^escribe")
    (True, False)
    """
    if phrase.startswith("^"):
        return words(text).startswith(words(phrase[1:]))
    if phrase.endswith("*"):
        return words(phrase[:-1]).rstrip() in words(text)
    return words(phrase) in words(text)


def has_term(text, term):
    """Whether an English term, singular or plural, occurs in ``text``.

    ``=Term`` is the whole text, letter by letter.

    >>> has_term("All tickets", "ticket"), has_term("All tickets", "=Ticket")
    (True, False)
    """
    if term.startswith("="):
        return text.strip() == term[1:]
    plural = f"{term[:-1]}ies" if term.endswith("y") else f"{term}s"
    return has_phrase(text, term) or has_phrase(text, plural)


def read_glossary(path=I18N / "glossary.csv"):
    """The rows of the glossary, lists split."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {
                "term": row["term"],
                "spanish": split(row["spanish"]),
                "forbidden": split(row["forbidden"]),
                "everywhere": split(row["everywhere"]),
            }
            for row in csv.DictReader(file, delimiter=";")
        ]


def split(cell):
    return [word for word in (cell or "").split("|") if word]


def forbidden_words(text, glossary):
    """The words nobody wants to read in any Spanish text."""
    return [
        word for row in glossary for word in row["everywhere"] if has_phrase(text, word)
    ]


def glossary_errors(source, translation, glossary):
    """What is wrong with a translation, in sentences."""
    errors = [
        f"{word!r} is forbidden" for word in forbidden_words(translation, glossary)
    ]
    rows = [row for row in glossary if row["term"] and has_term(source, row["term"])]
    # where a sentence says both, one's word is not the other's wrong one
    said = {word for row in rows for word in row["spanish"]}
    for row in rows:
        errors += [
            f"{word!r} is not the word for {row['term']!r}"
            for word in row["forbidden"]
            if word not in said and has_phrase(translation, word)
        ]
        if row["spanish"] and not any(
            has_phrase(translation, word) for word in row["spanish"]
        ):
            errors.append(f"{row['term']!r} is called {' or '.join(row['spanish'])}")
    return errors

"""Reading order: keys that sort the same on every database."""

import re
import unicodedata

#: Longest key that is stored; the rest of a long name never decides an order here.
MAX_KEY = 400


def sort_key(text: str, language: str) -> str:
    """Return the key that puts ``text`` in the order a reader of ``language`` expects.

    English: letters without accents or case. Chinese: pinyin with tones, as dictionaries do.
    The key has only a-z, 0-9 and "0" for any gap, so that no database's collation (which may
    skip spaces and punctuation) changes the order.
    """
    if language.startswith("zh"):
        # Its table of phrases takes 40 MB, which only who writes needs.
        from pypinyin import Style, lazy_pinyin

        text = " ".join(lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True))
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "0", plain).strip("0")[:MAX_KEY]

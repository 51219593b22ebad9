"""How files say that a part is not to be fitted, that the client brings it, and other words with a yes or a
no.
"""

from __future__ import annotations

import re
from typing import Final

_VERBS: Final = r"(?:install|populat|plac|fit|mount|stuff|load|assembl|solder|us)"
_ANYWHERE: Final = re.compile(
    rf"""\b(?:
        (?:do\s*not|don'?t|dont|never)[\s_-]*{_VERBS}(?:e|ed|ted)?
      | (?:not|non)[\s_-]+(?:to[\s_]be[\s_]+)?{_VERBS}(?:e|ed|ted|d)?
      | no[\s_-]*(?:load|stuff|fit|mount|place|install|pop|populate|assembly)
      | un(?:populated|fitted|mounted|stuffed|placed) | de[-]?populated?
      | dnp|dni|dnf|dns|dnl|dnm|nopop|no-?pop
      | nicht[\s_-]+best(?:ü|ue)ck(?:t|en) | entf(?:ä|ae)llt | unbest(?:ü|ue)ckt
      | non[\s_]+(?:mont|câbl|cabl|équip|equip|implant)\w*
      | ne[\s_]+pas[\s_]+(?:monter|câbler|équiper|implanter)
      | no[\s_]+(?:montar|poblar|colocar|montado|instalar) | sin[\s_]+montar | non[\s_]+montar(?:e|si)?
      | n[ãa]o[\s_]+montar | niet[\s_]+(?:plaatsen|bestukken|monteren) | nie[\s_]+montowa[ćc] | neosazovat
      | не[\s_]+(?:устанавливать|монтировать|устан\w*)
      )(?![\w])
    | 不贴|不焊|空贴|不装|不安装|不上件|未贴|未実装|実装不要|実装しない|非実装|不実装|取付不要
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ALONE: Final = re.compile(
    r"[(\[<*\s]*(?:nc|n/c|n\.c\.?|n\.?b\.?|nm|n/m|np|n/p|nf|n/f|ns|n\.?p\.?|open|omit|omitted|empty|x|dnx"
    r"|no part|none)[)\]>*\s]*",
    re.IGNORECASE,
)
_SUFFIX: Final = re.compile(r".*(?:/|,|\()\s*(?:nc|nm|n\.?b\.?|open)\)?", re.IGNORECASE)
_NO: Final = frozenset(
    "no n false 0 - -- nein non non. falsch nicht 否 不 不是 × x なし 無 不要 none null f off não nie ne нет"
    " 아니오".split()
)
_YES: Final = frozenset(
    "yes y true 1 ja j oui o wahr x ✓ ✔ ☑ 是 有 ○ ◯ 要 あり t on si sì sí s sim tak ano да 예".split()
)
_CLIENT: Final = re.compile(
    r"\b(?:client|customer|cust|consigned|consignment|free[\s-]issue|furnished|cfm|kunde\w*|beistell\w*|beigestellt|fourni)\b"
    r"|客供|客户|来料|支給",
    re.IGNORECASE,
)
_NOT_CLIENT: Final = re.compile(r"\b(?:not|no|non|turnkey|ems|cm|house)\b|自购|自供", re.IGNORECASE)
_UNUSED: Final = re.compile(
    r"\b(?:(?:are|is)\s+)?not\s+used\b|\bunused\b|nicht\s+(?:verwendet|benutzt|belegt)|non\s+utilis|未使用",
    re.IGNORECASE,
)
_TOTAL: Final = re.compile(
    r"(?:grand\s+|sub\s*)?(?:total|sum|summe|gesamt|somme|合计|总计|合計|総計)\b.*|end(?:\s+of\s+\w+)*|#+\s*end",
    re.IGNORECASE,
)


def says_not_fitted(text: str) -> str:
    """The words in a text that say: leave this off; empty where none do."""
    match = _ANYWHERE.search(text)
    return match[0] if match else ""


def is_not_fitted(text: str) -> bool:
    """Whether a cell that should hold a value or a number says nothing but: leave this off (``NC``,
    ``10k/NC``).
    """
    return bool(text) and bool(_ANYWHERE.search(text) or _ALONE.fullmatch(text) or _SUFFIX.fullmatch(text))


def is_yes(text: str) -> bool | None:
    """A cell of a yes-or-no column; None where it says neither. A mark such as X is a yes."""
    word = text.strip().casefold()
    if not word:
        return None
    if word in _YES:
        return True
    if word in _NO:
        return False
    return None


def marks_not_fitted(text: str) -> bool | None:
    """A cell of a column that is called do-not-populate: True where it is filled with anything but a no."""
    if not text.strip():
        return False
    yes = is_yes(text)
    if yes is not None:
        return yes
    return True if is_not_fitted(text) else None


def marks_fitted(text: str) -> bool | None:
    """A cell of a column that is called fitted: False where it says no; None where it says neither."""
    if not text.strip():
        return None
    if says_not_fitted(text) or (_ALONE.fullmatch(text.strip()) and text.strip().casefold() != "x"):
        return False
    yes = is_yes(text)
    if yes is not None:
        return yes
    return (
        True
        if re.match(r"(?i)(?:fit|inst|pop|mount|plac|stuff|load|best|mont|贴|焊|実装)", text.strip())
        else None
    )


def marks_client(text: str) -> bool | None:
    """A cell that says who brings the part; None where it says nothing known."""
    if not text.strip():
        return False
    yes = is_yes(text)
    if yes is not None:
        return yes
    if _CLIENT.search(text):
        return not _NOT_CLIENT.search(text)
    return False if _NOT_CLIENT.search(text) else None


def says_unused(text: str) -> bool:
    """Whether a sentence speaks of designators that do not exist."""
    return bool(_UNUSED.search(text))


def is_total(text: str) -> bool:
    """Whether a row is a sum at the end and no line."""
    return bool(_TOTAL.fullmatch(text.strip()))

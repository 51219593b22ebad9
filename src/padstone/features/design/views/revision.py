from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from padstone.features.design.domain.phases import policy
from padstone.features.design.drawing import COLOURS, board
from padstone.features.design.queries import (
    EDIT,
    change_orders,
    comparison,
    content_of,
    original_file,
    readiness,
    revision_card,
    waiting_intakes,
)
from padstone.features.design.queries import designs as all_designs
from padstone.platform.accounts.identity import actor_of
from padstone.platform.questions import number_asked, text_asked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest

    from padstone.features.design.shown import ChangeShown, LineShown

LINES_PER_PAGE = 250
_ADDED = {"line_added", "designator_added", "placed_added", "now_fitted", "alternate_added"}
_REMOVED = {"line_removed", "designator_removed", "placed_removed", "no_longer_fitted", "alternate_removed"}


def designs(request: HttpRequest) -> HttpResponse:
    """Every product with its revisions, files that wait to be confirmed, and change orders."""
    actor = actor_of(request)
    wanted = text_asked(request, "q").casefold()
    rows = [
        one
        for one in all_designs(actor)
        if not wanted or wanted in f"{one.product} {one.product_name} {one.client}".casefold()
    ]
    may_edit = actor.may(EDIT)
    context = {
        "designs": Paginator(rows, LINES_PER_PAGE).get_page(request.GET.get("page")),
        "q": text_asked(request, "q"),
        "may_edit": may_edit,
        "is_house": actor.may("view_bills"),
        "waiting": waiting_intakes(actor) if may_edit else (),
        "orders": change_orders(actor)[:20] if actor.may("view_bills") else (),
    }
    return render(request, "design/designs.html", context)


def revision(request: HttpRequest, revision_id: int) -> HttpResponse:
    """A revision: its bill, its board, its files, and what waits for somebody."""
    actor = actor_of(request)
    card = revision_card(actor, revision_id)
    colour = _colour(request)
    wanted = text_asked(request, "q")
    lines = [one for one in card.lines if _matches(one, wanted)]
    is_house = not actor.client
    context: dict[str, Any] = {
        "revision": card,
        "policy": policy(card.phase),
        "lines": Paginator(lines, LINES_PER_PAGE).get_page(request.GET.get("page")),
        "per_page": LINES_PER_PAGE,
        "q": wanted,
        "at": text_asked(request, "at"),
        "board": board(content_of(actor, revision_id), card.lines, colour),
        "colour": colour,
        "colours": COLOURS,
        "open_doubts": sum(one.asks and not one.settled for one in card.doubts),
        "without_part": sum(one.fitted and not one.part and one.how != "assembly" for one in card.lines),
        "readiness": readiness(actor, revision_id) if is_house and card.state == "draft" else None,
        "others": [one for one in all_designs(actor) if one.product == card.product and one.id != card.id],
        "orders": change_orders(actor, card.product) if is_house else (),
        "may_edit": actor.may(EDIT) and card.state == "draft",
        "may_raise": actor.may(EDIT) and card.state != "draft",
        "may_release": actor.may("release_revision"),
        "may_sign": actor.may("sign_record"),
        "is_house": is_house,
    }
    return render(request, "design/revision.html", context)


def compare(request: HttpRequest, revision_id: int) -> HttpResponse:
    """Two revisions, in the table and on the board."""
    actor = actor_of(request)
    other_id = number_asked(request, "with")
    card = revision_card(actor, revision_id)
    others = [one for one in all_designs(actor) if one.product == card.product and one.id != revision_id]
    context: dict[str, Any] = {"revision": card, "others": others, "other_id": other_id}
    if other_id is not None:
        found = comparison(actor, other_id, revision_id)
        before = revision_card(actor, other_id)
        context |= {
            "comparison": found,
            "changes": Paginator(found.changes, LINES_PER_PAGE).get_page(request.GET.get("page")),
            "tones": {code: _tone(code) for code in {one.code for one in found.changes}},
            "board_before": board(
                content_of(actor, other_id),
                before.lines,
                "part",
                _marked(found.changes, _REMOVED, "shade-bad"),
            ),
            "board_after": board(
                content_of(actor, revision_id),
                card.lines,
                "part",
                _marked(found.changes, _ADDED, "shade-good"),
            ),
        }
    return render(request, "design/compare.html", context)


def design_file(request: HttpRequest, revision_id: int, number: int) -> HttpResponse:
    """A file of a revision as it came. It is kept, and never shown: a browser would take some for pages."""
    name, content = original_file(actor_of(request), revision_id, number)
    plain = "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "_" for letter in name
    )
    return HttpResponse(
        content,
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{plain or "file"}"'},
    )


def _colour(request: HttpRequest) -> str:
    wanted = request.GET.get("colour", "part")
    return wanted if wanted in COLOURS else "part"


def _matches(line: LineShown, wanted: str) -> bool:
    """Every word must be found somewhere in the line."""
    texts = (
        line.part,
        line.said,
        line.description,
        line.value,
        line.footprint,
        line.manufacturer,
        line.mpn,
        " ".join(line.designators),
    )
    return all(any(word in text.casefold() for text in texts) for word in wanted.casefold().split())


def _tone(code: str) -> str:
    return "good" if code in _ADDED else "bad" if code in _REMOVED else "warn"


def _marked(changes: Iterable[ChangeShown], alone: set[str], css: str) -> dict[str, str]:
    """The shade of each designator that a change names: ``css`` for those codes, else that of a change."""
    marked: dict[str, str] = {}
    for one in changes:
        for designator in one.designators:
            if one.code in alone:
                marked[designator] = css
            elif one.code not in _ADDED | _REMOVED:
                marked.setdefault(designator, "shade-changed")
    return marked

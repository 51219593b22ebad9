"""One way to refuse: a stable code, a sentence a person can act on, and its parameters."""

from __future__ import annotations


class Refusal(Exception):
    """A request that was understood and refused; a door makes it problem+json, an exit code, an inbox state.

    ``code`` is stable and machine-readable; ``template`` is English with ``{named}`` parameters; ``field``
    names what was wrong where one thing was; ``way_out`` says what to do next; ``clause`` cites the standard
    that forbids it.
    """

    status = 400

    def __init__(
        self,
        code: str,
        template: str,
        *,
        field: str = "",
        way_out: str = "",
        clause: str = "",
        **params: object,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.template = template
        self.params = {key: str(value) for key, value in params.items()}
        self.field = field
        self.way_out = way_out
        self.clause = clause

    @property
    def reason(self) -> str:
        """The sentence with its parameters filled in."""
        return self.template.format(**self.params)

    def __str__(self) -> str:
        return " ".join(part for part in (self.reason, self.way_out) if part)


class Invalid(Refusal):
    """The input breaks a rule and will always break it."""

    status = 422


class NotFound(Refusal):
    """What was asked for does not exist, or the asker may not know that it does."""

    status = 404


class Conflict(Refusal):
    """It contradicts what is already on the books."""

    status = 409


class Forbidden(Refusal):
    """The actor lacks the right."""

    status = 403


class NotYetKnown(Refusal):
    """It refers to something nobody has told us of yet; ``awaits`` is the key that will wake it."""

    status = 409

    def __init__(
        self, awaits: str, code: str, template: str, *, field: str = "", way_out: str = "", **params: str
    ) -> None:
        super().__init__(code, template, field=field, way_out=way_out, clause="", **params)
        self.awaits = awaits

"""Names, addresses and the like, made by Faker from one drawn number each."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from planner.codes import sources
from planner.suggest import did_you_mean

if TYPE_CHECKING:
    from planner.diagnostics import Code, Position
    from planner.generator import Made
    from planner.values import AttributeValue

PROVIDERS = (
    "address",
    "automotive",
    "bank",
    "barcode",
    "color",
    "company",
    "currency",
    "geo",
    "internet",
    "isbn",
    "job",
    "lorem",
    "person",
    "phone_number",
)
"""The parts of Faker whose methods depend on the drawn number alone; others ask the clock, too."""


class InventionError(Exception):
    """Faker cannot make it; with what a diagnostic says."""

    def __init__(self, code: Code, position: Position, what: str, fix: str) -> None:
        super().__init__(what)
        self.code = code
        self.position = position
        self.what = what
        self.fix = fix


class Invention:
    """Faker in one language, loaded when it is first needed."""

    def __init__(self, locale: str) -> None:
        self._locale = locale
        self._faker: Any = None
        self._methods: frozenset[str] = frozenset()

    def value(self, made: Made, drawn: int) -> AttributeValue:
        """What a method makes of a drawn number.

        Raises:
            InventionError: Faker is not installed, has no such method or language, or refuses the arguments.
        """
        if self._faker is None:
            self._load(made.position)
        if made.method not in self._methods:
            fix = f"{did_you_mean(made.method, self._methods)}Methods are those of {', '.join(PROVIDERS)}."
            raise InventionError(sources.BAD_GENERATOR, made.position, f"`{made.method}` is not known", fix)
        self._faker.seed_instance(drawn)
        try:
            return _as_value(getattr(self._faker, made.method)(**made.arguments))
        except Exception as problem:
            # The methods are many and not ours: whatever one raises means that these arguments are not for it.
            what = f"`{made.method}` makes no value: {str(problem)[:160] or type(problem).__name__}"
            fix = "Correct its arguments under `with:`, or choose another method."
            raise InventionError(sources.BAD_GENERATOR, made.position, what, fix) from problem

    def _load(self, position: Position) -> None:
        try:
            from faker import Faker  # noqa: PLC0415 - an extra, and slow to load
        except ImportError:
            what = "values by `faker` need the library Faker, which is not installed"
            raise InventionError(sources.NEEDS_EXTRA, position, what, "Install `ddbplan[faker]`.") from None
        try:
            self._faker = Faker(self._locale)
        except AttributeError:
            fix = "Write a language and a country, such as `en_GB` or `de_DE`."
            raise InventionError(
                sources.BAD_GENERATOR, position, f"Faker does not know `{self._locale}`", fix
            ) from None
        found = set()
        for provider in self._faker.factories[0].providers:
            part = type(provider).__module__.removeprefix("faker.providers.").partition(".")[0]
            if part in PROVIDERS:
                found |= {name for name in dir(provider) if name[:1] != "_" and callable(getattr(provider, name))}
        self._methods = frozenset(found - _BASE)


_BASE = frozenset({"add_provider", "optional", "del_arguments", "get_arguments", "set_arguments", "enum", "generator"})


def _as_value(made: object) -> AttributeValue:
    match made:
        case bool():
            return {"BOOL": made}
        case str():
            return {"S": made}
        case int() | Decimal():
            return {"N": str(made)}
        case float() if math.isfinite(made):
            return {"N": repr(made)}
        case list() | tuple():
            return {"L": [_as_value(member) for member in made]}
        case _:
            raise TypeError(f"it makes {type(made).__name__}, which is no value of DynamoDB")

"""How Claude is asked: from options, the environment, ``ddbplan.toml`` and ``pyproject.toml``, in this order."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar

import click

from ddbplan import workspace
from ddbplan.failures import Failure
from planner.author.prices import PRICES_OF, price
from planner.author.values import Effort, Provider, Settings
from planner.reading.discovery import PROJECT_SECTIONS
from planner.suggest import did_you_mean

Command = TypeVar("Command", bound=Callable[..., Any])

SECTION = "generate"
DEFAULT_MAX_COST = Decimal(5)
_FEWEST_TOKENS = 1_000
_BEDROCK_PREFIX = "anthropic."
_NAMES = ("provider", "model", "effort", "max_tokens", "max_cost")

_OPTIONS = (
    click.option("--max-cost", metavar="DOLLARS", help="Stop before it costs more (5, where prices are known)."),
    click.option("--max-tokens", metavar="NUMBER", help="The longest answer, thinking included (64000)."),
    click.option("--effort", metavar="LEVEL", help="none, low, medium (default), high, xhigh or max."),
    click.option("--model", metavar="NAME", help="The model to ask (claude-opus-5-5)."),
    click.option("--provider", metavar="NAME", help="anthropic (default), bedrock or claude-aws; never guessed."),
)


def asking_options(command: Command) -> Command:
    """Add --provider, --model, --effort, --max-tokens, --max-cost; the command gets ``settings: Settings``."""

    @functools.wraps(command)
    def with_settings(*args: Any, **options: Any) -> Any:
        typed = {name: options.pop(name) for name in _NAMES}
        return command(*args, settings=settings(typed, dict(_environment())), **options)

    for option in _OPTIONS:
        with_settings = option(with_settings)
    return with_settings  # type: ignore[return-value] # click takes the wrapper for the command it wraps


def _environment() -> Mapping[str, str]:
    import os  # noqa: PLC0415 - read here and nowhere else in this module

    found = {name: os.environ.get(f"DDBPLAN_{name.upper()}", "") for name in _NAMES}
    return {name: value for name, value in found.items() if value}


def settings(typed: Mapping[str, str | None], environment: Mapping[str, str]) -> Settings:
    """The settings that hold, each from the first place that names it.

    Raises:
        click.UsageError: A value that a setting cannot have; it says where it stands.
        Failure: A configuration file cannot be read.
    """
    configured = _configured(workspace.folder())
    found: dict[str, tuple[str, str]] = {}
    for name in _NAMES:
        option = "--" + name.replace("_", "-")
        places = (
            (typed.get(name), option),
            (environment.get(name), f"DDBPLAN_{name.upper()}"),
            (configured.get(name, (None, ""))[0], configured.get(name, (None, ""))[1]),
        )
        value = next(((text, place) for text, place in places if text is not None), None)
        if value is not None:
            found[name] = value
    return _typed(found)


def _typed(found: Mapping[str, tuple[str, str]]) -> Settings:
    provider = Provider(_choice(found.get("provider"), [*Provider], Provider.ANTHROPIC))
    default_model = f"{_BEDROCK_PREFIX if provider is Provider.BEDROCK else ''}{Settings().model}"
    chosen = Settings(
        provider=provider,
        model=found["model"][0] if "model" in found else default_model,
        effort=Effort(_choice(found.get("effort"), [*Effort], Effort.MEDIUM)),
        max_tokens=_tokens(found.get("max_tokens")),
    )
    return _with_cost(chosen, found.get("max_cost"))


def _with_cost(chosen: Settings, given: tuple[str, str] | None) -> Settings:
    from dataclasses import replace  # noqa: PLC0415 - nothing else here needs it

    if price(chosen) is None:
        if given is not None:
            raise click.UsageError(
                f"{given[1]} cannot be kept: the price of {chosen.model} on {chosen.provider} is not known"
                f" (prices of {PRICES_OF}). Leave it out."
            )
        return chosen
    if given is None:
        return replace(chosen, max_cost=DEFAULT_MAX_COST)
    try:
        dollars = Decimal(given[0])
    except InvalidOperation:
        dollars = Decimal("NaN")
    if not dollars.is_finite() or dollars <= 0:
        raise click.UsageError(f"{given[1]} takes US dollars, such as 2.50, not {given[0]!r}.")
    return replace(chosen, max_cost=dollars)


def _choice(given: tuple[str, str] | None, known: list[Any], default: str) -> str:
    if given is None:
        return default
    value, place = given
    if value not in known:
        raise click.UsageError(f"{place} takes one of {', '.join(known)}, not {value!r}.")
    return value


def _tokens(given: tuple[str, str] | None) -> int:
    if given is None:
        return Settings().max_tokens
    value, place = given
    digits = value.replace("_", "")
    if not (digits.isascii() and digits.isdigit()) or int(digits) < _FEWEST_TOKENS:
        raise click.UsageError(f"{place} takes a number of {_FEWEST_TOKENS:,} or more, not {value!r}.")
    return int(digits)


def _configured(folder: Path) -> dict[str, tuple[str, str]]:
    """What the project's files say, ``ddbplan.toml`` before ``pyproject.toml``."""
    found: dict[str, tuple[str, str]] = {}
    for name, path in (("pyproject.toml", ("tool", "ddbplan", SECTION)), (workspace.CONFIG, (SECTION,))):
        section: Any = _toml(folder / name)
        if name == workspace.CONFIG:
            _check_sections(section)
        for part in path:
            section = section.get(part, {}) if isinstance(section, dict) else {}
        place = f"[{'.'.join(path)}] of {name}"
        if not isinstance(section, dict) or not set(section) <= set(_NAMES):
            unknown = next((key for key in section if key not in _NAMES), "") if isinstance(section, dict) else ""
            meant = did_you_mean(unknown, _NAMES) if unknown else ""
            raise Failure(f"{place} may hold {', '.join(_NAMES)}, and nothing else. {meant}".rstrip())
        found |= {key: (str(value), f"{key} in {place}") for key, value in section.items()}
    return found


def _check_sections(content: dict[str, Any]) -> None:
    """Refuse a section that nothing reads: mostly it is a misspelt one."""
    for name in content:
        if name not in PROJECT_SECTIONS:
            meant = did_you_mean(name, PROJECT_SECTIONS)
            raise Failure(
                f"{workspace.CONFIG} has {name!r}, which nothing reads. {meant}It has [plans] and [generate]."
            )


def _toml(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise Failure(f"{path.name} cannot be read: {problem.strerror}.") from None
    except (ValueError, RecursionError) as problem:
        raise Failure(f"{path.name} is not a TOML file: {problem}.") from None

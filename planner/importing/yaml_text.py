"""A draft as the text of a plan: by hand, because a plan's scalars mean what they mean by their style.

Every text is plain only where the plan's reader takes it for the same text, and in double quotes otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from planner.importing.values import Draft, QueryDraft, TableDraft, TransactionDraft, Typed
from planner.values import AttributeValue, Item, Json

WIDTH = 120
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
_NOT_PLAIN = frozenset({"true", "false", "null", "yes", "no", "on", "off", "~"})
_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def plan_text(draft: Draft, database: str) -> str:
    """The whole plan as one file.

    Args:
        draft: What was imported.
        database: The plan's identity.
    """
    lines = [*_head(draft, database), "", "tables:"]
    for table in draft.tables:
        lines += table_lines(table)
    if draft.seeds:
        lines += ["", "seed:"]
        for key, items in draft.seeds.items():
            lines += seed_lines(key, items, draft.on_conflict.get(key, "keep"))
    if draft.transactions:
        lines += ["", "transactions:"]
        for transaction in draft.transactions:
            lines += transaction_lines(transaction)
    if draft.queries:
        lines += ["", "queries:" if any(query.settings for query in draft.queries) else "# queries:"]
        for query in draft.queries:
            lines += query_lines(query)
    return "\n".join(lines) + "\n"


def folder_texts(draft: Draft, database: str) -> dict[str, str]:
    """The plan as a folder: ``plan.yaml`` with its head, and one file a table, by file name."""
    known = {table.key for table in draft.tables}
    asked = {query.name: query.settings.get("table") for query in draft.queries}
    texts = {"plan.yaml": "\n".join(_head(draft, database)) + "\n"}
    for table in draft.tables:
        lines = ["tables:", *table_lines(table)]
        if table.key in draft.seeds:
            lines += ["", "seed:", *_seed_of(draft, table.key)]
        own = [query for query in draft.queries if asked[query.name] == table.key]
        if own:
            lines += ["", "queries:"]
            for query in own:
                lines += query_lines(query)
        name = table.key if table.key != "plan" else "plan_table"
        texts[f"{name}.yaml"] = "\n".join(lines) + "\n"
    if draft.transactions:
        lines = ["transactions:"]
        for transaction in draft.transactions:
            lines += transaction_lines(transaction)
        texts["plan.yaml"] += "\n" + "\n".join(lines) + "\n"
    rest = [query for query in draft.queries if asked[query.name] not in known]
    for query in rest:
        texts["plan.yaml"] += "\n".join(query_lines(query)) + "\n"
    return texts


def _seed_of(draft: Draft, key: str) -> list[str]:
    return seed_lines(key, draft.seeds[key], draft.on_conflict.get(key, "keep"))


def _head(draft: Draft, database: str) -> list[str]:
    lines = [*(comment for todo in draft.todos for comment in comments(todo, ""))]
    lines += ["ddbplan: 1", f"database: {scalar(database)}"]
    if draft.description:
        lines.append(f"description: {scalar(draft.description)}")
    return lines


def comments(todo: str, indent: str) -> list[str]:
    """A ``TODO`` as comment lines; a line break or a control character in it cannot end the comment."""
    text = " ".join(_ESCAPED.sub(lambda found: found[0] if found[0] in '"\\' else " ", todo).split())
    lines, line = [], f"{indent}# TODO"
    for word in text.split(" "):
        if len(line) + len(word) >= WIDTH and not line.endswith(("# TODO", "#  ")):
            lines.append(line)
            line = f"{indent}#  "
        line += f" {word}"
    return [*lines, line]


def table_lines(table: TableDraft) -> list[str]:
    """One table under ``tables:``."""
    lines = [f"  {scalar(table.key)}:"]
    for todo in table.todos:
        lines += comments(todo, "    ")
    for name, value in table.settings.items():
        lines += _entry(name, value, "    ")
    return lines


def query_lines(query: QueryDraft) -> list[str]:
    """One query under ``queries:``, or only its comment."""
    lines = [line for todo in query.todos for line in comments(f"query {query.name}: {todo}", "  ")]
    if not query.settings:
        return lines
    lines.append(f"  {scalar(query.name)}:")
    for name, value in query.settings.items():
        lines += _entry(name, value, "    ")
    return lines


def transaction_lines(transaction: TransactionDraft) -> list[str]:
    """One transaction under ``transactions:``."""
    lines = [f"  {scalar(transaction.name)}:"]
    for name, value in transaction.settings.items():
        lines += _entry(name, value, "    ")
    return lines


def seed_lines(key: str, items: Sequence[Item] | str, on_conflict: str) -> list[str]:
    """One table's rows under ``seed:``; a text is the name of their file."""
    words = "" if on_conflict == "keep" else f"on_conflict: {on_conflict}, "
    if isinstance(items, str):
        return [f"  {scalar(key)}: {{{words}file: {scalar(items)}}}"]
    if words:
        rows = [f"      - {item_text(item)}" for item in items]
        return [f"  {scalar(key)}:", f"    on_conflict: {on_conflict}", "    items:", *rows]
    return [f"  {scalar(key)}:", *(f"    - {item_text(item)}" for item in items)]


def _entry(name: str, value: Json, indent: str) -> list[str]:
    """A key with its value: on its own line where it fits, and in a block where not."""
    flat = f"{indent}{scalar(name)}: {flow(value)}"
    if len(flat) <= WIDTH or not isinstance(value, Mapping | list | tuple) or not value:
        return [flat]
    lines = [f"{indent}{scalar(name)}:"]
    if isinstance(value, Mapping):
        for member, content in value.items():
            lines += _entry(member, content, f"{indent}  ")
    else:
        for content in value:
            lines += _element(content, f"{indent}  ")
    return lines


def _element(value: Json, indent: str) -> list[str]:
    """A member of a list; a mapping that is too wide is written as a block behind its dash."""
    flat = f"{indent}- {flow(value)}"
    if len(flat) <= WIDTH or not isinstance(value, Mapping) or not value:
        return [flat]
    lines = [line for name, member in value.items() for line in _entry(name, member, f"{indent}  ")]
    return [f"{indent}- {lines[0].strip()}", *lines[1:]]


def flow(value: Json) -> str:  # noqa: PLR0911 - one case for each kind
    """A value of a setting on one line."""
    match value:
        case Typed():
            return value_text(value.value)
        case Mapping():
            return "{" + ", ".join(f"{scalar(name)}: {flow(member)}" for name, member in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(flow(member) for member in value) + "]"
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case int() | float():
            return repr(value)
        case _:
            return "off" if value == "off" else scalar(str(value))


def item_text(item: Item) -> str:
    """An item on one line."""
    return "{" + ", ".join(f"{scalar(name)}: {value_text(value)}" for name, value in item.items()) + "}"


def value_text(value: AttributeValue) -> str:  # noqa: PLR0911 - one case for each type
    """An attribute value on one line, in the plan's own terms."""
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return scalar(content)
        case "N":
            return content if _is_json_number(content) else f"!ddb {{N: {scalar(content)}}}"
        case "BOOL":
            return "true" if content else "false"
        case "NULL":
            return "null"
        case "B":
            return f"!!binary {scalar(content)}" if content else '!!binary ""'
        case "L":
            return "[" + ", ".join(value_text(member) for member in content) + "]"
        case "M":
            return item_text(content)
        case _:
            return f"!ddb {{{kind}: {_list(content)}}}"


def _list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(scalar(text) for text in texts) + "]"


_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


def _is_json_number(text: str) -> bool:
    return _JSON_NUMBER.fullmatch(text) is not None


def scalar(text: str) -> str:
    """A text, plain where that means the same text."""
    if len(text) <= WIDTH and _PLAIN.fullmatch(text) and text.lower() not in _NOT_PLAIN:
        return text
    return f'"{_ESCAPED.sub(_escape, text)}"'


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    number = ord(character)
    return _SHORT.get(character) or (f"\\x{number:02x}" if number <= 0xFF else f"\\u{number:04x}")  # noqa: PLR2004 - a byte

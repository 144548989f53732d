"""HCL and Terraform's JSON syntax as blocks: python-hcl2's parser gives the tree, nothing is worked out yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from planner.importing.values import Reason, RefusedError
from planner.values import Json

MAX_CHARACTERS = 2 * 1024 * 1024
MISSING_PARSER = (
    "Terraform's HCL is read by python-hcl2, which is not installed. Run `pip install 'ddbplan[import]'`, or give the "
    "output of `terraform show -json`, which needs no parser."
)


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that is not worked out.

    Attributes:
        tree: The parser's tree; plain JSON where ``text`` is None.
        text: The file's text, which the tree's places count in.
    """

    tree: Any
    text: str | None

    @property
    def source(self) -> str:
        """The expression as it is written."""
        if self.text is None:
            return str(self.tree)
        meta = getattr(self.tree, "meta", None)
        if meta is None or meta.empty:
            return str(self.tree)
        return self.text[meta.start_pos : meta.end_pos].strip()


@dataclass(slots=True)
class Block:
    """A block: ``kind "label" { ... }``.

    Attributes:
        kind: Such as ``resource``.
        labels: Such as the resource's type and name.
        attributes: By name.
        blocks: In order.
    """

    kind: str = ""
    labels: tuple[str, ...] = ()
    attributes: dict[str, Expression] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)

    def of(self, kind: str) -> Iterator[Block]:
        """Its blocks of one kind."""
        return (block for block in self.blocks if block.kind == kind)


def parse_hcl(text: str, name: str) -> Block:
    """A file as one block without a kind.

    Args:
        text: Without a byte order mark.
        name: The file, for messages.

    Raises:
        RefusedError: It is not HCL, or python-hcl2 is not installed.
    """
    if len(text) > MAX_CHARACTERS:
        raise RefusedError(Reason.UNREADABLE, f"`{name}` is larger than {MAX_CHARACTERS:,} characters.")
    text = text if text.endswith("\n") else f"{text}\n"
    return _body(_tree(text, name).children[0], text)


def parse_expression(text: str) -> Expression | None:
    """One expression, or None where it is none."""
    whole = f"x = {text}\n"
    try:
        block = _body(_tree(whole, "expression").children[0], whole)
    except RefusedError:
        return None
    return block.attributes.get("x")


def _tree(text: str, name: str) -> Any:
    try:
        import hcl2  # noqa: PLC0415 - an extra, and only HCL needs it
        from lark.exceptions import LarkError, UnexpectedInput  # noqa: PLC0415 - as above
    except ImportError:
        raise RefusedError(Reason.MISSING_PARSER, MISSING_PARSER) from None
    try:
        return hcl2.parses_to_tree(text)
    except UnexpectedInput as problem:
        lines = text.splitlines()
        line = lines[problem.line - 1].strip()[:100] if 0 < problem.line <= len(lines) else ""
        what = f"`{name}` is not HCL: line {problem.line}, column {problem.column}: `{line}`."
        raise RefusedError(Reason.UNREADABLE, what) from None
    except (LarkError, RecursionError, ValueError) as problem:
        raise RefusedError(Reason.UNREADABLE, f"`{name}` cannot be parsed: {str(problem)[:200]}") from None


def _body(tree: Any, text: str) -> Block:
    found = Block()
    for child in tree.children:
        kind = getattr(child, "data", "")
        if kind == "attribute":
            name, value = _name(child.children[0]), child.children[-1]
            found.attributes[name] = Expression(value, text)
        elif kind == "block":
            found.blocks.append(_block(child, text))
    return found


def _block(tree: Any, text: str) -> Block:
    words = []
    inner = Block()
    for child in tree.children:
        kind = getattr(child, "data", "")
        if kind == "body":
            inner = _body(child, text)
        elif kind in {"identifier", "keyword", "literal_value", "string"}:
            words.append(_name(child))
    inner.kind, inner.labels = words[0], tuple(words[1:])
    return inner


def _name(tree: Any) -> str:
    """The text of an identifier or of a label in quotes."""
    if not hasattr(tree, "children"):
        return str(tree).strip()
    return "".join(_name(child) for child in tree.children if str(child) != '"')


def from_json(document: Mapping[str, Json]) -> Block:
    """Terraform's JSON syntax, as CDKTF writes it: the same blocks, with texts as templates."""
    found = Block()
    for kind, depth in (("resource", 2), ("module", 1), ("variable", 1), ("locals", 0)):
        for labels, body in _labelled(document.get(kind), depth, ()):
            attributes = {name: Expression(value, None) for name, value in body.items() if name != "//"}
            found.blocks.append(Block(kind=kind, labels=labels, attributes=attributes))
    return found


def _labelled(given: Json, depth: int, labels: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Mapping[str, Json]]]:
    for part in given if isinstance(given, list) else [given]:
        if not isinstance(part, Mapping):
            continue
        if depth == 0:
            yield labels, part
            continue
        for label, member in part.items():
            yield from _labelled(member, depth - 1, (*labels, str(label)))

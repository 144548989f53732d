"""HCL expressions, worked out as far as what they name is known.

Source: Terraform language documentation, "Expressions"; HCL native syntax specification.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.importing import hcl_functions
from planner.importing.hcl_nodes import closing_brace, heredoc_body, parts_of, source_of, unescaped
from planner.importing.hcl_scope import Reference, Scope
from planner.importing.hcl_text import Expression, parse_expression
from planner.importing.values import Unknown
from planner.reading.dynamodb_json import JsonNumber
from planner.values import Json

MAX_DEPTH = 120
MAX_MEMBERS = 10_000


class Evaluator:
    """Works out expressions in one scope."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._budget = scope.budget
        self._depth = 0

    def value(self, expression: Expression) -> Json:
        """The value; a part of it, or all, may be ``Unknown``."""
        if expression.text is None:
            return self._of_json(expression.tree)
        found = self._tree(expression.tree, expression.text)
        if isinstance(found, Reference):
            return Unknown(text=".".join(found.path), why=f"{'.'.join(found.path)} is known only to Terraform")
        return found

    def _of_json(self, given: Json) -> Json:
        if isinstance(given, JsonNumber):
            return given
        if isinstance(given, str):
            return self._template(given) if "${" in given else given
        if isinstance(given, Mapping):
            return {str(name): self._of_json(member) for name, member in given.items() if name != "//"}
        if isinstance(given, list):
            return [self._of_json(member) for member in given]
        return given

    def _tree(self, tree: Any, text: str) -> Json:
        self._depth += 1
        try:
            if self._depth > MAX_DEPTH:
                return Unknown(text=source_of(tree, text), why="it goes in circles")
            reader = getattr(self, f"_read_{tree.data}", None)
            if reader is None:
                return Unknown(text=source_of(tree, text), why=f"{tree.data} is not worked out by ddbplan")
            why = self._budget.step()
            found = None if why else reader(parts_of(tree), text, tree)
            why = why or self._budget.too_long(found)
            return Unknown(text=source_of(tree, text), why=why) if why else found
        finally:
            self._depth -= 1

    def _whole(self, tree: Any, text: str) -> Json:
        """A value that is used as a whole: a reference is not one."""
        found = self._tree(tree, text)
        if isinstance(found, Reference):
            return Unknown(text=source_of(tree, text), why=f"{'.'.join(found.path[:3])} is known only to Terraform")
        return found

    def _read_expr_term(self, children: list[Any], text: str, tree: Any) -> Json:
        inner = [child for child in children if hasattr(child, "data")]
        return self._tree(inner[0], text) if inner else Unknown(text=source_of(tree, text), why="it is empty")

    def _read_literal_value(self, children: list[Any], text: str, tree: Any) -> Json:  # noqa: ARG002 - every reader has these
        return {"true": True, "false": False, "null": None}[str(children[0])]

    def _read_int_lit(self, children: list[Any], text: str, tree: Any) -> Json:  # noqa: ARG002 - as above
        digits = str(children[0])
        return int(digits) if len(digits) < 18 else digits  # noqa: PLR2004 - no setting has a longer number

    def _read_float_lit(self, children: list[Any], text: str, tree: Any) -> Json:  # noqa: ARG002 - as above
        return JsonNumber(children[0])

    def _read_identifier(self, children: list[Any], text: str, tree: Any) -> Json:  # noqa: ARG002 - as above
        name = str(children[0])
        return self._scope.names[name] if name in self._scope.names else Reference((name,))

    def _read_string(self, children: list[Any], text: str, tree: Any) -> Json:
        parts: list[str] = []
        for child in children:
            if not hasattr(child, "data"):
                continue
            part = child.children[0] if child.children else ""
            if not hasattr(part, "data"):
                parts.append(unescaped(str(part)))
                continue
            if part.data != "interpolation":
                return Unknown(text=source_of(tree, text), why="template directives are not worked out by ddbplan")
            value = self._whole(parts_of(part)[1], text)
            why = self._budget.unusable(value)
            if why:
                return Unknown(text=source_of(tree, text), why=why)
            if len(children) == 3:  # noqa: PLR2004 - the quotes and one interpolation: its value as it is
                return value
            parts.append(hcl_functions.as_text(value))
        return "".join(parts)

    def _read_heredoc_template(self, children: list[Any], text: str, tree: Any) -> Json:  # noqa: ARG002 - as above
        return self._template(heredoc_body(str(children[0]), trimmed=tree.data.endswith("trim")))

    _read_heredoc_template_trim = _read_heredoc_template

    def _template(self, given: str) -> Json:
        """A text with interpolations, outside of HCL's own quotes."""
        parts, at = [], 0
        while (start := given.find("${", at)) >= 0:
            if start and given[start - 1] == "$":
                parts.append(given[at : start - 1] + "${")
                at = start + 2
                continue
            end = closing_brace(given, start + 2)
            expression = parse_expression(given[start + 2 : end]) if end > 0 else None
            if expression is None:
                return Unknown(text=given, why="its template is not understood")
            value = self.value(expression)
            why = self._budget.unusable(value)
            if why:
                return Unknown(text=given, why=why)
            if start == 0 and end == len(given) - 1:
                return value
            parts += [given[at:start], hcl_functions.as_text(value)]
            at = end + 1
        return "".join([*parts, given[at:]])

    def _read_tuple(self, children: list[Any], text: str, tree: Any) -> Json:  # noqa: ARG002 - as above
        return [self._whole(child, text) for child in children if hasattr(child, "data")]

    def _read_object(self, children: list[Any], text: str, tree: Any) -> Json:  # noqa: ARG002 - as above
        found: dict[str, Json] = {}
        for child in children:
            if getattr(child, "data", "") != "object_elem":
                continue
            own = parts_of(child)
            key = self._object_key(own[0], text)
            if isinstance(key, Unknown):
                return key
            found[key] = self._whole(own[-1], text)
        return found

    def _object_key(self, tree: Any, text: str) -> str | Unknown:
        inner = parts_of(tree)[0]
        if not hasattr(inner, "data") or inner.data == "keyword":
            return source_of(tree, text).strip()
        names = parts_of(inner) if inner.data == "expr_term" else []
        if len(names) == 1 and getattr(names[0], "data", "") == "identifier":
            return str(names[0].children[0])
        found = self._whole(inner, text)
        return found if isinstance(found, Unknown) else hcl_functions.as_text(found)

    def _read_conditional(self, children: list[Any], text: str, tree: Any) -> Json:
        condition, yes, no = [child for child in children if hasattr(child, "data")]
        holds = self._whole(condition, text)
        if isinstance(holds, Unknown):
            both = self._whole(yes, text), self._whole(no, text)
            if not self._budget.unusable(both[0]) and both[0] == both[1]:
                return both[0]
            return Unknown(text=source_of(tree, text), why=holds.why)
        return self._whole(yes if hcl_functions.is_true(holds) else no, text)

    def _read_binary_op(self, children: list[Any], text: str, tree: Any) -> Json:
        left = self._whole(children[0], text)
        term = parts_of(next(child for child in children if getattr(child, "data", "") == "binary_term"))
        operator = str(parts_of(term[0])[0])
        if operator == "||" and hcl_functions.is_true(left):
            return True
        if operator == "&&" and hcl_functions.is_false(left):
            return False
        right = self._whole(term[-1], text)
        why = self._budget.unusable([left, right])
        if why:
            return Unknown(text=source_of(tree, text), why=why)
        return hcl_functions.operate(operator, left, right, source_of(tree, text))

    def _read_unary_op(self, children: list[Any], text: str, tree: Any) -> Json:
        value = self._whole(children[-1], text)
        if isinstance(value, Unknown):
            return Unknown(text=source_of(tree, text), why=value.why)
        return hcl_functions.is_false(value) if str(children[0]) == "!" else hcl_functions.negative(value)

    def _read_function_call(self, children: list[Any], text: str, tree: Any) -> Json:
        name = str(children[0].children[0])
        arguments = next((child for child in children if getattr(child, "data", "") == "arguments"), None)
        given = [] if arguments is None else parts_of(arguments)
        trees = [child for child in given if hasattr(child, "data")]
        written = source_of(tree, text)
        if name == "try":
            return self._try(trees, text, written)
        values = [self._whole(child, text) for child in trees]
        if given and str(given[-1]) == "..." and values and isinstance(values[-1], list):
            values = [*values[:-1], *values[-1]]
        if name in {"file", "templatefile"}:
            return self._file(name, values, written)
        why = self._budget.too_long(values) or self._budget.step(self._budget.size(values))
        found = None if why else hcl_functions.call(name, values, written)
        why = why or self._budget.step(self._budget.size(found))
        return Unknown(text=written, why=why) if why else found

    def _try(self, trees: list[Any], text: str, written: str) -> Json:
        values = [self._whole(tree, text) for tree in trees]
        missing = [value for value in values if isinstance(value, Unknown) and not value.why.endswith(_NO_MEMBER)]
        for value in values:
            if not isinstance(value, Unknown):
                return value if not missing else Unknown(text=written, why=missing[0].why)
        return Unknown(text=written, why=values[0].why if values else "it is empty")

    def _file(self, name: str, values: list[Json], written: str) -> Json:
        if name == "templatefile" or not values or not isinstance(values[0], str):
            return Unknown(text=written, why="a template file is not worked out by ddbplan")
        found = self._scope.read(values[0])
        return Unknown(text=written, why=found.why) if isinstance(found, Unknown) else found

    def _read_get_attr_expr_term(self, children: list[Any], text: str, tree: Any) -> Json:
        name = str(parts_of(parts_of(children[1])[-1])[0])
        return self._member(self._tree(children[0], text), name, source_of(tree, text))

    def _read_index_expr_term(self, children: list[Any], text: str, tree: Any) -> Json:
        index = children[1]
        inner = [child for child in parts_of(index) if hasattr(child, "data")]
        key = self._whole(inner[0], text) if inner else int(str(parts_of(index)[-1]))
        if isinstance(key, Unknown):
            return Unknown(text=source_of(tree, text), why=key.why)
        return self._member(self._tree(children[0], text), key, source_of(tree, text))

    def _member(self, owner: Json, key: Json, written: str) -> Json:
        if isinstance(owner, Unknown):
            return Unknown(text=written, why=owner.why)
        if isinstance(owner, Reference):
            path = (*owner.path, str(key))
            found = self._scope.find(path)
            return Unknown(text=written, why=found.why) if isinstance(found, Unknown) else found
        if isinstance(owner, Mapping) and str(key) in owner:
            return owner[str(key)]
        if isinstance(owner, list) and str(key).isdecimal() and int(str(key)) < len(owner):
            return owner[int(str(key))]
        return Unknown(text=written, why=f"`{key}` {_NO_MEMBER}")

    def _splat(self, children: list[Any], text: str, tree: Any) -> Json:
        owner = self._whole(children[0], text)
        if isinstance(owner, Unknown):
            return Unknown(text=source_of(tree, text), why=owner.why)
        members = owner if isinstance(owner, list) else ([] if owner is None else [owner])
        steps = [child for child in parts_of(children[1]) if hasattr(child, "data")]
        found = []
        for member in members:
            for step in steps:
                last = parts_of(step)[-1]
                key = str(parts_of(last)[0]) if hasattr(last, "data") else str(last)
                member = self._member(member, key, source_of(tree, text))  # noqa: PLW2901 - one step further in
            found.append(member)
        return found

    _read_attr_splat_expr_term = _splat
    _read_full_splat_expr_term = _splat

    def _read_for_tuple_expr(self, children: list[Any], text: str, tree: Any) -> Json:
        return self._for(children, text, tree, as_object=False)

    def _read_for_object_expr(self, children: list[Any], text: str, tree: Any) -> Json:
        return self._for(children, text, tree, as_object=True)

    def _for(self, children: list[Any], text: str, tree: Any, *, as_object: bool) -> Json:
        intro = next(child for child in children if getattr(child, "data", "") == "for_intro")
        parts = [child for child in parts_of(intro) if hasattr(child, "data") and child.data != "keyword"]
        names = [str(part.children[0]) for part in parts if part.data == "identifier"][: len(parts) - 1]
        source = self._whole(parts[-1], text)
        if isinstance(source, Unknown):
            return Unknown(text=source_of(tree, text), why=source.why)
        rest = [child for child in children if hasattr(child, "data") and child is not intro]
        condition = next((child for child in rest if child.data == "for_cond"), None)
        results = [child for child in rest if child.data not in {"for_cond", "keyword"}]
        pairs = source.items() if isinstance(source, Mapping) else enumerate(source or ())
        found: list[tuple[Json, Json]] = []
        for key, value in pairs:
            own = Evaluator(
                self._scope.having(**dict(zip(names, (key, value) if len(names) > 1 else (value,), strict=False)))
            )
            own._depth = self._depth
            if condition is not None:
                holds = own._whole(parts_of(condition)[-1], text)
                if isinstance(holds, Unknown):
                    return Unknown(text=source_of(tree, text), why=holds.why)
                if not hcl_functions.is_true(holds):
                    continue
            made = [own._whole(result, text) for result in results]
            found.append((made[0], made[-1]))
            if len(found) > MAX_MEMBERS:
                return Unknown(text=source_of(tree, text), why=f"it has more than {MAX_MEMBERS:,} members")
        if not as_object:
            return [value for _, value in found]
        unknown = next((key for key, _ in found if isinstance(key, Unknown)), None)
        if unknown is not None:
            return Unknown(text=source_of(tree, text), why=unknown.why)
        return {hcl_functions.as_text(key): value for key, value in found}


_NO_MEMBER = "is no member of it"

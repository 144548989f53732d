"""One Terraform module, worked out: variables, locals, instances of resources, and the modules that it calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from planner.importing.budget import Budget
from planner.importing.hcl_scope import Reference, Scope
from planner.importing.hcl_text import Block, Expression, parse_expression, parse_hcl
from planner.importing.hcl_values import Evaluator
from planner.importing.inside import Inside
from planner.importing.terraform_aws_module import is_table_module, module_scaling, resource_values
from planner.importing.terraform_resources import KINDS, Resource
from planner.importing.values import RefusedError, Unknown, shown
from planner.values import Json

MAX_LEVELS = 6
MAX_INSTANCES = 500
_META = frozenset({"count", "for_each", "provider", "providers", "depends_on", "lifecycle", "source", "version"})
_OF_TABLE = frozenset({"name", "id", "hash_key", "range_key"})
_UNSET = object()


@dataclass(slots=True)
class Module:
    """One module with the values of its variables.

    Attributes:
        blocks: All blocks of its files.
        folder: Its folder.
        inside: What else may be read.
        given: Values of variables: texts from the command line, values from a call.
        prefix: Its address, such as ``module.tables.``.
        level: How many modules call each other around it; ``callers`` are their folders.
        todos: What could not be known and belongs to no table.
        budget: What is left of the import's work.
    """

    blocks: Sequence[Block]
    folder: Path
    inside: Inside
    given: Mapping[str, Json]
    prefix: str = ""
    level: int = 0
    todos: list[str] = field(default_factory=list)
    budget: Budget = field(default_factory=Budget)
    callers: tuple[Path, ...] = ()
    _known: dict[tuple[str, ...], Json] = field(default_factory=dict)
    _open: set[tuple[str, ...]] = field(default_factory=set)

    def resources(self) -> Iterator[Resource]:
        """Every instance of a resource that concerns tables, and those of the modules that are called."""
        for block in self._of("resource"):
            if len(block.labels) == 2 and block.labels[0] in KINDS:  # noqa: PLR2004 - a type and a name
                yield from self._instances(block)
        for block in self._of("module"):
            yield from self._call(block)

    def constant(self, name: str) -> Json:
        """The value of a local."""
        return self._find(("local", name))

    def _of(self, kind: str) -> Iterator[Block]:
        return (block for block in self.blocks if block.kind == kind)

    def _scope(self, **names: Json) -> Scope:
        return Scope(names, self._find, self._read, self.budget)

    def _read(self, name: str) -> str | Unknown:
        found = self.inside.find(self.folder, name)
        if isinstance(found, Unknown):
            return found
        try:
            return self.inside.text(found)
        except RefusedError as problem:
            return Unknown(text=name, why=problem.message.rstrip("."))

    def _find(self, path: tuple[str, ...]) -> Json:
        """The value of a path such as ``var.stage``; a path that is still too short stands for itself."""
        if len(path) == 2 and path in self._known:  # noqa: PLR2004 - a root and a name
            return self._known[path]
        if path in self._open:
            return Unknown(text=".".join(path), why="it goes in circles")
        self._open.add(path)
        try:
            found = self._named(path)
        finally:
            self._open.discard(path)
        if len(path) == 2 and not isinstance(found, Reference):  # noqa: PLR2004 - as above
            self._known[path] = found
        return found

    def _named(self, path: tuple[str, ...]) -> Json:  # noqa: PLR0911 - one line for each root
        text = ".".join(path)
        match path:
            case ("var", name):
                return self._variable(name)
            case ("local", name):
                return self._local(name)
            case ("path", "module" | "root" | "cwd"):
                return "."
            case ("terraform", "workspace"):
                why = "the workspace is known only to Terraform; --set terraform.workspace=NAME says it"
                return self.given.get(text, Unknown(text=text, why=why))
            case ("aws_dynamodb_table", label, attribute) if attribute in _OF_TABLE:
                return self._of_table(label, attribute, text)
            case ("data", _, _) | (_, _):
                return Reference(path)
            case _:
                return Unknown(text=text, why=f"{'.'.join(path[:3])} is known only to Terraform")

    def _variable(self, name: str) -> Json:
        block = next((block for block in self._of("variable") if block.labels == (name,)), None)
        given = self.given.get(name, _UNSET)
        if given is not _UNSET:
            return self._typed(block, given) if not self.level else given
        if block is None or "default" not in block.attributes:
            why = f"the variable {name} has no default; --set {name}=VALUE says it"
            return Unknown(text=f"var.{name}", why=why)
        return Evaluator(self._scope()).value(block.attributes["default"])

    def _typed(self, block: Block | None, given: Json) -> Json:
        """A text of the command line by the variable's type: what is no string is an expression."""
        declared = block.attributes["type"].source if block and "type" in block.attributes else "string"
        if not isinstance(given, str) or declared in {"string", '"string"'}:
            return given
        expression = parse_expression(given)
        value = Evaluator(self._scope()).value(expression) if expression else given
        return given if isinstance(value, Unknown) and declared == "any" else value

    def _local(self, name: str) -> Json:
        for block in self._of("locals"):
            if name in block.attributes:
                return Evaluator(self._scope()).value(block.attributes[name])
        return Unknown(text=f"local.{name}", why=f"there is no local {name}")

    def _of_table(self, label: str, attribute: str, text: str) -> Json:
        """A table's own name or key, where it is one table."""
        for block in self._of("resource"):
            if block.labels == ("aws_dynamodb_table", label) and not {"count", "for_each"} & block.attributes.keys():
                given = block.attributes.get("name" if attribute == "id" else attribute)
                if given is not None:
                    found = Evaluator(self._scope()).value(given)
                    if not isinstance(found, Unknown):
                        return found
        return Unknown(text=text, why=f"the {attribute} of {label} is not known")

    def _instances(self, block: Block) -> Iterator[Resource]:
        kind, label = block.labels
        address = f"{self.prefix}{kind}.{label}"
        for suffix, key, scope, unknown in self._repeated(block, address):
            values = self._values(block, scope)
            protected = any("prevent_destroy" in own.attributes for own in block.of("lifecycle"))
            todos = [*unknown, _PREVENTED] if protected and kind == "aws_dynamodb_table" else unknown
            yield Resource(
                kind=kind,
                label=f"{label}_{key}" if key else label,
                address=f"{address}{suffix}",
                values=values,
                todos=tuple(todos),
                references=(address,),
            )

    def _repeated(self, block: Block, address: str) -> Iterator[tuple[str, str, Scope, list[str]]]:
        """Its instances: the address's suffix, the key, what names mean there, and what is not known of it."""
        if "count" in block.attributes:
            yield from self._counted(block.attributes["count"], address)
        elif "for_each" in block.attributes:
            yield from self._for_each(block.attributes["for_each"], address)
        else:
            yield "", "", self._scope(), []

    def _counted(self, expression: Expression, address: str) -> Iterator[tuple[str, str, Scope, list[str]]]:
        count = Evaluator(self._scope()).value(expression)
        if isinstance(count, Unknown):
            todo = f"count: it is made as often as `{count.text}` says, and {count.why}."
            yield "", "", self._scope(count={"index": 0}), [todo]
            return
        number = int(count) if str(count).isdecimal() else 0
        if number == 0:
            self.todos.append(f"{address} was left out: its count is 0.")
        for index in range(min(number, MAX_INSTANCES)):
            yield f"[{index}]", str(index) if number > 1 else "", self._scope(count={"index": index}), []

    def _for_each(self, expression: Expression, address: str) -> Iterator[tuple[str, str, Scope, list[str]]]:
        given = Evaluator(self._scope()).value(expression)
        if isinstance(given, Unknown):
            todo = f"for_each: it is made for each of `{given.text}`, and {given.why}."
            each = {"key": given, "value": given}
            yield "", "", self._scope(each=each), [todo]
            return
        pairs = given.items() if isinstance(given, Mapping) else [(str(member), member) for member in given or ()]
        if not pairs:
            self.todos.append(f"{address} was left out: its for_each is empty.")
        for key, value in list(pairs)[:MAX_INSTANCES]:
            yield f'["{key}"]', str(key), self._scope(each={"key": key, "value": value}), []

    def _values(self, block: Block, scope: Scope) -> dict[str, Json]:
        """Attributes and blocks; a block is a list, and a dynamic block that cannot be known is an unknown member."""
        evaluator = Evaluator(scope)
        found = {name: evaluator.value(given) for name, given in block.attributes.items() if name not in _META}
        for inner in block.blocks:
            if inner.kind == "dynamic" and inner.labels:
                own = self._dynamic(inner, scope)
                found[inner.labels[0]] = [*(found.get(inner.labels[0]) or ()), *own]
            elif inner.kind not in _META:
                found[inner.kind] = [*(found.get(inner.kind) or ()), self._values(inner, scope)]
        return found

    def _dynamic(self, block: Block, scope: Scope) -> Iterator[Json]:
        label = block.labels[0]
        iterator = block.attributes.get("iterator")
        name = iterator.source if iterator else label
        content = next(block.of("content"), None)
        given = Evaluator(scope).value(block.attributes["for_each"]) if "for_each" in block.attributes else None
        if isinstance(given, Unknown) or content is None:
            yield given if isinstance(given, Unknown) else Unknown(text=f"dynamic {label}", why="it has no content")
            return
        pairs = given.items() if isinstance(given, Mapping) else enumerate(given or ())
        for key, value in list(pairs)[:MAX_INSTANCES]:
            why = self.budget.step()
            if why:
                yield Unknown(text=f"dynamic {label}", why=why)
                return
            yield self._values(content, scope.having(**{name: {"key": key, "value": value}}))

    def _call(self, block: Block) -> Iterator[Resource]:
        label = block.labels[0] if block.labels else "module"
        source = Evaluator(self._scope()).value(block.attributes["source"]) if "source" in block.attributes else None
        address = f"{self.prefix}module.{label}"
        if not isinstance(source, str):
            return
        if is_table_module(source):
            yield from self._table_module(block, label, address)
            return
        where = self.inside.find(self.folder, source) if source.startswith(".") else _remote(source)
        if isinstance(where, Unknown) or not where.is_dir():
            self._not_read(address, where.why if isinstance(where, Unknown) else "it is no folder")
            return
        around = (*self.callers, self.folder.resolve())
        if where in around:
            self._not_read(address, f"`{shown(source)}` is a module that calls itself, which Terraform refuses")
            return
        if self.level >= MAX_LEVELS:
            self._not_read(address, f"more than {MAX_LEVELS} modules call each other around it")
            return
        blocks = [found for path in sorted(where.glob("*.tf")) for found in self._file(path)]
        for suffix, _, scope, todos in self._repeated(block, address):
            why = self.budget.step()
            if why:
                self._not_read(f"{address}{suffix}", why)
                return
            evaluator = Evaluator(scope)
            inputs = {name: evaluator.value(given) for name, given in block.attributes.items() if name not in _META}
            own_prefix = f"{address}{suffix}."
            inner = Module(
                blocks, where, self.inside, inputs, own_prefix, self.level + 1, self.todos, self.budget, around
            )
            for resource in inner.resources():
                own = (*todos, *resource.todos)
                yield Resource(
                    kind=resource.kind,
                    label=resource.label if len(_tables(blocks)) > 1 else _joined(label, suffix),
                    address=resource.address,
                    values=resource.values,
                    todos=own,
                    references=resource.references,
                )

    def _not_read(self, address: str, why: str) -> None:
        self.todos.append(f"{address} was not read, for {why}; what tables it makes is not known.")

    def _file(self, path: Path) -> list[Block]:
        try:
            return parse_hcl(self.inside.text(path), path.name).blocks
        except RefusedError as problem:
            self.todos.append(problem.message)
            return []

    def _table_module(self, block: Block, label: str, address: str) -> Iterator[Resource]:
        """A call of the community's module, as the resources that it makes."""
        for suffix, key, scope, todos in self._repeated(block, address):
            evaluator = Evaluator(scope)
            inputs = {name: evaluator.value(given) for name, given in block.attributes.items() if name not in _META}
            if inputs.get("create_table") is False:
                self.todos.append(f"{address}{suffix} was left out: its create_table is false.")
                continue
            values, left_out = resource_values(inputs)
            own = f"{label}_{key}" if key else label
            table = f"{address}{suffix}.aws_dynamodb_table.{own}"
            yield Resource(
                kind="aws_dynamodb_table", label=own, address=table, values=values, todos=(*todos, *left_out)
            )
            yield from module_scaling(inputs, own, address)


_PREVENTED = (
    "lifecycle: Terraform refuses to destroy the table. ddbplan deletes no table that a plan no longer names; write "
    "`deletion_protection: true` where DynamoDB shall refuse it as well."
)


def _remote(source: str) -> Unknown:
    return Unknown(text=source, why=f"`{shown(source)}` is not in the folder; `terraform show -json` has it worked out")


def _tables(blocks: Sequence[Block]) -> list[Block]:
    return [block for block in blocks if block.kind == "resource" and block.labels[:1] == ("aws_dynamodb_table",)]


def _joined(label: str, suffix: str) -> str:
    key = suffix.strip('[]"')
    return f"{label}_{key}" if key and not key.isdecimal() else label

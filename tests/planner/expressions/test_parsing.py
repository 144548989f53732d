"""Reading expressions: trees, places and words of the first fault, and text of any kind."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.diagnostics import Position
from planner.expressions import (
    Aliases,
    ExpressionSyntaxError,
    locate,
    parse_condition,
    parse_projection,
    parse_update,
    render,
    render_path,
)
from planner.expressions.canonical import canonical
from planner.expressions.cursor import MAX_DEPTH
from planner.expressions.reserved import RESERVED_WORDS, needs_alias
from planner.expressions.tree import (
    Between,
    Call,
    Comparison,
    ConditionFunction,
    In,
    Junction,
    Not,
    Path,
    Placeholder,
    Size,
    placeholders,
)
from planner.plan import Expression
from tests.planner.expressions import corpus
from tests.planner.patience import PATIENT

NAMES = st.one_of(
    st.sampled_from(["a", "status", "size", "and", "SET", "my-name", "a.b", "_x", "é", "é", "ü", "name 1", "#", ":a"]),
    st.text("abcABC_019", min_size=1, max_size=6),
    st.text(st.characters(exclude_characters="`\n", exclude_categories=("Cs",)), min_size=1, max_size=6),
)
PATHS: st.SearchStrategy[Any] = st.builds(
    lambda first, rest: Path(parts=(first, *rest), offset=0),
    NAMES,
    st.lists(NAMES | st.integers(0, 2**31 - 1), max_size=3),
)
OPERANDS: st.SearchStrategy[Any] = st.recursive(
    PATHS | st.builds(lambda name: Placeholder(name=name, offset=0), st.text("ab_1", min_size=1, max_size=3)),
    lambda inner: st.builds(lambda operand: Size(operand=operand, offset=0), inner),
    max_leaves=2,
)
TESTS: st.SearchStrategy[Any] = st.one_of(
    st.builds(
        lambda sign, left, right: Comparison(comparator=sign, left=left, right=right, offset=0),
        st.sampled_from(["=", "<>", "<", "<=", ">", ">="]),
        OPERANDS,
        OPERANDS,
    ),
    st.builds(
        lambda operand, low, high: Between(operand=operand, low=low, high=high, offset=0), OPERANDS, OPERANDS, OPERANDS
    ),
    st.builds(
        lambda operand, choices: In(operand=operand, choices=tuple(choices), offset=0),
        OPERANDS,
        st.lists(OPERANDS, min_size=1, max_size=3),
    ),
    st.builds(
        lambda path: Call(function=ConditionFunction.ATTRIBUTE_EXISTS, operands=(path,), offset=0),
        PATHS,
    ),
    st.builds(
        lambda first, second: Call(function=ConditionFunction.CONTAINS, operands=(first, second), offset=0),
        OPERANDS,
        OPERANDS,
    ),
)
CONDITIONS: st.SearchStrategy[Any] = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.builds(lambda condition: Not(condition=condition, offset=0), inner),
        st.builds(
            lambda word, parts: Junction(word=word, parts=tuple(parts), offset=0),
            st.sampled_from(["AND", "OR"]),
            st.lists(inner, min_size=2, max_size=3),
        ),
    ),
    max_leaves=8,
)


class _Quoting(Aliases):
    """Writes names as a plan does: odd ones in backquotes."""

    __slots__ = ()

    def text(self, name: str) -> str:
        return f"`{name}`" if needs_alias(name) else name


@PATIENT
@given(CONDITIONS)
def test_a_condition_written_and_read_is_the_same(condition: Any) -> None:
    """Text made from a tree is read as that very tree."""
    assert parse_condition(render(condition, _Quoting())) == condition


class _Numbered(Aliases):
    """Writes every name that needs an alias as its alias, as a name of its own."""

    __slots__ = ()

    def text(self, name: str) -> str:
        return super().text(name).replace("#", "alias_of_")


@PATIENT
@given(CONDITIONS)
def test_compiling_keeps_names_and_values(condition: Any) -> None:
    """With its aliases put back, the compiled text is the condition; each alias stands for one name that needs it."""
    aliases = _Numbered()
    compiled = parse_condition(render(condition, aliases))
    names = {alias.replace("#", "alias_of_"): name for alias, name in aliases.names.items()}
    values = {one.name: {"S": one.name} for one in placeholders(condition)}

    assert _renamed(canonical(compiled, values), names) == canonical(condition, values)
    assert all(needs_alias(name) for name in names.values())
    assert len(set(names.values())) == len(names)


def _renamed(node: Any, names: dict[str, str]) -> Any:
    if not isinstance(node, list):
        return node
    if node[0] == "path":
        return ["path", *(names.get(part, part) for part in node[1:])]
    return [_renamed(part, names) for part in node]


def _read_or_refuse(text: str) -> None:
    for parse in (parse_condition, parse_update, parse_projection):
        fault = None
        try:
            parse(text)
        except ExpressionSyntaxError as error:
            fault = error.problem
        assert fault is None or 0 <= fault.offset <= len(text)


@PATIENT
@given(st.text(max_size=60))
def test_any_text_is_an_expression_or_refused(text: str) -> None:
    """No text makes a parser fail in another way than by its own exception."""
    _read_or_refuse(text)


WORDS = ["a", "b.c", ":v", "=", "<", "(", ")", "[", "]", "0", ",", ".", "+", "-", "AND", "or", "NOT", "BETWEEN", "IN"]
WORDS += ["SET", "REMOVE", "ADD", "DELETE", "size", "attribute_exists", "if_not_exists", "list_append", "`x y`", "`"]


@PATIENT
@given(st.lists(st.sampled_from(WORDS), max_size=25))
def test_any_words_are_an_expression_or_refused(words: list[str]) -> None:
    """The same for texts made of the language's own words."""
    _read_or_refuse(" ".join(words))


@pytest.mark.parametrize(
    "text",
    [
        "(" * 16_000,
        "NOT " * 4_000,
        "size(" * 3_000,
        "a." * 8_000,
        "a" + "[0]" * 5_000,
        "a = :b AND " * 1_400,
        "SET a = " + "(" * 16_000,
        "SET a = if_not_exists(a, " * 600,
        "`" * 16_001,
        "a[" + "9" * 16_000 + "] = :b",
        "a = :b" + " " * 5_000_000,
    ],
)
def test_endless_text_is_refused_in_time(text: str) -> None:
    """Very long and very deep texts are refused without exhausting the stack."""
    for parse in (parse_condition, parse_update, parse_projection):
        with pytest.raises(ExpressionSyntaxError):
            parse(text)


def test_nesting_has_a_bound() -> None:
    """As many levels as the bound are read, one more is refused."""
    deep = "(a = :b AND " * MAX_DEPTH + "a = :b" + ")" * MAX_DEPTH

    assert parse_condition(deep)
    with pytest.raises(ExpressionSyntaxError, match="nested more than 64"):
        parse_condition(f"({deep})")


def test_and_binds_closer_than_or() -> None:
    """``a OR b AND c`` is ``a OR (b AND c)``, and NOT binds closest."""
    assert parse_condition("a = :v OR b = :v AND NOT c = :v") == parse_condition(
        "a = :v OR (b = :v AND (NOT (c = :v)))",
    )


def test_between_keeps_its_own_and() -> None:
    """The AND of BETWEEN is not the one that joins conditions."""
    condition = parse_condition("a BETWEEN :v AND :w AND b = :v")

    assert isinstance(condition, Junction)
    assert isinstance(condition.parts[0], Between)


FAULTS = {
    "#status = :s": (0, "Unexpected '#': names are not aliased by hand here."),
    "a = 5": (4, "An expression holds no literal number, and here stands '5'."),
    "a = 'x'": (4, 'Unexpected "\'": an expression holds no literal text.'),
    "a != :s": (2, "Unexpected '!': DynamoDB has no '!'."),
    "a == :s": (3, "Two comparators in a row."),
    "my-name = :s": (2, "Expected a comparison, found '-'."),
    "a LIKE :s": (2, "Expected a comparison, found 'LIKE'."),
    "a = :s ADN b = :s": (7, "Expected AND, OR or the end, found 'ADN'."),
    "a BETWEEN :s OR :t": (13, "Expected AND between the bounds of BETWEEN, found 'OR'."),
    "size(a)": (0, "size is a number and no condition by itself."),
    "begins_width(a, :s)": (0, "DynamoDB has no function begins_width."),
    "Begins_With(a, :s)": (0, "DynamoDB has no function Begins_With."),
    "starts_with(a, :s)": (0, "DynamoDB has no function starts_with."),
    "`my-name = :s": (0, "Unexpected '`': a backquote is not closed on its line."),
    "`` = :s": (0, "A name in backquotes is empty."),
    "a = : s": (4, "Unexpected ':': a colon must be followed by a value's name."),
    "in = :s": (0, "Expected an attribute's name, found the keyword 'in'."),
    "": (0, "The expression is empty."),
    "  ": (0, "The expression is empty."),
}


@pytest.mark.parametrize("text", FAULTS)
def test_faults_are_told_with_their_place(text: str) -> None:
    """The first fault is told in one sentence, at its character."""
    with pytest.raises(ExpressionSyntaxError) as fault:
        parse_condition(text)

    assert (fault.value.problem.offset, fault.value.problem.what) == FAULTS[text]


ADVICE = {
    "a = :s ADN b = :s": "Did you mean 'AND'? ",
    "begins_width(a, :s)": "Did you mean 'begins_with'? ",
    "Begins_With(a, :s)": "Did you mean 'begins_with'? ",
    "starts_with(a, :s)": "Did you mean 'begins_with'? ",
    "a LIKE :s": "Write `begins_with(name, :prefix)` or `contains(name, :part)`.",
    "a IS NULL": "Write `attribute_exists(name)`",
    "my-name = :s": "Conditions do not compute. Put a name with a dash or dot in backquotes",
    "in = :s": "If an attribute has this name, write it in backquotes: `in`.",
    "#status = :s": "Write the name as it is (`status = :s`)",
}


@pytest.mark.parametrize("text", ADVICE)
def test_faults_come_with_advice(text: str) -> None:
    """What was probably meant is said."""
    with pytest.raises(ExpressionSyntaxError) as fault:
        parse_condition(text)

    assert fault.value.problem.fix.startswith(ADVICE[text])


UPDATE_FAULTS = {
    "balance = :s": (0, "Expected SET, REMOVE, ADD or DELETE, found 'balance'."),
    "SETT a = :s": (0, "Expected SET, REMOVE, ADD or DELETE, found 'SETT'."),
    "SET a = :s SET b = :s": (11, "SET stands twice in one update."),
    "ADD a = :s": (6, "ADD takes a name and a value such as :one, and here stands '='."),
    "DELETE a": (8, "DELETE takes a name and a value such as :one, and here stands the end of the expression."),
    "SET a = a + :s + :s": (15, "DynamoDB takes one '+' or '-' in an assignment."),
    "SET a = size(b)": (8, "size can stand only in a condition or filter."),
    "SET a = 5": (8, "An expression holds no literal number."),
    "SET a = list_append(b)": (8, "list_append takes 2 operands, and here has 1."),
    "SET a = if_not_exist(a, :s)": (8, "DynamoDB has no function if_not_exist."),
}


@pytest.mark.parametrize("text", UPDATE_FAULTS)
def test_faults_of_updates_are_told_with_their_place(text: str) -> None:
    """The same for update expressions."""
    with pytest.raises(ExpressionSyntaxError) as fault:
        parse_update(text)

    assert (fault.value.problem.offset, fault.value.problem.what) == UPDATE_FAULTS[text]


def test_places_count_lines_and_columns() -> None:
    """A character of an expression over several lines has its own line and column in the file."""
    expression = Expression(text="a = :a AND\nb = :b", position=Position("plan.yaml", 10, 7))

    assert locate(expression, 4) == Position("plan.yaml", 10, 11)
    assert locate(expression, 11) == Position("plan.yaml", 11, 7)
    assert locate(expression, 15) == Position("plan.yaml", 11, 11)


def test_aliases_are_readable_and_never_collide() -> None:
    """Names that differ get aliases that differ, each as near to the name as DynamoDB allows."""
    aliases = Aliases()
    text = render(parse_condition("status = :s AND `my-name` = :s AND `my.name` = :s AND status.name = :s"), aliases)

    assert text == "#status = :s AND #my_name = :s AND #my_name_2 = :s AND #status.#name = :s"
    assert aliases.names == {
        "#status": "status",
        "#my_name": "my-name",
        "#my_name_2": "my.name",
        "#name": "name",
    }


def test_a_name_with_a_dot_is_one_name() -> None:
    """Backquotes make one name of what would be a path."""
    (quoted,), (path,) = parse_projection("`a.b`"), parse_projection("a.b")

    assert quoted.parts == ("a.b",)
    assert path.parts == ("a", "b")
    assert render_path(quoted, Aliases()) == "#a_b"


def test_the_list_of_reserved_words_is_the_guides() -> None:
    """There are 573 words, without regard to case, the guide's misspellings among them."""
    assert len(RESERVED_WORDS) == 573
    assert {"FLATTERN", "INNTER", "LOGED", "URL", "TTL", "ZONE", "ABORT"} <= RESERVED_WORDS
    assert needs_alias("Status")
    assert not needs_alias("status_1")


@pytest.mark.parametrize("text", corpus.lines(corpus.GOOD_UPDATES))
def test_an_update_written_and_read_is_the_same(text: str) -> None:
    """Text made from an update is read as that very update."""
    update = parse_update(text)

    assert parse_update(render(update, _Quoting())) == update

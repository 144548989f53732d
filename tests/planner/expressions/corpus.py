"""Expressions that DynamoDB takes and refuses, with the values that they use.

The tests hold both lists against the planner and against the engines, so a line here is never an opinion.
"""

from __future__ import annotations

VALUES = {
    "s": {"S": "x"},
    "a": {"S": "a"},
    "empty": {"S": ""},
    "n": {"N": "1"},
    "zero": {"N": "0"},
    "bool": {"BOOL": True},
    "null": {"NULL": True},
    "b": {"B": "eA=="},
    "ss": {"SS": ["a"]},
    "ns": {"NS": ["1"]},
    "bs": {"BS": ["YQ=="]},
    "list": {"L": []},
    "map": {"M": {}},
    "type": {"S": "S"},
    "bad_type": {"S": "XX"},
}

GOOD_CONDITIONS = """
a = :s
a=:s
a <> :s
:s = a
:s = :a
:n = :s
a = b
a <= :b
a = :list
NOT a = :s
not a = :s
NOT NOT a = :s
NOT (a = :s OR b = :s)
(a = :s)
((a = :s))
((a) = :s)
a = (:s)
a BETWEEN :zero AND :n
a between :zero and :n and b = :s
a BETWEEN b AND c
:n BETWEEN a AND b
size(a) BETWEEN :zero AND :n
a IN (:s)
a in (:s, :n, b)
:s IN (a, b)
size(a) > :n
size (a) > size(b)
size(a) = size(a)
size(a.b[0].c) < :n
attribute_exists(a)
attribute_exists((a))
attribute_not_exists(a.b[1])
attribute_type(a, :type)
begins_with(a, :s)
begins_with(a, :b)
begins_with(a, b)
begins_with(a, :empty)
contains(a, :s)
contains(a, :list)
contains(a, size(b))
a = :s AND b = :s OR c = :s
a = :s OR b = :s AND NOT c = :s
(a = :s AND b = :s) OR (c = :s AND (d = :s OR e = :s))
a[0][12].b = :s
a [ 0 ] . b = :s
status = :s
size = :s
name.value.size = :s
attribute_exists(attribute_exists)
`my-name`.`odd name!`[3].`..` = :s
`and` = :s AND `BETWEEN` = :s AND `set` = :s
_a = :s
é = :s
pk = :s AND sk = :n
"""

# Good as well, but ministack cannot evaluate them: a value or a size as a function's first operand.
RARE_CONDITIONS = """
size(:s) = :n
size(:list) = a
attribute_type(size(a), :type)
begins_with(:s, a)
contains(:ss, a)
"""

BAD_CONDITIONS = """
a != :s
a == :s
a = 1
a = "x"
a = 'x'
a
:s
a = :s AND
AND a = :s
a = :s b = :s
a = b = c
a IN ()
a IN :s
a IN (:s) = :bool
a LIKE :s
a IS NULL
a BETWEEN :n
a BETWEEN :n OR :n
size(a)
SIZE(a) = :n
ATTRIBUTE_EXISTS(a)
attribute_exists()
attribute_exists(:s)
attribute_exists(a, b)
attribute_exists(size(a))
attribute_exists(a) = :bool
a = attribute_exists(b)
size(attribute_exists(a)) = :n
foo(a)
if_not_exists(a, :s) = :s
list_append(a, :list) = :list
begins_with(a)
begins_with(a, :n)
begins_with(:bool, a)
begins_with(a, size(b))
begins_with(a, a)
contains(a, a)
attribute_type(a, :bad_type)
attribute_type(a, :n)
attribute_type(a, b)
size(:n) = :n
size(:bool) = :n
size(size(a)) = :n
a < :bool
a >= :list
:null < a
a < :ss
a BETWEEN :bool AND :bool
a BETWEEN :n AND :zero
a BETWEEN :n AND :s
size(a) BETWEEN :n AND :s
a BETWEEN a AND b
a BETWEEN :n AND a
a IN (a)
a = a
a.b[0] < a.b[0]
a = :undefined
a[b] = :s
a[-1] = :s
a[2147483648] = :s
a..b = :s
.a = :s
a. = :s
a.1 = :s
1a = :s
a-b = :s
a$ = :s
a + b = :s
a = :n + :n
a = :s;
(a = :s
a = :s)
"""

GOOD_UPDATES = """
SET a = :n
set a = :n, b = :s
SET a = :n REMOVE b ADD c :n DELETE ss :ss
DELETE ss :ss ADD c :n
REMOVE a, b[0], m.d
REMOVE a SET b = :n
ADD a :n, ss :ss
SET a = c + :n
SET a = :n - c
SET a = (c + :n)
SET a = (c) + (:n)
SET a = c - c
SET a = if_not_exists(a, :n)
SET a = if_not_exists(c, :n) + :n
SET a = :n + if_not_exists(c, :n)
SET a = if_not_exists(a, if_not_exists(b, :n))
SET l = list_append(l, :list)
SET l = list_append(:list, l)
SET l = list_append(if_not_exists(l, :list), :list)
SET m.x = :n, m.y = :n
SET l[0] = :n, l[1] = :n
SET a = b, b = c
SET a = pk
SET name = :s, status = value
SET `set` = :n, `my-name` = :s REMOVE `add`
SET g = :s, h = :n
REMOVE g
ADD h :n
SET h = h + :n
"""

BAD_UPDATES = """
a = :n
SET
SET a
SET a = :n,
SET a = :n,, b = :n
SET a = :n b = :n
SET a = :n SET b = :n
REMOVE a REMOVE b
REMOVE a b
REMOVE a = :n
ADD a = :n
ADD a
ADD a b
ADD a :s
ADD a :list
DELETE a :n
DELETE a :s
DELETE ss b
SET a = 1
SET a = -:n
SET :n = a
SET a = b + :s
SET a = b + :ss
SET a = b + :n + :n
SET a = b * :n
SET a = if_not_exists(a)
SET a = if_not_exists(:n, :n)
SET a = if_not_exists(a, b + :n)
SET a = IF_NOT_EXISTS(a, :n)
SET l = list_append(l)
SET l = list_append(l, :n)
SET l = list_append(:list, :map)
SET l = list_append(list_append(l, :list), :list)
SET l = list_append(l, :list) + :n
SET a = size(l)
SET a = attribute_exists(b)
SET a = :undefined
SET a = :n, a = :n
SET m = :map, m.x = :n
SET m.x = :n REMOVE m
SET l[0] = :n, l.x = :n
SET a = :n ADD a :n
SET l[99999999999] = :n
SET a = :n WHERE b = :n
SET pk = :s
REMOVE sk
ADD sk :n
SET pk.x = :n
SET g = :empty
SET g = :null
SET g.x = :n
SET g = list_append(l, :list)
"""

GOOD_KEY_CONDITIONS = """
pk = :s
pk = :s AND sk = :n
sk = :n AND pk = :s
:s = pk AND :n < sk
(pk = :s) AND (sk >= :n)
(pk = :s AND sk <= :n)
pk = :s AND sk BETWEEN :zero AND :n
"""

BAD_KEY_CONDITIONS = """
pk = :n
pk = :empty
pk = :bool
sk = :n
g = :s
pk < :s
pk <> :s
begins_with(pk, :s)
pk BETWEEN :s AND :s
pk = :s AND sk = :s
pk = :s AND sk <> :n
pk = :s AND sk IN (:n)
pk = :s AND begins_with(sk, :s)
pk = :s AND begins_with(sk, :n)
pk = :s AND sk BETWEEN :n AND :zero
pk = :s AND pk = :s
pk = :s AND sk > :zero AND sk < :n
pk = :s AND a = :s
pk = :s AND sk = :n AND a = :s
pk = :s OR sk = :n
NOT pk = :s
pk = :s AND NOT sk = :n
pk = sk
pk.x = :s
pk = :s AND sk[0] = :n
pk = :s AND size(sk) = :n
pk = :s AND attribute_exists(sk)
pk = :s AND contains(sk, :n)
"""

# Projections go with a read of the table.
GOOD_PROJECTIONS = """
a
a, b.c[0], b.d
name, status, `my-name`
a[0], a[1]
"""

BAD_PROJECTIONS = """
a,
a, a
a, a.b
a[0], a.c
a b
a = b
:s
size(a)
"""


def lines(text: str) -> list[str]:
    """The expressions of one list."""
    return [line for line in text.splitlines() if line]

"""What is shown of a plan holds no values, and what comes back gets them again."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.author.masking import mask
from planner.author.merging import merge
from planner.spans import meaning, parse
from tests.conftest import ROOT

PLANS = tuple(sorted((ROOT / "plans").glob("*.yaml")))
ARN = "arn:aws:kms:eu-west-1:111122223333:key/canary-key"
SECRETS = f"""\
ddbplan: 1
database: secrets
description: Encrypted by {ARN}
# owned by account 111122223333
defaults: {{encryption: "{ARN}"}}
tables:
  account:                       # a table that is called like a setting
    partition_key: id
    tags: {{canary-tag: canary-value}}
    resource_policy:
      Statement: [{{Principal: canary-principal}}]
seed:
  account:
    # canary-comment
    - {{id: canary-id, note: "canary, with: quotes", amount: 987654.32, on: true}}   # canary-beside
    - id: |
        canary-block
        of lines
transactions:
  values:                        # a transaction that is called like a key
    run: test
    operations:
      - update:
          table: account
          key: {{id: canary-id}}
          expression: SET amount = :amount
          condition: attribute_exists(id)
          values: {{amount: 987654.32}}
queries:
  items:
    table: account
    key_condition: id = :id
    values: {{id: canary-id}}
    expect: {{items: [{{amount: 987654.32}}]}}
environments:
  prod: {{account: "111122223333", region: ap-canary-1}}
"""


def test_no_value_is_shown() -> None:
    """Rows, values of expressions, tags, policies, accounts, keys and ARNs are words of ours; names stay."""
    shown = mask(SECRETS).text

    assert "canary" not in shown
    assert "111122223333" not in shown
    assert "987654" not in shown
    assert {"account", "attribute_exists(id)", "SET amount = :amount", "true"} <= set(shown.split()) | {
        word for word in ("attribute_exists(id)", "SET amount = :amount", "true") if word in shown
    }


def test_equal_values_are_equal_words() -> None:
    """A query can be written for a row that is not shown, because its word stands in the row as well."""
    shown = mask(SECRETS).text
    word = shown[shown.index("key: {id: ") + 10 :].split("}")[0]

    assert f"{{id: {word}, note:" in shown
    assert f"values: {{id: {word}}}" in shown


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_words_become_the_values_again(path: Path) -> None:
    """A plan that is masked, answered as it stands and restored says what it said, and merging it changes no byte."""
    text = path.read_text(encoding="utf-8")
    masked = mask(text)

    restored = masked.restore(masked.text)

    assert meaning(parse(restored)) == meaning(parse(text))
    assert merge(text, restored) == text


def test_a_word_is_quoted_as_its_place_needs_it() -> None:
    """A value with a comma goes into a list on one line, and a word within a longer text is replaced there."""
    masked = mask(SECRETS)
    shown = masked.text
    note = shown[shown.index("note: ") + 6 :].split(",")[0]
    block = shown[shown.rindex("- id: ") + 6 :].split("\n")[0]

    restored = parse(masked.restore(f'a: [{note}, "{note}", "x {note}", {block}, "<text999>"]'))
    expected = parse(
        'a: ["canary, with: quotes", "canary, with: quotes", "x canary, with: quotes", '
        '"canary-block\\nof lines\\n", "<text999>"]',
    )

    assert meaning(restored) == meaning(expected)


def test_a_message_is_told_without_values() -> None:
    """What the checks say of a plan's own values reaches Claude as words."""
    hidden = mask(SECRETS).hide(f"item 1: amount is 987654.32, expected canary-id; {ARN} of 111122223333; line 12")

    assert "canary" not in hidden
    assert "987654" not in hidden
    assert "111122223333" not in hidden
    assert hidden.endswith("line 12")


def test_a_plan_that_uses_such_words_itself_keeps_them() -> None:
    """A description with <text1> in it is not taken for a value."""
    text = (
        "ddbplan: 1\ndatabase: x\ndescription: <text1>\ntables: {a: {partition_key: id}}\nseed: {a: [{id: secret}]}\n"
    )
    masked = mask(text)

    assert "secret" not in masked.text
    assert masked.restore(masked.text) == text

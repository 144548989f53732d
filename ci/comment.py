"""Puts a comment on a pull request, or writes the one of before anew: one comment, however often it is pushed.

    GITHUB_TOKEN=... GITHUB_REPOSITORY=owner/name python3 ci/comment.py NUMBER FILE

Needs nothing but Python. The token needs ``pull-requests: write``.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MARKER = "<!-- ddbplan -->"
MOST = 65_536
PER_PAGE = 100
TIMEOUT = 30.0


def call(method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """One request to GitHub's API; its answer as JSON."""
    url = os.environ.get("GITHUB_API_URL", "https://api.github.com") + path
    headers = {
        "Accept": "application/vnd.github+json",
        "Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}",
        "X-GitHub-Api-Version": "2022-11-28",
        "User-Agent": "ddbplan",
    }
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers=headers, method=method)  # noqa: S310 - GitHub's own address
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310 - likewise
        return json.load(answer)


def comments(repository: str, number: str) -> Iterator[dict[str, Any]]:
    """Every comment of a pull request."""
    page = 1
    while True:
        found = call("GET", f"/repos/{repository}/issues/{number}/comments?per_page={PER_PAGE}&page={page}")
        yield from found
        if len(found) < PER_PAGE:
            return
        page += 1


def own_name() -> str | None:
    """The account that a person's token is of; None for the token of a job or of an app, which may not ask."""
    try:
        return str(call("GET", "/user")["login"])
    except urllib.error.HTTPError:
        return None


def is_own(comment: dict[str, Any], name: str | None) -> bool:
    """Whether we wrote a comment: whoever wrote it could change it after us, so that the marker alone is not enough."""
    author = comment.get("user") or {}
    ours = author.get("type") == "Bot" if name is None else author.get("login") == name
    return ours and str(comment.get("body") or "").startswith(MARKER)


def main() -> int:
    """Write the comment; say in one line what was done, or why it could not be."""
    if len(sys.argv) != 3:  # noqa: PLR2004 - two arguments
        print(f"usage: {sys.argv[0]} NUMBER FILE", file=sys.stderr)
        return 1
    number, file = sys.argv[1:]
    repository = os.environ.get("GITHUB_REPOSITORY", "")
    if not number.isdecimal() or not repository or not os.environ.get("GITHUB_TOKEN"):
        print("comment: GITHUB_REPOSITORY, GITHUB_TOKEN and the pull request's number are needed.", file=sys.stderr)
        return 1
    text = Path(file).read_text(encoding="utf-8")[:MOST]
    try:
        name = own_name()
        own = next((one for one in comments(repository, number) if is_own(one, name)), None)
        if own is None:
            made = call("POST", f"/repos/{repository}/issues/{number}/comments", {"body": text})
        else:
            made = call("PATCH", f"/repos/{repository}/issues/comments/{own['id']}", {"body": text})
    except urllib.error.HTTPError as refused:
        print(f"comment: GitHub answered {refused.code} {refused.reason}. Needs pull-requests: write.", file=sys.stderr)
        return 1
    except OSError as problem:
        print(f"comment: GitHub cannot be reached: {problem}", file=sys.stderr)
        return 1
    print(made["html_url"])
    return 0


if __name__ == "__main__":
    sys.exit(main())

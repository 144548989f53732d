"""Encryption at rest: keys, re-sends, the budget of changes (K 079-082, 140)."""

from __future__ import annotations

from tests.fakes.control_plane import request_texts, texts, times
from tests.fakes.control_plane.clock import iso
from tests.fakes.control_plane.site import Site
from tests.fakes.control_plane.state import Busy, Json, Table

FREE_CHANGES = 4
BETWEEN_CHANGES = 6 * times.HOUR


def check_specification(site: Site, wanted: Json) -> None:
    """What an SSESpecification may say.

    Raises:
        Refusal: It contradicts itself, or names a key that does not exist (K 020, 044).
    """
    if wanted.get("SSEType") == "AES256":
        raise request_texts.NO_AES.refusal()
    if wanted.get("Enabled") is False:
        if "KMSMasterKeyId" in wanted:
            raise request_texts.KEY_WHEN_OFF.refusal()
        if "SSEType" in wanted:
            raise request_texts.TYPE_WHEN_OFF.refusal()
    if "KMSMasterKeyId" in wanted:
        if wanted.get("SSEType") != "KMS":
            raise request_texts.KEY_WITHOUT_TYPE.refusal()
        site.keys.resolve(wanted["KMSMasterKeyId"])


def enabled(site: Site, wanted: Json) -> Json | None:
    """SSEDescription for a specification; None for the key that AWS owns (K 027, 036)."""
    if not wanted.get("Enabled", "SSEType" in wanted):
        return None
    arn = site.keys.resolve(wanted["KMSMasterKeyId"]) if "KMSMasterKeyId" in wanted else site.keys.default
    return {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": arn}


def check_encryption(site: Site, table: Table, wanted: Json) -> None:
    """Whether the encryption may change.

    Only the very ARN, or none where there is none, counts as the same: an alias, an id or no name at all is a change
    (K 082).

    Raises:
        Refusal: It is so already, or the budget is spent (K 081, 140).
    """
    check_specification(site, wanted)
    target = enabled(site, wanted)
    if target is None and table.encryption is None:
        raise texts.ENCRYPTED_BY_DEFAULT.refusal()
    if target and table.encryption and wanted.get("KMSMasterKeyId") == table.encryption["KMSMasterKeyArn"]:
        raise texts.ENCRYPTED_WITH_KEY.refusal()
    now = site.now()
    recent = [at for at in table.encryption_changes if at > now - times.DAY]
    free = target is None  # the key that AWS owns, always (Q, K 140)
    if not free and len(recent) >= FREE_CHANGES and now < recent[-1] + BETWEEN_CHANGES:
        allowed = min(recent[-1] + BETWEEN_CHANGES, recent[0] + times.DAY)
        raise texts.ENCRYPTION_CHANGES.refusal(now=iso(now), count=len(recent), last=iso(recent[-1]), next=iso(allowed))


def set_encryption(site: Site, table: Table, wanted: Json) -> None:
    """Change the key: the table stays ACTIVE, the old key is shown first, then the new one (K 079, 140)."""
    now = site.now()
    target = enabled(site, wanted)
    table.encryption_changes.append(now)
    table.encryption_shown = {**(table.encryption or {}), "Status": "UPDATING"}
    table.encryption = target

    def new_key() -> None:
        table.encryption_shown = {**(target or {}), "Status": "UPDATING"}
        table.start(Busy.ENCRYPTION, now + times.ENCRYPTION, done)

    def done() -> None:
        table.encryption_shown = target

    table.start(Busy.ENCRYPTION, now + times.ENCRYPTION_OLD_KEY, new_key)

"""Secrets and signatures, as of the Standard Webhooks specification: HMAC-SHA256 over id, moment and body."""

import base64
import hashlib
import hmac
from datetime import datetime
from uuid import UUID

PREFIX = "whsec_"


def secret_of(installation_key: str, uid: UUID) -> str:
    """The secret of a webhook as its receiver is given it. It changes with the key of the installation."""
    key = hmac.new(installation_key.encode(), b"webhook\0" + uid.bytes, hashlib.sha256).digest()
    return PREFIX + base64.b64encode(key).decode()


def headers(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """What proves to the receiver that the call is ours and of now."""
    moment = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = b".".join((message_id.encode(), moment.encode(), body))
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{signature}",
    }

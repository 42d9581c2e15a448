"""What schemathesis has to be told about Palier's API beyond its description.

Loaded by `cargo xtask schemathesis`; the settings are in schemathesis.toml beside this file. Every
choice here follows from the value at hand, never from a counter or the time: the same seed makes the
same requests.
"""

import os
import uuid
from base64 import b64encode
from hashlib import sha256

import requests
import schemathesis
from schemathesis.core.parameters import ParameterLocation
from schemathesis.openapi.checks import RejectedPositiveData

URL = os.environ["PALIER_URL"]
EMAIL, PASSWORD = os.environ["PALIER_EMAIL"], os.environ["PALIER_PASSWORD"]
TOKEN = os.environ["PALIER_TOKEN"]
ENDS_SESSIONS = ["sign_out"]
# Ids that no two runs share would make each run another one; no two requests may share one either.
NAMESPACE = uuid.UUID("5f0c2a52-3a34-4a4e-8f0e-0d7f1c2b3a49")


def read(path):
    signed_in = {"Authorization": f"Bearer {TOKEN}"}
    reply = requests.get(f"{URL}{path}", headers=signed_in, timeout=20)
    reply.raise_for_status()
    return reply.json()


INCIDENTS = read("/api/incidents?limit=200")["incidents"]
UNITS = sorted({incident["unit_id"] for incident in INCIDENTS})
ATTACHMENTS = sorted(
    attachment
    for incident in INCIDENTS
    for ticket in read(f"/api/incidents/{incident['id']}/tickets?limit=200")["tickets"]
    for attachment in ticket["attachments"]
)


def as_id(value):
    """The value as a UUID, or None when it is none: those are left as they are."""
    try:
        return uuid.UUID(value)
    except (AttributeError, TypeError, ValueError):
        return None


def sometimes_real(value, real):
    """Half of the made-up ids become one that exists, else most requests would end in a 404."""
    made_up = as_id(value)
    if made_up is None or not real or made_up.int % 2:
        return value
    return real[made_up.int // 2 % len(real)]


def whole(value):
    """5.0 as 5: JSON Schema takes both for an integer, generated clients and this server do not."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [whole(item) for item in value]
    if isinstance(value, dict):
        return {key: whole(item) for key, item in value.items()}
    return value


def plain(value):
    """Long texts in ASCII: JSON Schema counts characters, the server's limits are bytes of UTF-8."""
    if isinstance(value, str) and len(value) > 25:
        return value.encode("ascii", "replace").decode()
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def fresh(case, use):
    """An id that follows from the request and from its use: a body may come back with an id that it
    was given here, and must not get the id then that was its mutation's before."""
    request = (use, case.method, case.path_parameters, case.body)
    return str(uuid.uuid5(NAMESPACE, repr(request)))


def as_bytes(body):
    if isinstance(body, bytes):
        return body
    return body.encode("utf-8", "surrogatepass") if isinstance(body, str) else b""


def base64(text):
    return b64encode(text.encode()).decode()


def is_good(case, location):
    return case.meta is not None and not case.meta.is_negative_at(location)


@schemathesis.hook
def before_call(context, case, kwargs):
    operation = case.operation.definition.raw.get("operationId")
    if isinstance(case.body, (dict, list)):
        case.body = whole(case.body)
    if is_good(case, ParameterLocation.PATH) and case.path.startswith("/api/attachments/"):
        case.path_parameters["id"] = sometimes_real(case.path_parameters["id"], ATTACHMENTS)
    if is_good(case, ParameterLocation.BODY) and isinstance(case.body, dict):
        mend_body(operation, case)
    if is_good(case, ParameterLocation.HEADER):
        mend_headers(operation, case)
    if "Upload-Checksum" in case.headers and case.meta and case.meta.generation.mode.is_positive:
        digest = sha256(as_bytes(case.body)).digest()
        case.headers["Upload-Checksum"] = f"sha256 {b64encode(digest).decode()}"


def mend_body(operation, case):
    case.body = plain(case.body)
    if "unit_id" in case.body:
        case.body["unit_id"] = sometimes_real(case.body["unit_id"], UNITS)
    if as_id(case.body.get("id")):
        # One id names one thing for ever, so a second request with it is rightly refused.
        case.body["id"] = fresh(case, "id")
    if operation == "sign_in" and len(case.body["email"]) % 2:
        case.body |= {"email": EMAIL, "password": PASSWORD}


def mend_headers(operation, case):
    if "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = fresh(case, "mutation")
    if operation == "begin_upload":
        values = {"attachment_id": fresh(case, "attachment"), "filename": "évier.jpg", "sha256": "ab" * 32}
        case.headers["Upload-Metadata"] = ",".join(
            f"{key} {base64(value)}" for key, value in values.items()
        )


class Session:
    def get(self, case, context):
        return TOKEN

    def set(self, case, token, context):
        # Unless it is about the request that comes without.
        about = getattr(case.meta.phase.data, "parameter", None) if case.meta else None
        if about != "Authorization":
            case.headers["Authorization"] = f"Bearer {token}"


@schemathesis.auth(retry_on=[]).skip_for(operation_id=ENDS_SESSIONS)
class TheSession(Session):
    """The one session of the run."""


@schemathesis.auth(refresh_interval=None, retry_on=[]).apply_to(operation_id=ENDS_SESSIONS)
class ASessionOfItsOwn(Session):
    """What ends a session gets its own, because the others still need theirs."""

    def get(self, case, context):
        account = {"email": EMAIL, "password": PASSWORD, "device_id": str(uuid.uuid4())}
        reply = requests.post(f"{URL}/api/session", json=account, timeout=20)
        reply.raise_for_status()
        return reply.json()["token"]


@schemathesis.serializer("application/offset+octet-stream")
def piece(context, value):
    """A piece of an upload: bytes as they are."""
    return as_bytes(value)


@schemathesis.deserializer("image/jpeg", "image/png", "image/webp", "application/pdf", "text/plain")
def picture(context, response):
    return response.content.decode("latin-1")


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """No word about a good request one of whose parts the tool itself knows to be bad.

    It makes such requests where it cannot build a header for a long pattern: the header is then 0.
    """
    return not (
        isinstance(failure, RejectedPositiveData)
        and case.meta is not None
        and any(part.mode.is_negative for part in case.meta.components.values())
    )

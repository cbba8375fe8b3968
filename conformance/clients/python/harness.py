"""What every Python runner shares: the target, the list of checks, and one line of JSON for each of them."""

import contextlib
import datetime
import json
import os
import pathlib
import re
import time
from dataclasses import dataclass, field
from typing import Any, Callable

target = json.loads(pathlib.Path(os.environ["CONFORMANCE_TARGET"]).read_text())

MAIN = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
BARE = "anthropic.claude-sonnet-4-5-20250929-v1:0"
GUIDE = "global.anthropic.claude-opus-4-6-v1"
RETIRED = "us.anthropic.claude-sonnet-4-20250514-v1:0"
NO_SCOPE = "eu.anthropic.claude-opus-4-1-20250805-v1:0"
NEWEST = "global.anthropic.claude-opus-4-8"
FABLE = "global.anthropic.claude-fable-5-1"
UNKNOWN = "us.anthropic.claude-nonesuch-9-v1:0"

UNKNOWN_MODEL = "The provided model identifier is invalid."
ON_DEMAND = (
    f"Invocation of model ID {BARE} with on-demand throughput isn\u2019t supported. "
    "Retry your request with the ID or ARN of an inference profile that contains this model."
)
END_OF_LIFE = "This model version has reached the end of its life."
MAX_TOKENS_MISSING = (
    "Malformed input request: #: required key [max_tokens] not found, please reformat your input and try again."
)
EXTRANEOUS_MODEL = "#: extraneous key [model] is not permitted"
FIRST_ROLE = (
    "A conversation must start with a user message. Try again with a conversation that starts with a user message."
)
BLANK_TEXT = (
    "The text field in the ContentBlock object at messages.0.content.0 is blank. "
    "Add text to the text field, and try again."
)
TOOL_CONFIG = "The toolConfig field must be defined when using toolUse and toolResult content blocks."
TOOL_RESULT = "Expected toolResult blocks at messages.2.content for the following Ids: tooluse_conformance"
TOOL_RESULT_SURPLUS = (
    "The number of toolResult blocks at messages.2.content exceeds the number of toolUse blocks of previous turn."
)
MAX_TOKENS = "The maximum tokens you requested exceeds the model limit of "
PATTERN = "1 validation error detected: Value 'not a model' at 'modelId' failed to satisfy constraint: "
UNKNOWN_KEY = "The security token included in the request is invalid."
WRONG_SECRET = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
)
MISSING = "Missing Authentication Token"
WRONG_KEY = "Authentication failed: Please make sure your API Key is valid."
KEY_FORMAT = "Invalid API Key format: Must start with pre-defined prefix"
KEY_EXPIRED = "Bearer Token has expired"

STORY = "Write a story of 400 words about a quarry."
HELLO = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 100, "messages": [{"role": "user", "content": "Hello"}]}
WEATHER = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]}},
    "required": ["city", "unit"],
    "additionalProperties": False,
}


@dataclass
class Identity:
    """Who calls: a key pair, a bearer key, or nobody."""

    access: str | None = None
    secret: str | None = None
    session: str | None = None
    bearer: str | None = None


@dataclass
class Ask:
    """A question in a plain vocabulary, which each client translates into its own API."""

    turns: list[dict[str, Any]]
    model: str = MAIN
    system: str | None = None
    max_tokens: int = 300
    stop: list[str] | None = None
    tools: list[dict[str, Any]] | None = None
    choice: str | None = None
    thinking: int | None = None
    schema: dict[str, Any] | None = None
    temperature: float | None = None
    top_p: float | None = None
    more: dict[str, Any] | None = None
    cache: str | None = None


@dataclass
class Answer:
    """An answer in the same vocabulary."""

    text: str
    stop: str
    input: int
    output: int
    raw: Any
    total: int | None = None
    sequence: str | None = None
    calls: list[dict[str, Any]] = field(default_factory=list)
    signature: str = ""
    citations: list[str] = field(default_factory=list)
    thought: str = ""
    cache_read: int = 0
    cache_write: int = 0


@dataclass
class Refusal:
    """A refusal as far as the client shows it."""

    status: int | None
    code: str | None
    text: str


def pair(**changes: str) -> Identity:
    """The strict endpoint's key pair, with some of it changed."""
    keys = target["keys"]
    return Identity(**{"access": keys["accessKeyId"], "secret": keys["secretAccessKey"], **changes})


def temporary(**changes: str) -> Identity:
    keys = target["temporary"]
    values = {"access": keys["accessKeyId"], "secret": keys["secretAccessKey"], "session": keys["sessionToken"]}
    return Identity(**{**values, **changes})


def says(text: str, **more: Any) -> Ask:
    return Ask(turns=[{"role": "user", "text": text}], **more)


def reads(kind: str, text: str, citations: bool = False, name: str | None = None) -> Ask:
    data = pathlib.Path(target["fixtures"][name or kind]).read_bytes()
    file = {"kind": kind, "bytes": data, "citations": citations}
    return Ask(turns=[{"role": "user", "text": text, "files": [file]}], max_tokens=400)


def profile_arn(profile: str, region: str | None = None) -> str:
    return f"arn:aws:bedrock:{region or target['region']}:{target['account']}:inference-profile/{profile}"


def model_arn(model: str) -> str:
    return f"arn:aws:bedrock:{target['region']}::foundation-model/{model}"


def set_environment(identity: Identity, region: str) -> dict[str, str]:
    """Puts an identity where clients look for one by themselves, and returns that environment."""
    for name in list(os.environ):
        if re.match(r"AWS_(ACCESS|SECRET|SESSION|BEARER|REGION|DEFAULT)", name):
            del os.environ[name]
    values = {
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_ACCESS_KEY_ID": identity.access,
        "AWS_SECRET_ACCESS_KEY": identity.secret,
        "AWS_SESSION_TOKEN": identity.session,
        "AWS_BEARER_TOKEN_BEDROCK": identity.bearer,
    }
    os.environ.update({name: value for name, value in values.items() if value is not None})
    return dict(os.environ)


@contextlib.contextmanager
def clock(minutes: float):
    """Sets the clock that botocore signs by wrong by so many minutes."""
    import botocore.auth

    real = botocore.auth.get_current_datetime
    botocore.auth.get_current_datetime = lambda *args, **kw: real(*args, **kw) + datetime.timedelta(minutes=minutes)
    try:
        yield
    finally:
        botocore.auth.get_current_datetime = real


def short_term(identity: Identity, region: str | None = None) -> str:
    """Makes a short-term key with AWS's own generator."""
    from aws_bedrock_token_generator import BedrockTokenGenerator
    from botocore.credentials import Credentials

    credentials = Credentials(identity.access, identity.secret, identity.session)
    return BedrockTokenGenerator().get_token(credentials, region or target["region"])


_checks: dict[str, list[Callable[[], None]]] = {}


def requirement(name: str):
    """Adds a check of a requirement: all checks of one requirement have to pass."""

    def add(check: Callable[[], None]) -> Callable[[], None]:
        _checks.setdefault(name, []).append(check)
        return check

    return add


def run(client: str) -> None:
    """Runs what was added and prints one line of JSON for each requirement."""
    only = os.environ.get("CONFORMANCE_IDS")
    for name, checks in _checks.items():
        if only is not None and name not in only.split(","):
            continue
        started = time.perf_counter()
        detail = ""
        try:
            for check in checks:
                check()
        except Exception as error:  # a failed check must not end the run
            detail = " ".join(f"{type(error).__name__}: {error}".split())[:400]
        outcome = "pass" if detail == "" else "fail"
        ms = round((time.perf_counter() - started) * 1000)
        print(json.dumps({"id": name, "client": client, "outcome": outcome, "detail": detail, "ms": ms}), flush=True)


def expect(condition: Any, told: Any = "") -> None:
    if not condition:
        raise AssertionError(str(told)[:300])


def equal(actual: Any, expected: Any, told: Any = "") -> None:
    expect(actual == expected, f"expected {expected!r}, got {actual!r} {told}")


def contains(text: str, part: str) -> None:
    expect(part in text, f"expected {part!r} in {text!r}")


def refused(adapter: Any, call: Callable[[], Any], status: int | None, code: str | None, text: str) -> None:
    """Compares a refusal with what is expected, as far as this client shows it; the text is expected in part."""
    try:
        answer = call()
    except AssertionError:
        raise
    except Exception as error:
        shown = adapter.describe(error)
        if code is not None and shown.code is not None:
            equal(shown.code, code, shown)
        if status is not None and shown.status is not None:
            equal(shown.status, status, shown)
        contains(shown.text, text)
        return
    raise AssertionError(f"expected a refusal, got {answer}"[:300])


def is_weather_input(value: Any) -> None:
    equal(sorted(value), ["city", "unit"])
    expect(isinstance(value["city"], str), value)
    expect(value["unit"] in ("celsius", "fahrenheit"), value)

"""The anthropic package: class AnthropicBedrock."""

from dataclasses import replace
from typing import Any

import anthropic
from anthropic import AnthropicBedrock, DefaultHttpxClient

from checks import Adapter, check_runtime, to_messages
from harness import HELLO, MAIN, Answer, Ask, Identity, Refusal, equal, expect, pair, requirement, run, set_environment, target
from wires import from_message

CLASSES = {
    400: anthropic.BadRequestError,
    403: anthropic.PermissionDeniedError,
    404: anthropic.NotFoundError,
}


def to_create(ask: Ask) -> dict[str, Any]:
    """What the plain vocabulary has no word for goes in beside the SDK's own arguments, as its documentation says."""
    known = to_messages(replace(ask, more=None, temperature=None, top_p=None))
    sampling = {"temperature": ask.temperature, "top_p": ask.top_p}
    extra = {name: value for name, value in {**sampling, **(ask.more or {})}.items() if value is not None}
    return {**known, "extra_body": extra}


class Connection:
    def __init__(self, identity: Identity | None = None, url: str | None = None, region: str | None = None,
                 attempts: int | None = None) -> None:
        identity = identity or pair()
        region = region or target["region"]
        set_environment(identity, region)
        self.requests = 0
        options: dict[str, Any] = {}
        if identity.access is not None:
            options = {
                "aws_access_key": identity.access,
                "aws_secret_key": identity.secret,
                "aws_session_token": identity.session,
            }
        if attempts is not None:
            options["max_retries"] = attempts - 1
        self.client = AnthropicBedrock(
            aws_region=region,
            base_url=url or target["urls"]["strict"],
            http_client=DefaultHttpxClient(event_hooks={"request": [self.count]}),
            **options,
        )

    def count(self, _request: Any) -> None:
        self.requests += 1

    def attempts(self) -> int:
        return self.requests

    def ask(self, ask: Ask) -> Answer:
        return from_message(self.client.messages.create(model=ask.model, **to_create(ask)).to_dict())

    def stream(self, ask: Ask) -> Answer:
        with self.client.messages.stream(model=ask.model, **to_create(ask)) as stream:
            return from_message(stream.get_final_message().to_dict())


class Anthropic(Adapter):
    wire = "invoke"
    streams = True
    # Half a frame at the end is no frame here: an app has to look for the stop reason.
    broken = {
        "exception": r"^APIStatusError: \{'type': 'error', 'error': \{'type': 'throttlingException', 'message': 'Slow down, quarry\.'\}\}$",
        "half-frame": r'^answered "Seven words", stopped by None$',
        "drop": r"^RemoteProtocolError: peer closed connection without sending complete message body",
    }

    def connect(self, *args: Any, **options: Any) -> Any:
        return Connection(*args, **options)

    def describe(self, error: Exception) -> Refusal:
        # The class follows the status, and the service's own name for the error is not shown (WIRE §11).
        expect(isinstance(error, anthropic.APIStatusError), f"an APIStatusError, not {type(error).__name__}: {error}")
        expected = CLASSES.get(error.status_code)
        expect(expected is None or type(error) is expected, f"{type(error).__name__} for {error.status_code}")
        body = error.body if isinstance(error.body, dict) else {}
        # The front door spells it with a capital letter (WIRE §2.2).
        return Refusal(error.status_code, None, body.get("message") or body.get("Message") or str(error))


check_runtime(Anthropic())


@requirement("invoke.metadata")
def _():
    client = Connection().client
    hello = {name: value for name, value in HELLO.items() if name != "anthropic_version"}
    answer = client.messages.with_raw_response.create(model=MAIN, **hello)
    usage = answer.parse().usage
    expect(len(answer.headers["x-amzn-requestid"]) == 36, answer.headers)
    equal(answer.headers["x-amzn-bedrock-input-token-count"], str(usage.input_tokens))
    equal(answer.headers["x-amzn-bedrock-output-token-count"], str(usage.output_tokens))
    expect(answer.headers["x-amzn-bedrock-invocation-latency"].isdigit(), answer.headers)


run("anthropic-python")

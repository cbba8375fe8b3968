"""boto3: bedrock-runtime on both wires, bedrock, and sts."""

import email.utils
import json
import re
import time
from decimal import Decimal
from typing import Any

import boto3
from botocore import UNSIGNED, xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from batch import check_batch
from checks import Adapter, check_runtime, to_messages
from harness import (
    BARE, EXTRANEOUS_MODEL, HELLO, MAIN, MAX_TOKENS_MISSING, PATTERN, TOOL_CONFIG, TOOL_RESULT, TOOL_RESULT_SURPLUS, UNKNOWN, UNKNOWN_KEY,
    UNKNOWN_MODEL, WRONG_KEY, WRONG_SECRET, Answer, Ask, Identity, Refusal, contains, equal, expect, model_arn, pair,
    profile_arn, refused, requirement, run, set_environment, target, temporary,
)
from state import Tenant, check_state
from wires import from_converse, from_message, to_converse

REQUEST_ID = r"^[0-9a-f-]{36}$"


def client(service: str, identity: Identity | None = None, url: str | None = None, region: str | None = None,
           attempts: int | None = None) -> Any:
    identity = identity or pair()
    region = region or target["region"]
    set_environment(identity, region)
    settings: dict[str, Any] = {"max_pool_connections": 20}
    if attempts is not None:
        settings["retries"] = {"total_max_attempts": attempts}
    if identity.access is None and identity.bearer is None:
        settings["signature_version"] = UNSIGNED
    # A session of its own, because the default one remembers the first credentials it saw.
    session = boto3.session.Session(region_name=region)
    return session.client(service, endpoint_url=url or target["urls"]["strict"], config=Config(**settings))


def describe(error: Exception) -> Refusal:
    expect(isinstance(error, ClientError), f"a ClientError, not {type(error).__name__}: {error}")
    return Refusal(
        error.response["ResponseMetadata"]["HTTPStatusCode"],
        error.response["Error"]["Code"],
        error.response["Error"]["Message"],
    )


class Connection:
    def __init__(self, runtime: Any) -> None:
        self.runtime = runtime
        self.last: dict[str, Any] = {}

    def attempts(self) -> int:
        return self.last["RetryAttempts"] + 1


class InvokeConnection(Connection):
    def body(self, ask: Ask) -> bytes:
        return json.dumps({"anthropic_version": "bedrock-2023-05-31", **to_messages(ask)}).encode()

    def ask(self, ask: Ask) -> Answer:
        answer = self.runtime.invoke_model(modelId=ask.model, body=self.body(ask))
        self.last = answer["ResponseMetadata"]
        equal(answer["contentType"], "application/json")
        return from_message(json.loads(answer["body"].read()))

    def events(self, ask: Ask) -> list[dict[str, Any]]:
        answer = self.runtime.invoke_model_with_response_stream(modelId=ask.model, body=self.body(ask))
        equal(answer["contentType"], "application/json")
        return [json.loads(event["chunk"]["bytes"]) for event in answer["body"]]

    def stream(self, ask: Ask) -> Answer:
        return from_message(gather(self.events(ask)))


def gather(events: list[dict[str, Any]]) -> dict[str, Any]:
    """Puts a message together from its events, as an app without Anthropic's SDK has to."""
    equal(events[0]["type"], "message_start")
    equal(events[-1]["type"], "message_stop")
    message = events[0]["message"]
    inputs: dict[int, str] = {}
    for event in events[1:-1]:
        if event["type"] == "content_block_start":
            equal(event["index"], len(message["content"]))
            message["content"].append(event["content_block"])
        elif event["type"] == "content_block_delta":
            block, delta = message["content"][event["index"]], event["delta"]
            if delta["type"] == "text_delta":
                block["text"] += delta["text"]
            elif delta["type"] == "input_json_delta":
                inputs[event["index"]] = inputs.get(event["index"], "") + delta["partial_json"]
            elif delta["type"] == "thinking_delta":
                block["thinking"] += delta["thinking"]
            elif delta["type"] == "signature_delta":
                block["signature"] = delta["signature"]
        elif event["type"] == "message_delta":
            message.update(event["delta"])
            message["usage"].update(event["usage"])
    for index, text in inputs.items():
        message["content"][index]["input"] = json.loads(text or "{}")
    return message


class ConverseConnection(Connection):
    def ask(self, ask: Ask) -> Answer:
        answer = self.runtime.converse(**to_converse(ask))
        self.last = answer["ResponseMetadata"]
        return from_converse(answer)

    def stream(self, ask: Ask) -> Answer:
        events = list(self.runtime.converse_stream(**to_converse(ask))["stream"])
        return from_converse(gather_converse(events))


def gather_converse(events: list[dict[str, Any]]) -> dict[str, Any]:
    kinds = [next(iter(event)) for event in events]
    equal(kinds[0], "messageStart")
    equal(kinds[-2:], ["messageStop", "metadata"])
    blocks: dict[int, dict[str, Any]] = {}
    for event in events:
        if "contentBlockStart" in event:
            start = event["contentBlockStart"]
            tool = start["start"]["toolUse"]
            blocks[start["contentBlockIndex"]] = {
                "toolUse": {"toolUseId": tool["toolUseId"], "name": tool["name"], "input": ""}
            }
        elif "contentBlockDelta" in event:
            delta = event["contentBlockDelta"]["delta"]
            block = blocks.setdefault(event["contentBlockDelta"]["contentBlockIndex"], {})
            if "text" in delta:
                block["text"] = block.get("text", "") + delta["text"]
            elif "toolUse" in delta:
                block["toolUse"]["input"] += delta["toolUse"]["input"]
            elif "reasoningContent" in delta:
                thought = block.setdefault("reasoningContent", {"reasoningText": {"text": ""}})["reasoningText"]
                thought["text"] += delta["reasoningContent"].get("text", "")
                if "signature" in delta["reasoningContent"]:
                    thought["signature"] = delta["reasoningContent"]["signature"]
        elif "contentBlockStop" in event:
            block = blocks[event["contentBlockStop"]["contentBlockIndex"]]
            if "toolUse" in block:
                block["toolUse"]["input"] = json.loads(block["toolUse"]["input"] or "{}")
    stop, metadata = events[-2]["messageStop"], events[-1]["metadata"]
    return {
        "output": {"message": {"role": "assistant", "content": [blocks[index] for index in sorted(blocks)]}},
        "stopReason": stop["stopReason"],
        "additionalModelResponseFields": stop.get("additionalModelResponseFields"),
        "metrics": metadata["metrics"],
        "usage": metadata["usage"],
    }


class Boto3(Adapter):
    streams = True
    # botocore takes half a frame at the end for no frame: an app has to look for the last event.
    broken = {
        "exception": r"^EventStreamError: An error occurred \(throttlingException\) when calling the \w+ operation: Slow down, quarry\.$",
        "half-frame": r"^AssertionError: expected ('message_stop'|\['messageStop', 'metadata'\])",
        "drop": r"^ProtocolError: Response ended prematurely",
    }

    def __init__(self, wire: str, connection: type[Connection]) -> None:
        self.wire, self.connection = wire, connection

    def connect(self, *args: Any, **options: Any) -> Any:
        return self.connection(client("bedrock-runtime", *args, **options))

    def describe(self, error: Exception) -> Refusal:
        return describe(error)


invoke = Boto3("invoke", InvokeConnection)
converse = Boto3("converse", ConverseConnection)
check_runtime(invoke)
check_runtime(converse)

USER = {"role": "user", "content": [{"text": "What is the weather?"}]}
CALLS = {
    "role": "assistant",
    "content": [{"toolUse": {"toolUseId": "tooluse_conformance", "name": "get_weather", "input": {}}}],
}


def invokes(url: str | None = None, **body: Any) -> Any:
    whole = {name: value for name, value in {**HELLO, **body}.items() if value is not None}
    return client("bedrock-runtime", url=url).invoke_model(modelId=MAIN, body=json.dumps(whole))


@requirement("invoke.metadata")
def _():
    answer = invokes()
    usage = json.loads(answer["body"].read())["usage"]
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    expect(len(answer["ResponseMetadata"]["RequestId"]) == 36, answer["ResponseMetadata"])
    equal(headers["x-amzn-bedrock-input-token-count"], str(usage["input_tokens"]))
    equal(headers["x-amzn-bedrock-output-token-count"], str(usage["output_tokens"]))
    expect(headers["x-amzn-bedrock-invocation-latency"].isdigit(), headers)


@requirement("invoke.stream.metrics")
def _():
    events = invoke.connect().events(Ask(turns=[{"role": "user", "text": "Hello"}]))
    metrics = events[-1]["amazon-bedrock-invocationMetrics"]
    equal(metrics["inputTokenCount"], events[0]["message"]["usage"]["input_tokens"])
    equal(metrics["outputTokenCount"], events[-2]["usage"]["output_tokens"])
    expect(isinstance(metrics["invocationLatency"], int) and isinstance(metrics["firstByteLatency"], int), metrics)


@requirement("converse.fields")
def _():
    call = {
        "modelId": MAIN,
        "messages": [{"role": "user", "content": [{"text": "Hello"}]}],
        "additionalModelResponseFieldPaths": ["/stop_sequence", "/delta/stop_sequence"],
    }
    runtime = client("bedrock-runtime")
    equal(runtime.converse(**call)["additionalModelResponseFields"], {"stop_sequence": None})
    events = list(runtime.converse_stream(**call)["stream"])
    fields = [event["messageStop"]["additionalModelResponseFields"] for event in events if "messageStop" in event]
    equal(fields, [{"delta": {"stop_sequence": None}}])


@requirement("count-tokens")
def _():
    runtime = client("bedrock-runtime")
    body = json.dumps({
        "anthropic_version": "bedrock-2023-05-31", "max_tokens": 16, "messages": [{"role": "user", "content": "Count me"}],
    }).encode()
    counted = runtime.count_tokens(modelId=BARE, input={"invokeModel": {"body": body}})["inputTokens"]
    usage = json.loads(runtime.invoke_model(modelId=MAIN, body=body)["body"].read())["usage"]
    equal(counted, usage["input_tokens"])
    prompt = {"messages": [{"role": "user", "content": [{"text": "Count me"}]}], "system": [{"text": "Be brief"}]}
    counted = runtime.count_tokens(modelId=BARE, input={"converse": prompt})["inputTokens"]
    equal(counted, runtime.converse(modelId=MAIN, **prompt)["usage"]["inputTokens"])
    call = lambda: runtime.count_tokens(modelId="us." + BARE, input={"converse": prompt})
    refused(converse, call, 400, "ValidationException", "The provided model doesn't support counting tokens.")


@requirement("error.malformed")
def _():
    refused(invoke, lambda: invokes(max_tokens=None), 400, "ValidationException", MAX_TOKENS_MISSING)


@requirement("error.extraneous")
def _():
    refused(invoke, lambda: invokes(target["urls"]["measured"], model="x"), 400, "ValidationException", EXTRANEOUS_MODEL)


@requirement("error.tool-config")
def _():
    result = {"role": "user", "content": [{"toolResult": {"toolUseId": "tooluse_conformance", "content": [{"text": "Sun"}]}}]}
    call = lambda: client("bedrock-runtime").converse(modelId=MAIN, messages=[USER, CALLS, result])
    refused(converse, call, 400, "ValidationException", TOOL_CONFIG)


@requirement("error.tool-result")
def _():
    tools = {"tools": [{"toolSpec": {"name": "get_weather", "inputSchema": {"json": {"type": "object"}}}}]}
    call = lambda: client("bedrock-runtime").converse(modelId=MAIN, messages=[USER, CALLS, USER], toolConfig=tools)
    refused(converse, call, 400, "ValidationException", TOOL_RESULT)


@requirement("error.tool-result-surplus")
def _():
    tools = {"tools": [{"toolSpec": {"name": "get_weather", "inputSchema": {"json": {"type": "object"}}}}]}
    ids = ("tooluse_conformance", "tooluse_surplus")
    results = [{"toolResult": {"toolUseId": each, "content": [{"text": "Sunny"}]}} for each in ids]
    messages = [USER, CALLS, {"role": "user", "content": results}]
    call = lambda: client("bedrock-runtime").converse(modelId=MAIN, messages=messages, toolConfig=tools)
    refused(converse, call, 400, "ValidationException", TOOL_RESULT_SURPLUS)


@requirement("error.model-id-pattern")
def _():
    for adapter in (invoke, converse):
        ask = Ask(turns=[{"role": "user", "text": "Hello"}], model="not a model")
        refused(adapter, lambda: adapter.connect().ask(ask), 400, "ValidationException", PATTERN)


@requirement("error.metadata")
def _():
    runtime = client("bedrock-runtime")
    try:
        runtime.invoke_model(modelId=UNKNOWN, body=json.dumps(HELLO))
    except runtime.exceptions.ValidationException as error:
        metadata = error.response["ResponseMetadata"]
        expect(len(metadata["RequestId"]) == 36, metadata)
        kind = "ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/"
        equal(metadata["HTTPHeaders"]["x-amzn-errortype"], kind)
        return
    raise AssertionError("no ValidationException")


@requirement("date")
def _():
    runtime = client("bedrock-runtime")
    dates = [runtime.invoke_model(modelId=MAIN, body=json.dumps(HELLO))["ResponseMetadata"]["HTTPHeaders"]["date"]]
    try:
        runtime.invoke_model(modelId=UNKNOWN, body=json.dumps(HELLO))
    except ClientError as error:
        dates.append(error.response["ResponseMetadata"]["HTTPHeaders"]["date"])
    equal(len(dates), 2)
    for date in dates:
        expect(abs(email.utils.parsedate_to_datetime(date).timestamp() - time.time()) < 5, date)


@requirement("keep-alive")
def _():
    runtime = client("bedrock-runtime")
    for _ in range(5):
        runtime.invoke_model(modelId=MAIN, body=json.dumps(HELLO))["body"].read()
    (pool,) = runtime._endpoint.http_session._manager.pools._container.values()
    equal((pool.num_requests, pool.num_connections), (5, 1))


@requirement("guardrail.unknown")
def _():
    runtime = client("bedrock-runtime")
    named = {"guardrailIdentifier": "conformance1", "guardrailVersion": "1"}
    missing = (400, "ValidationException", "The guardrail identifier or version provided in the request does not exist.")
    for call in (runtime.converse, runtime.converse_stream):
        refused(converse, lambda: call(modelId=MAIN, messages=[USER], guardrailConfig=named), *missing)
    for call in (runtime.invoke_model, runtime.invoke_model_with_response_stream):
        refused(invoke, lambda: call(modelId=MAIN, body=json.dumps(HELLO), **named), *missing)


@requirement("guardrail.list")
def _():
    equal(client("bedrock").list_guardrails()["guardrails"], [])


GUIDE_MODELS = [
    "anthropic.claude-opus-4-6-v1",
    "anthropic.claude-sonnet-4-6",
    BARE,
    "anthropic.claude-haiku-4-5-20251001-v1:0",
]


@requirement("models.list")
def _():
    summaries = client("bedrock").list_foundation_models(byProvider="anthropic")["modelSummaries"]
    models = {summary["modelId"]: summary for summary in summaries}
    for model in GUIDE_MODELS:
        expect(model in models, f"{model} in {list(models)}")
    opus = models["anthropic.claude-opus-4-6-v1"]
    equal(opus["modelArn"], model_arn("anthropic.claude-opus-4-6-v1"))
    equal(opus["providerName"], "Anthropic")
    equal(opus["responseStreamingSupported"], True)
    equal(opus["modelLifecycle"]["status"], "ACTIVE")


@requirement("models.filter")
def _():
    bedrock = client("bedrock")
    expect(bedrock.list_foundation_models(byOutputModality="TEXT")["modelSummaries"])
    equal(bedrock.list_foundation_models(byOutputModality="EMBEDDING")["modelSummaries"], [])
    equal(bedrock.list_foundation_models(byProvider="Nobody")["modelSummaries"], [])
    refused(invoke, lambda: bedrock.list_foundation_models(byOutputModality="SMELL"), 400, "ValidationException", "SMELL")


@requirement("models.get")
def _():
    bedrock = client("bedrock")
    for identifier in (BARE, model_arn(BARE)):
        details = bedrock.get_foundation_model(modelIdentifier=identifier)["modelDetails"]
        equal((details["modelId"], details["modelName"]), (BARE, "Claude Sonnet 4.5"))
    call = lambda: bedrock.get_foundation_model(modelIdentifier="anthropic.claude-nonesuch-9")
    refused(invoke, call, 400, "ValidationException", UNKNOWN_MODEL)


@requirement("profiles.list")
def _():
    def profiles(region: str) -> dict[str, Any]:
        answer = client("bedrock", region=region).list_inference_profiles(typeEquals="SYSTEM_DEFINED")
        return {profile["inferenceProfileId"]: profile for profile in answer["inferenceProfileSummaries"]}

    found = profiles(target["region"])[MAIN]
    equal(found["inferenceProfileArn"], profile_arn(MAIN))
    equal((found["type"], found["status"]), ("SYSTEM_DEFINED", "ACTIVE"))
    expect(found["models"], found)
    europe = profiles("eu-west-1")["eu.anthropic.claude-sonnet-4-6"]
    equal(europe["inferenceProfileArn"], profile_arn("eu.anthropic.claude-sonnet-4-6", "eu-west-1"))


@requirement("profiles.pages")
def _():
    bedrock = client("bedrock")
    whole = [each["inferenceProfileId"] for each in bedrock.list_inference_profiles()["inferenceProfileSummaries"]]
    pages = list(bedrock.get_paginator("list_inference_profiles").paginate(PaginationConfig={"PageSize": 3}))
    expect(len(pages) > 1, f"{len(pages)} pages")
    expect(all(len(page["inferenceProfileSummaries"]) <= 3 for page in pages), "pages of three")
    equal([each["inferenceProfileId"] for page in pages for each in page["inferenceProfileSummaries"]], whole)


@requirement("profiles.get")
def _():
    bedrock = client("bedrock")
    for identifier in (MAIN, profile_arn(MAIN)):
        profile = bedrock.get_inference_profile(inferenceProfileIdentifier=identifier)
        equal((profile["inferenceProfileId"], profile["inferenceProfileArn"]), (MAIN, profile_arn(MAIN)))
    try:
        bedrock.get_inference_profile(inferenceProfileIdentifier="us.anthropic.claude-nonesuch-9")
    except ClientError as error:
        # WIRE §13 does not know which of the two it is.
        expect(describe(error).code in ("ResourceNotFoundException", "ValidationException"), describe(error))
        return
    raise AssertionError("an unknown profile was described")


@requirement("control.bearer")
def _():
    expect(client("bedrock", Identity(bearer=target["bearer"])).list_foundation_models()["modelSummaries"])


@requirement("control.errors")
def _():
    for identity, code, text in [
        (pair(access="AKIAUNKNOWNUNKNOWN77"), "UnrecognizedClientException", UNKNOWN_KEY),
        (pair(secret="wrong"), "InvalidSignatureException", WRONG_SECRET),
        (Identity(bearer=target["bearer"][:-6] + "AAAAAA"), "AccessDeniedException", WRONG_KEY),
    ]:
        refused(invoke, lambda: client("bedrock", identity).list_foundation_models(), 403, code, text)


def is_known(identity: Identity, user: str) -> None:
    answer = client("sts", identity).get_caller_identity()
    equal(answer["Account"], target["account"])
    contains(answer["Arn"], f":{target['account']}:")
    contains(answer["Arn"], user)
    expect(re.match(r"A[A-Z0-9]+|\d{12}:", answer["UserId"]), answer["UserId"])
    expect(len(answer["ResponseMetadata"]["RequestId"]) == 36, answer["ResponseMetadata"])


@requirement("sts.identity")
def _():
    is_known(pair(), target["users"]["keys"])


@requirement("sts.session")
def _():
    is_known(temporary(), target["users"]["temporary"])


@requirement("sts.error")
def _():
    for identity, code, text in [
        (pair(access="AKIAUNKNOWNUNKNOWN77"), "InvalidClientTokenId", UNKNOWN_KEY),
        (pair(secret="wrong"), "SignatureDoesNotMatch", WRONG_SECRET),
    ]:
        refused(invoke, lambda: client("sts", identity).get_caller_identity(), 403, code, text)


class State:
    """The control plane through boto3, by the names of the service model."""

    def __init__(self, who: Tenant) -> None:
        self.who = who

    def open(self, service: str) -> Any:
        return client(service, self.who.identity, target["urls"]["asking"], attempts=1)

    def call(self, service: str, operation: str, **members: Any) -> dict[str, Any]:
        return getattr(self.open(service), xform_name(operation))(**members)

    def pages(self, service: str, operation: str, size: int, **members: Any) -> list[Any]:
        paginator = self.open(service).get_paginator(xform_name(operation))
        pages = paginator.paginate(PaginationConfig={"PageSize": size}, **members)
        found = pages.build_full_result()
        return next(value for value in found.values() if isinstance(value, list))

    def blob(self, data: bytes) -> bytes:
        return data

    def unblob(self, data: bytes) -> bytes:
        return data

    def describe(self, error: Exception) -> Refusal:
        return describe(error)


check_state(State, "boto3")
check_batch(State, "boto3")


@requirement("price.header")
def _():
    answer = client("bedrock-runtime").converse(modelId=MAIN, messages=[{"role": "user", "content": [{"text": "Hello"}]}])
    usage = answer["usage"]
    expect(usage["inputTokens"] > 0 and usage["outputTokens"] > 0, usage)
    # Claude Sonnet 4.5 through a geographic profile: 3.30 and 16.50 dollars a million tokens.
    dollars = (Decimal("3.3") * usage["inputTokens"] + Decimal("16.5") * usage["outputTokens"]) / 1_000_000
    equal(answer["ResponseMetadata"]["HTTPHeaders"]["x-outcrop-cost"], format(dollars.normalize(), "f"))


run("boto3")

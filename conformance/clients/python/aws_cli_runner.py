"""The AWS CLI version 1, one process a call. It has no streaming commands (WIRE §11)."""

import base64
import contextlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from typing import Any, Iterator

from botocore import xform_name

from batch import check_batch
from checks import Adapter, check_runtime, to_messages
from harness import (
    BARE, EXTRANEOUS_MODEL, HELLO, MAIN, MAX_TOKENS_MISSING, TOOL_CONFIG, TOOL_RESULT, TOOL_RESULT_SURPLUS, UNKNOWN_KEY, UNKNOWN_MODEL,
    WRONG_KEY, WRONG_SECRET, Answer, Ask, Identity, Refusal, contains, equal, expect, model_arn, pair, profile_arn,
    refused, requirement, run, set_environment, target, temporary,
)
from state import Tenant, check_state
from wires import from_converse, from_message, to_converse

AWS = target["tools"]["aws"]
# The clock of another process is set wrong by starting the CLI's own entry point after a patch.
SKEWED = (
    "import datetime, sys, botocore.auth as a, awscli.clidriver as c; real = a.get_current_datetime; "
    "a.get_current_datetime = lambda *x, **y: real(*x, **y) + datetime.timedelta(minutes=%d); "
    "sys.exit(c.main())"
)
skew = 0


class CliError(Exception):
    """The CLI ended with an error and these words."""


def aws(*args: str, identity: Identity | None = None, url: str | None = None, region: str | None = None,
        attempts: int | None = None) -> str:
    url = url or target["urls"]["strict"]
    environment = set_environment(identity or pair(), region or target["region"])
    for service in ("BEDROCK_RUNTIME", "BEDROCK", "STS", "SERVICE_QUOTAS"):
        environment[f"AWS_ENDPOINT_URL_{service}"] = url
    if attempts is not None:
        environment["AWS_MAX_ATTEMPTS"] = str(attempts)
    command = [AWS, *args] if skew == 0 else [sys.executable, "-c", SKEWED % skew, *args]
    if identity is not None and identity.access is None and identity.bearer is None:
        command.append("--no-sign-request")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise CliError(done.stderr.strip() or f"exit code {done.returncode}")
    return done.stdout


def shorthand(value: Any, folder: str) -> str:
    """The CLI's shorthand syntax, the one in which version 1 takes a blob inside a structure: `bytes@=fileb://…`."""
    if isinstance(value, dict):
        return "{" + pairs(value, folder) + "}"
    if isinstance(value, list):
        return "[" + ",".join(shorthand(each, folder) for each in value) + "]"
    return "true" if value is True else f"'{value}'"


def pairs(value: dict[str, Any], folder: str) -> str:
    parts = []
    for key, each in value.items():
        if isinstance(each, bytes):
            file = pathlib.Path(folder, f"{len(os.listdir(folder))}.bin")
            file.write_bytes(each)
            parts.append(f"{key}@=fileb://{file}")
        else:
            parts.append(f"{key}={shorthand(each, folder)}")
    return ",".join(parts)


class Connection:
    def __init__(self, wire: str, identity: Identity | None = None, url: str | None = None, region: str | None = None,
                 attempts: int | None = None) -> None:
        self.wire = wire
        self.options = {"identity": identity, "url": url, "region": region, "attempts": attempts}

    def ask(self, ask: Ask) -> Answer:
        with tempfile.TemporaryDirectory() as folder:
            if self.wire == "converse":
                call = to_converse(ask)
                arguments = []
                if any("files" in turn for turn in ask.turns):
                    arguments = ["--messages", *(pairs(message, folder) for message in call.pop("messages"))]
                arguments += ["--cli-input-json", json.dumps(call)]
                return from_converse(json.loads(aws("bedrock-runtime", "converse", *arguments, **self.options)))
            body = {"anthropic_version": "bedrock-2023-05-31", **to_messages(ask)}
            return from_message(self.invoke(ask.model, body, folder))

    def invoke(self, model: str, body: Any, folder: str) -> Any:
        sent, received = pathlib.Path(folder, "body.json"), pathlib.Path(folder, "answer.json")
        sent.write_text(json.dumps(body))
        arguments = ["--model-id", model, "--body", f"file://{sent}", str(received)]
        told = json.loads(aws("bedrock-runtime", "invoke-model", *arguments, **self.options))
        equal(told["contentType"], "application/json")
        return json.loads(received.read_text())


class AwsCli(Adapter):
    streams = False

    def __init__(self, wire: str) -> None:
        self.wire = wire

    def connect(self, *args: Any, **options: Any) -> Any:
        return Connection(self.wire, *args, **options)

    def describe(self, error: Exception) -> Refusal:
        expect(isinstance(error, CliError), f"{type(error).__name__}: {error}")
        told = re.search(r"An error occurred \((\w+)\) when calling the \w+ operation[^:]*: (.*)", str(error), re.DOTALL)
        expect(told, str(error))
        return Refusal(None, told[1], told[2])

    @contextlib.contextmanager
    def clock(self, minutes: float) -> Iterator[None]:
        # The checks would patch botocore in this process; here it has to be the CLI's.
        global skew
        skew = int(minutes)
        try:
            yield
        finally:
            skew = 0


invoke = AwsCli("invoke")
check_runtime(invoke)
check_runtime(AwsCli("converse"))


def invokes(url: str | None = None, **body: Any) -> Any:
    whole = {name: value for name, value in {**HELLO, **body}.items() if value is not None}
    with tempfile.TemporaryDirectory() as folder:
        return Connection("invoke", url=url).invoke(MAIN, whole, folder)


@requirement("error.malformed")
def _():
    refused(invoke, lambda: invokes(max_tokens=None), 400, "ValidationException", MAX_TOKENS_MISSING)


@requirement("error.extraneous")
def _():
    refused(invoke, lambda: invokes(target["urls"]["measured"], model="x"), 400, "ValidationException", EXTRANEOUS_MODEL)


def converses(*messages: Any, tools: bool) -> str:
    call: dict[str, Any] = {"modelId": MAIN, "messages": messages}
    if tools:
        spec = {"name": "get_weather", "inputSchema": {"json": {"type": "object"}}}
        call["toolConfig"] = {"tools": [{"toolSpec": spec}]}
    return aws("bedrock-runtime", "converse", "--cli-input-json", json.dumps(call))


USER = {"role": "user", "content": [{"text": "What is the weather?"}]}
CALLS = {
    "role": "assistant",
    "content": [{"toolUse": {"toolUseId": "tooluse_conformance", "name": "get_weather", "input": {}}}],
}


@requirement("error.tool-config")
def _():
    result = {"toolResult": {"toolUseId": "tooluse_conformance", "content": [{"text": "Sunny"}]}}
    call = lambda: converses(USER, CALLS, {"role": "user", "content": [result]}, tools=False)
    refused(invoke, call, 400, "ValidationException", TOOL_CONFIG)


@requirement("error.tool-result")
def _():
    refused(invoke, lambda: converses(USER, CALLS, USER, tools=True), 400, "ValidationException", TOOL_RESULT)


@requirement("error.tool-result-surplus")
def _():
    ids = ("tooluse_conformance", "tooluse_surplus")
    results = [{"toolResult": {"toolUseId": each, "content": [{"text": "Sunny"}]}} for each in ids]
    call = lambda: converses(USER, CALLS, {"role": "user", "content": results}, tools=True)
    refused(invoke, call, 400, "ValidationException", TOOL_RESULT_SURPLUS)


@requirement("guardrail.unknown")
def _():
    config = {"guardrailIdentifier": "conformance1", "guardrailVersion": "1"}
    whole = json.dumps({"modelId": MAIN, "messages": [USER], "guardrailConfig": config})
    text = "The guardrail identifier or version provided in the request does not exist."
    refused(invoke, lambda: aws("bedrock-runtime", "converse", "--cli-input-json", whole), 400, "ValidationException", text)


@requirement("guardrail.list")
def _():
    equal(json.loads(aws("bedrock", "list-guardrails"))["guardrails"], [])


@requirement("count-tokens")
def _():
    prompt = {"messages": [USER]}
    whole = {"modelId": BARE, "input": {"converse": prompt}}
    counted = json.loads(aws("bedrock-runtime", "count-tokens", "--cli-input-json", json.dumps(whole)))["inputTokens"]
    asked = aws("bedrock-runtime", "converse", "--cli-input-json", json.dumps({"modelId": MAIN, **prompt}))
    equal(counted, json.loads(asked)["usage"]["inputTokens"])
    profile = json.dumps({**whole, "modelId": MAIN})
    call = lambda: aws("bedrock-runtime", "count-tokens", "--cli-input-json", profile)
    refused(invoke, call, 400, "ValidationException", "The provided model doesn't support counting tokens.")


@requirement("models.list")
def _():
    # The guide's own command, word for word.
    command = 'aws bedrock list-foundation-models --region=us-west-2 --by-provider anthropic --query "modelSummaries[*].modelId"'
    environment = set_environment(pair(), target["region"])
    environment["AWS_ENDPOINT_URL_BEDROCK"] = target["urls"]["strict"]
    environment["PATH"] = os.pathsep.join([str(pathlib.Path(AWS).parent), environment["PATH"]])
    done = subprocess.run(command, shell=True, env=environment, capture_output=True, text=True, timeout=60)
    equal(done.returncode, 0, done.stderr)
    models = json.loads(done.stdout)
    for model in ("anthropic.claude-opus-4-6-v1", "anthropic.claude-sonnet-4-6", BARE):
        expect(model in models, f"{model} in {models}")


@requirement("models.filter")
def _():
    def models(*filters: str) -> Any:
        return json.loads(aws("bedrock", "list-foundation-models", *filters))["modelSummaries"]

    expect(models("--by-output-modality", "TEXT"))
    equal(models("--by-output-modality", "EMBEDDING"), [])
    equal(models("--by-provider", "Nobody"), [])
    call = lambda: models("--by-inference-type", "SMELL")
    refused(invoke, call, 400, "ValidationException", "SMELL")


@requirement("models.get")
def _():
    for identifier in (BARE, model_arn(BARE)):
        details = json.loads(aws("bedrock", "get-foundation-model", "--model-identifier", identifier))["modelDetails"]
        equal((details["modelId"], details["modelName"]), (BARE, "Claude Sonnet 4.5"))
    call = lambda: aws("bedrock", "get-foundation-model", "--model-identifier", "anthropic.claude-nonesuch-9")
    refused(invoke, call, 400, "ValidationException", UNKNOWN_MODEL)


def profiles(*args: str, region: str | None = None) -> list[dict[str, Any]]:
    return json.loads(aws("bedrock", "list-inference-profiles", *args, region=region))["inferenceProfileSummaries"]


@requirement("profiles.list")
def _():
    found = next(each for each in profiles("--type-equals", "SYSTEM_DEFINED") if each["inferenceProfileId"] == MAIN)
    equal(found["inferenceProfileArn"], profile_arn(MAIN))
    arns = [each["inferenceProfileArn"] for each in profiles(region="eu-west-1")]
    expect(profile_arn("eu.anthropic.claude-sonnet-4-6", "eu-west-1") in arns, arns)


@requirement("profiles.pages")
def _():
    equal(profiles("--page-size", "3"), profiles())
    equal(len(profiles("--max-items", "4", "--page-size", "3")), 4)


@requirement("profiles.get")
def _():
    for identifier in (MAIN, profile_arn(MAIN)):
        profile = json.loads(aws("bedrock", "get-inference-profile", "--inference-profile-identifier", identifier))
        equal((profile["inferenceProfileId"], profile["inferenceProfileArn"]), (MAIN, profile_arn(MAIN)))
    try:
        aws("bedrock", "get-inference-profile", "--inference-profile-identifier", "us.anthropic.claude-nonesuch-9")
    except CliError as error:
        # WIRE §13 does not know which of the two it is.
        expect(re.search(r"ResourceNotFoundException|ValidationException", str(error)), error)
        return
    raise AssertionError("an unknown profile was described")


@requirement("control.bearer")
def _():
    identity = Identity(bearer=target["bearer"])
    expect(json.loads(aws("bedrock", "list-foundation-models", identity=identity))["modelSummaries"])


@requirement("control.errors")
def _():
    for identity, code, text in [
        (pair(access="AKIAUNKNOWNUNKNOWN77"), "UnrecognizedClientException", UNKNOWN_KEY),
        (pair(secret="wrong"), "InvalidSignatureException", WRONG_SECRET),
        (Identity(bearer=target["bearer"][:-6] + "AAAAAA"), "AccessDeniedException", WRONG_KEY),
    ]:
        refused(invoke, lambda: aws("bedrock", "list-foundation-models", identity=identity), 403, code, text)


def is_known(identity: Identity, user: str) -> None:
    answer = json.loads(aws("sts", "get-caller-identity", identity=identity))
    equal(answer["Account"], target["account"])
    contains(answer["Arn"], user)
    expect(re.match(r"A[A-Z0-9]+|\d{12}:", answer["UserId"]), answer["UserId"])


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
        refused(invoke, lambda: aws("sts", "get-caller-identity", identity=identity), 403, code, text)


class State:
    """The control plane through the CLI, by the names of the service model."""

    def __init__(self, who: Tenant) -> None:
        self.who = who

    def aws(self, service: str, operation: str, members: dict[str, Any], *more: str) -> dict[str, Any]:
        name = xform_name(operation, "-")
        said = aws(service, name, "--cli-input-json", json.dumps(members), "--output", "json", *more,
                   identity=self.who.identity, url=target["urls"]["asking"], attempts=1)
        return json.loads(said) if said.strip() else {}

    def call(self, service: str, operation: str, **members: Any) -> dict[str, Any]:
        return self.aws(service, operation, members)

    def pages(self, service: str, operation: str, size: int, **members: Any) -> list[Any]:
        found = self.aws(service, operation, members, "--page-size", str(size))
        return next(value for value in found.values() if isinstance(value, list))

    def blob(self, data: bytes) -> str:
        return data.decode()

    def unblob(self, data: str) -> bytes:
        return base64.b64decode(data)

    def describe(self, error: Exception) -> Refusal:
        return invoke.describe(error)


check_state(State, "aws-cli")
check_batch(State, "aws-cli")

run("aws-cli")

"""The anthropic package: Anthropic's own Messages API on the runtime, on mantle, and plain."""

from typing import Any

import anthropic
from anthropic import Anthropic, AnthropicBedrockMantle

from harness import MAIN, Identity, equal, expect, requirement, run, set_environment, target

BASE = target["urls"]["strict"]
MANTLE = "anthropic.claude-haiku-4-5"
SURFACES = {
    "runtime": (f"{BASE}/anthropic", MAIN),
    "mantle": (f"{BASE}/mantle/anthropic", MANTLE),
    "plain": (BASE, "claude-opus-4-6"),
}
HELLO: dict[str, Any] = {"max_tokens": 100, "messages": [{"role": "user", "content": "Hello"}]}


def connect(surface: str, **key: str) -> Anthropic:
    set_environment(Identity(), target["region"])
    return Anthropic(base_url=SURFACES[surface][0], max_retries=0, **(key or {"api_key": target["bearer"]}))


def refused(call: Any) -> Exception:
    try:
        answer = call()
    except anthropic.APIStatusError as error:
        return error
    raise AssertionError(f"expected a refusal, got {answer}")


@requirement("messages.surfaces")
def _():
    for surface, (_url, model) in SURFACES.items():
        for key in ({"api_key": target["bearer"]}, {"auth_token": target["bearer"]}):
            answer = connect(surface, **key).messages.create(model=model, **HELLO)
            equal(answer.content[0].type, "text")
            equal(answer.stop_reason, "end_turn")


@requirement("messages.stream")
def _():
    for surface, (_url, model) in SURFACES.items():
        client = connect(surface)
        whole = client.messages.create(model=model, **HELLO)
        with client.messages.stream(model=model, **HELLO) as stream:
            streamed = stream.get_final_message()
        equal(streamed.content[0].text, whole.content[0].text)
        equal(streamed.usage.output_tokens, whole.usage.output_tokens)


@requirement("messages.errors")
def _():
    for surface, (_url, model) in SURFACES.items():
        unknown = refused(lambda: connect(surface).messages.create(model="nobody", **HELLO))
        expect(isinstance(unknown, anthropic.BadRequestError if surface == "runtime" else anthropic.NotFoundError), unknown)
        wrong = refused(lambda: connect(surface, api_key="ABSKnobody").messages.create(model=model, **HELLO))
        denied = anthropic.PermissionDeniedError if surface == "runtime" else anthropic.AuthenticationError
        expect(isinstance(wrong, denied), wrong)


@requirement("messages.count")
def _():
    for surface in ("mantle", "plain"):
        client, model = connect(surface), SURFACES[surface][1]
        count = client.messages.count_tokens(model=model, messages=HELLO["messages"])
        equal(count.input_tokens, client.messages.create(model=model, **HELLO).usage.input_tokens)


@requirement("messages.models")
def _():
    names = [model.id for model in connect("plain").models.list(limit=5)]
    expect("claude-opus-4-6" in names and len(set(names)) == len(names), names)


@requirement("messages.mantle")
def _():
    set_environment(Identity(), target["region"])

    def mantle(secret: str) -> AnthropicBedrockMantle:
        return AnthropicBedrockMantle(
            base_url=SURFACES["mantle"][0], aws_region=target["region"], max_retries=0,
            aws_access_key=target["keys"]["accessKeyId"], aws_secret_key=secret,
        )

    client = mantle(target["keys"]["secretAccessKey"])
    whole = client.messages.create(model=MANTLE, **HELLO)
    with client.messages.stream(model=MANTLE, **HELLO) as stream:
        equal(stream.get_final_message().content[0].text, whole.content[0].text)
    wrong = refused(lambda: mantle("not the secret").messages.create(model=MANTLE, **HELLO))
    expect(isinstance(wrong, anthropic.AuthenticationError), wrong)


run("anthropic-messages-python")

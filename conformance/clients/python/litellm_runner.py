"""LiteLLM's Bedrock provider: OpenAI's shapes over InvokeModel and over Converse."""

import base64
import json
import os
from typing import Any

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # otherwise it asks the network for prices

import litellm
from litellm.llms.custom_httpx.http_handler import HTTPHandler

from checks import Adapter, check_runtime
from harness import Answer, Ask, Identity, Refusal, equal, expect, pair, requirement, run, set_environment, target

litellm.suppress_debug_info = True
OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA = {
    "pdf": "application/pdf", "text": "text/plain", "image": "image/png", "csv": "text/csv", "md": "text/markdown",
    "html": "text/html", "docx": f"{OFFICE}.wordprocessingml.document", "xlsx": f"{OFFICE}.spreadsheetml.sheet",
    "doc": "application/msword", "xls": "application/vnd.ms-excel",
}
STOPS = {"stop": "end", "length": "length", "tool_calls": "tool"}


class Counter(HTTPHandler):
    """LiteLLM's own client for HTTP, with a count of what it sends."""

    def __init__(self) -> None:
        super().__init__(timeout=60)
        self.sent = 0
        self.client.event_hooks["request"].append(self.count)

    def count(self, _request: Any) -> None:
        self.sent += 1


class Connection:
    def __init__(self, route: str, identity: Identity | None = None, url: str | None = None, region: str | None = None,
                 attempts: int | None = None) -> None:
        self.route, self.region = route, region or target["region"]
        set_environment(identity or pair(), self.region)
        self.client = Counter()
        self.url = url or target["urls"]["strict"]
        self.retries = 0 if attempts is None else attempts - 1

    def call(self, ask: Ask, **more: Any) -> Any:
        return litellm.completion(
            model=f"bedrock/{self.route}/{ask.model}",
            aws_bedrock_runtime_endpoint=self.url,
            aws_region_name=self.region,
            num_retries=self.retries,
            client=self.client,
            **to_completion(ask),
            **more,
        )

    def attempts(self) -> int:
        return self.client.sent

    def ask(self, ask: Ask) -> Answer:
        return from_completion(self.call(ask), ask)

    def stream(self, ask: Ask) -> Answer:
        chunks = list(self.call(ask, stream=True, stream_options={"include_usage": True}))
        return from_completion(litellm.stream_chunk_builder(chunks), ask)


def to_completion(ask: Ask) -> dict[str, Any]:
    messages: list[Any] = []
    if ask.system is not None:
        kept = {"type": "text", "text": ask.system, "cache_control": {"type": "ephemeral", "ttl": ask.cache}}
        messages.append({"role": "system", "content": ask.system if ask.cache is None else [kept]})
    for turn in ask.turns:
        messages += to_turn(turn)
    call: dict[str, Any] = {"messages": messages, "max_tokens": ask.max_tokens}
    if ask.stop is not None:
        call["stop"] = ask.stop
    if ask.tools is not None:
        call["tools"] = [
            {
                "type": "function",
                "function": {"name": tool["name"], "description": tool["description"], "parameters": tool["schema"]},
            }
            for tool in ask.tools
        ]
    if ask.choice is not None:
        named = {"type": "function", "function": {"name": ask.choice}}
        call["tool_choice"] = "required" if ask.choice == "any" else named
    if ask.thinking is not None:
        call["thinking"] = {"type": "enabled", "budget_tokens": ask.thinking}
    if ask.schema is not None:
        schema = {"name": "answer", "schema": ask.schema, "strict": True}
        call["response_format"] = {"type": "json_schema", "json_schema": schema}
    if ask.temperature is not None:
        call["temperature"] = ask.temperature
    if ask.top_p is not None:
        call["top_p"] = ask.top_p
    return {**call, **(ask.more or {})}


def to_turn(turn: dict[str, Any]) -> list[Any]:
    if "answer" in turn:
        return [turn["answer"].raw]
    messages = [
        {"role": "tool", "tool_call_id": result["id"], "content": result["text"]} for result in turn.get("results", [])
    ]
    content = []
    for file in turn.get("files", []):
        media = MEDIA[file["kind"]]
        data = f"data:{media};base64,{base64.b64encode(file['bytes']).decode()}"
        if file["kind"] == "image":
            content.append({"type": "image_url", "image_url": {"url": data}})
        else:
            content.append({"type": "file", "file": {"file_data": data, "filename": "report"}})
    if "text" in turn:
        content.append({"type": "text", "text": turn["text"]})
    return messages if not content else [*messages, {"role": turn["role"], "content": content}]


def from_completion(answer: Any, ask: Ask) -> Answer:
    choice = answer.choices[0]
    # OpenAI's shape has one word for an end and for a stop sequence: only what was asked tells them apart.
    ended = choice.finish_reason == "stop" and ask.stop is not None
    message, usage = choice.message, answer.usage
    blocks = getattr(message, "thinking_blocks", None) or []
    return Answer(
        text=message.content or "",
        stop="sequence" if ended else STOPS.get(choice.finish_reason, choice.finish_reason),
        input=usage.prompt_tokens,
        output=usage.completion_tokens,
        total=usage.total_tokens,
        calls=[
            {"id": call.id, "name": call.function.name, "input": json.loads(call.function.arguments)}
            for call in message.tool_calls or []
        ],
        signature="".join(block.get("signature") or "" for block in blocks),
        cache_read=getattr(usage, "cache_read_input_tokens", 0) or 0,
        cache_write=getattr(usage, "cache_creation_input_tokens", 0) or 0,
        raw=message,
    )


class LiteLlm(Adapter):
    streams = True
    broken = {
        "exception": r"^MidStreamFallbackError: .*throttlingException \{\"message\":\"Slow down, quarry\.\"\}",
        "half-frame": r"^MidStreamFallbackError: .*Bedrock stream ended with \d+ undecoded bytes",
        "drop": r"^MidStreamFallbackError: .*peer closed connection without sending complete message body",
    }

    def __init__(self, route: str) -> None:
        self.wire = self.route = route

    def connect(self, *args: Any, **options: Any) -> Any:
        return Connection(self.route, *args, **options)

    def describe(self, error: Exception) -> Refusal:
        # Errors come as OpenAI's classes; the status is theirs, and the service's words are inside of the text.
        expect(hasattr(error, "status_code"), f"an APIError, not {type(error).__name__}: {error}")
        return Refusal(int(error.status_code), None, str(error))


check_runtime(LiteLlm("converse"))
check_runtime(LiteLlm("invoke"))


@requirement("messages.mantle")
def _():
    def mantle(secret: str, **more: Any) -> Any:
        set_environment(pair(secret=secret), target["region"])
        hello = [{"role": "user", "content": "Hello"}]
        return litellm.completion(
            model="bedrock/mantle/anthropic.claude-haiku-4-5", api_base=f"{target['urls']['strict']}/mantle",
            aws_region_name=target["region"], messages=hello, max_tokens=100, num_retries=0, **more,
        )

    secret = target["keys"]["secretAccessKey"]
    whole = mantle(secret).choices[0].message.content
    expect(whole, "an answer")
    streamed = litellm.stream_chunk_builder(list(mantle(secret, stream=True)))
    equal(streamed.choices[0].message.content, whole)
    try:
        mantle("not the secret")
    except litellm.AuthenticationError:
        return
    raise AssertionError("a wrong secret was let in")


run("litellm")

"""langchain-aws: ChatBedrock, which speaks InvokeModel, and ChatBedrockConverse."""

import base64
import os
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError
from langchain_aws import ChatBedrock, ChatBedrockConverse
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

from checks import STOPS, Adapter, check_runtime, to_messages
from harness import Answer, Ask, Identity, Refusal, equal, expect, pair, requirement, run, set_environment, target
from wires import to_converse

MEDIA = {"pdf": "application/pdf", "text": "text/plain", "image": "image/png"}


class Connection:
    def __init__(self, wire: str, identity: Identity | None = None, url: str | None = None, region: str | None = None,
                 attempts: int | None = None) -> None:
        identity = identity or pair()
        self.wire, self.region = wire, region or target["region"]
        set_environment(identity, self.region)
        # This boto3 sends a bearer key over TLS alone.
        self.url = url or target["urls"]["secure" if identity.bearer else "strict"]
        self.config = None if attempts is None else Config(retries={"total_max_attempts": attempts})
        self.last: dict[str, Any] = {}

    def open(self, ask: Ask) -> Any:
        common = {"endpoint_url": self.url, "region_name": self.region, "config": self.config, "max_tokens": ask.max_tokens}
        if ask.temperature is not None:
            common["temperature"] = ask.temperature
        if ask.top_p is not None and self.wire == "converse":
            common["top_p"] = ask.top_p
        more = dict(ask.more or {})
        if ask.top_p is not None and self.wire == "invoke":
            more["top_p"] = ask.top_p
        if ask.thinking is not None:
            more["thinking"] = {"type": "enabled", "budget_tokens": ask.thinking}
        if ask.model.startswith("arn:"):
            common["provider"] = "anthropic"
        if self.wire == "invoke":
            model = ChatBedrock(model=ask.model, beta_use_converse_api=False, model_kwargs=more, **common)
        else:
            model = ChatBedrockConverse(model=ask.model, additional_model_request_fields=more or None, **common)
        model.client.meta.events.register("after-call.*", self.remember)
        if ask.tools is None:
            return model
        tools = [
            {"name": tool["name"], "description": tool["description"], "input_schema": tool["schema"]} for tool in ask.tools
        ]
        return model.bind_tools(tools, **({} if ask.choice is None else {"tool_choice": ask.choice}))

    def remember(self, parsed: dict[str, Any], **_: Any) -> None:
        self.last = parsed["ResponseMetadata"]

    def attempts(self) -> int:
        return self.last["RetryAttempts"] + 1

    def ask(self, ask: Ask) -> Answer:
        return from_answer(self.open(ask).invoke(self.messages(ask), stop=ask.stop))

    def stream(self, ask: Ask) -> Answer:
        whole = None
        for chunk in self.open(ask).stream(self.messages(ask), stop=ask.stop):
            whole = chunk if whole is None else whole + chunk
        return from_answer(whole)

    def messages(self, ask: Ask) -> list[BaseMessage]:
        # LangChain takes the blocks of the API as they are, and has messages of its own around them.
        body = (to_messages if self.wire == "invoke" else to_converse)(ask)
        found: list[BaseMessage] = []
        if ask.system is not None:
            kept = body["system"] if self.wire == "invoke" else [own_block(block) for block in body["system"]]
            found.append(SystemMessage(ask.system if ask.cache is None else kept))
        spoken = body["messages"]
        for turn, message in zip(ask.turns, spoken, strict=True):
            if "answer" in turn:
                found.append(turn["answer"].raw)
            elif turn["role"] == "assistant":
                found.append(AIMessage(turn["text"]))
            elif "results" in turn:
                found += [ToolMessage(result["text"], tool_call_id=result["id"]) for result in turn["results"]]
            elif "files" in turn or "blocks" in turn:
                found.append(HumanMessage([own_block(block) for block in message["content"]]))
            else:
                found.append(HumanMessage(turn["text"]))
        return found


def own_block(block: dict[str, Any]) -> dict[str, Any]:
    """A block of Converse, which has no type, as LangChain names it."""
    if "type" in block:
        return block
    (kind,) = block
    if kind == "text":
        return {"type": "text", "text": block["text"]}
    if kind == "image":
        data = base64.b64encode(block["image"]["source"]["bytes"]).decode()
        return {"type": "image", "source_type": "base64", "mime_type": "image/png", "data": data}
    return {kind: block[kind]} if kind == "cachePoint" else {"type": kind, kind: block[kind]}


def from_answer(message: Any) -> Answer:
    expect(isinstance(message, AIMessage), message)
    usage, metadata = message.usage_metadata or {}, {**message.additional_kwargs, **message.response_metadata}
    reason = metadata.get("stop_reason") or metadata.get("stopReason")
    details = usage.get("input_token_details") or {}
    blocks = message.content if isinstance(message.content, list) else []
    parts = [block for block in blocks if isinstance(block, dict)]
    thoughts = [part for part in parts if part.get("type") in ("thinking", "reasoning_content")]
    signatures = [part.get("signature") or part.get("reasoning_content", {}).get("signature", "") for part in thoughts]
    cited = [each for part in parts for each in part.get("citations") or []]
    return Answer(
        text=message.text if isinstance(message.text, str) else message.text(),
        stop=STOPS.get(reason, str(reason)),
        sequence=metadata.get("stop_sequence"),
        input=usage.get("input_tokens", -1),
        output=usage.get("output_tokens", -1),
        total=usage.get("total_tokens", -1),
        calls=[{"id": call["id"], "name": call["name"], "input": call["args"]} for call in message.tool_calls],
        signature="".join(signatures),
        citations=[each.get("cited_text") or source_of(each) for each in cited],
        cache_read=details.get("cache_read", 0),
        # Where the time to live is known, it stands in a field of its own, and `cache_creation` is 0.
        cache_write=sum(details.values()) - details.get("cache_read", 0),
        raw=message,
    )


def source_of(citation: dict[str, Any]) -> str:
    return "".join(part["text"] for part in citation.get("source_content") or citation.get("sourceContent") or [])


class LangChain(Adapter):
    streams = True
    # As boto3, with what it is told around it; an app has to look for the stop reason.
    broken = {
        "exception": r"^\w+: .*throttlingException.*Slow down, quarry\.",
        "half-frame": r'^(answered "Seven words", stopped by None|ConnectionError: )',
        "drop": r"^ProtocolError: Response ended prematurely",
    }

    def __init__(self, wire: str) -> None:
        self.wire = wire

    def connect(self, *args: Any, **options: Any) -> Any:
        return Connection(self.wire, *args, **options)

    def describe(self, error: Exception) -> Refusal:
        # ChatBedrockConverse puts a word of advice around some of botocore's errors.
        cause = error if isinstance(error, ClientError) else error.__cause__ or error.__context__
        expect(isinstance(cause, ClientError), f"a ClientError, not {type(error).__name__}: {error}")
        shown = cause.response
        return Refusal(shown["ResponseMetadata"]["HTTPStatusCode"], shown["Error"]["Code"], shown["Error"]["Message"])


check_runtime(LangChain("invoke"))
check_runtime(LangChain("converse"))
run("langchain-python")

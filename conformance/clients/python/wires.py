"""Messages and Converse, spoken in plain dictionaries by boto3 and the AWS CLI."""

from typing import Any

from checks import STOPS
from harness import Answer, Ask, expect


def from_message(message: dict[str, Any]) -> Answer:
    expect(message.get("type") == "message" and message.get("role") == "assistant", message)
    blocks = message["content"]
    return Answer(
        text="".join(block["text"] for block in blocks if block["type"] == "text"),
        stop=STOPS.get(message["stop_reason"], message["stop_reason"]),
        sequence=message["stop_sequence"],
        input=message["usage"]["input_tokens"],
        output=message["usage"]["output_tokens"],
        calls=[block for block in blocks if block["type"] == "tool_use"],
        signature=next((block["signature"] for block in blocks if block["type"] == "thinking"), ""),
        citations=[cited["cited_text"] for block in blocks for cited in block.get("citations") or []],
        thought=next((block["thinking"] for block in blocks if block["type"] == "thinking"), ""),
        cache_read=message["usage"].get("cache_read_input_tokens") or 0,
        cache_write=message["usage"].get("cache_creation_input_tokens") or 0,
        raw=blocks,
    )


def to_converse(ask: Ask) -> dict[str, Any]:
    call: dict[str, Any] = {
        "modelId": ask.model,
        "messages": [{"role": turn["role"], "content": _blocks(turn)} for turn in ask.turns],
        "inferenceConfig": {"maxTokens": ask.max_tokens},
    }
    if ask.system is not None:
        call["system"] = [{"text": ask.system}]
        if ask.cache is not None:
            call["system"].append({"cachePoint": {"type": "default", "ttl": ask.cache}})
    if ask.temperature is not None:
        call["inferenceConfig"]["temperature"] = ask.temperature
    if ask.top_p is not None:
        call["inferenceConfig"]["topP"] = ask.top_p
    if ask.stop is not None:
        call["inferenceConfig"]["stopSequences"] = ask.stop
        call["additionalModelResponseFieldPaths"] = ["/stop_sequence", "/delta/stop_sequence"]
    if ask.tools is not None:
        call["toolConfig"] = {
            "tools": [
                {
                    "toolSpec": {
                        "name": tool["name"],
                        "description": tool["description"],
                        "inputSchema": {"json": tool["schema"]},
                    }
                }
                for tool in ask.tools
            ]
        }
        if ask.choice is not None:
            call["toolConfig"]["toolChoice"] = {"any": {}} if ask.choice == "any" else {"tool": {"name": ask.choice}}
    more = dict(ask.more or {})
    if ask.thinking is not None:
        more["thinking"] = {"type": "enabled", "budget_tokens": ask.thinking}
    if more:
        call["additionalModelRequestFields"] = more
    return call


def _blocks(turn: dict[str, Any]) -> list[dict[str, Any]]:
    if "answer" in turn:
        return turn["answer"].raw
    blocks: list[dict[str, Any]] = [
        {"toolResult": {"toolUseId": result["id"], "content": [{"text": result["text"]}]}}
        for result in turn.get("results", [])
    ]
    for file in turn.get("files", []):
        if file["kind"] == "image":
            blocks.append({"image": {"format": "png", "source": {"bytes": file["bytes"]}}})
            continue
        document = {
            "format": "txt" if file["kind"] == "text" else file["kind"],
            "name": "report",
            "source": {"bytes": file["bytes"]},
        }
        if file["citations"]:
            document["citations"] = {"enabled": True}
        blocks.append({"document": document})
    blocks += turn.get("blocks", [])
    if "text" in turn:
        blocks.append({"text": turn["text"]})
    return blocks


def from_converse(answer: dict[str, Any]) -> Answer:
    expect(isinstance(answer["metrics"]["latencyMs"], int), "metrics.latencyMs")
    blocks = answer["output"]["message"]["content"]
    usage = answer["usage"]
    fields = answer.get("additionalModelResponseFields") or {}
    cited = [block["citationsContent"] for block in blocks if "citationsContent" in block]
    text = "".join(
        block.get("text")
        or "".join(part["text"] for part in block.get("citationsContent", {}).get("content", []))
        for block in blocks
    )
    thoughts = [block["reasoningContent"] for block in blocks if "reasoningContent" in block]
    reasoning = [each["reasoningText"] for each in thoughts if "reasoningText" in each]
    return Answer(
        text=text,
        stop=STOPS.get(answer["stopReason"], answer["stopReason"]),
        sequence=fields.get("stop_sequence") or fields.get("delta", {}).get("stop_sequence"),
        input=usage["inputTokens"],
        output=usage["outputTokens"],
        total=usage["totalTokens"],
        calls=[
            {"id": block["toolUse"]["toolUseId"], "name": block["toolUse"]["name"], "input": block["toolUse"]["input"]}
            for block in blocks
            if "toolUse" in block
        ],
        signature=reasoning[0]["signature"] if reasoning else "",
        thought=reasoning[0]["text"] if reasoning else "",
        cache_read=usage.get("cacheReadInputTokens", 0),
        cache_write=usage.get("cacheWriteInputTokens", 0),
        citations=[
            "".join(part["text"] for part in each["sourceContent"]) for content in cited for each in content["citations"]
        ],
        raw=blocks,
    )

"""What is Claude's own: what each model takes and refuses, thinking, caching, documents and the edge of its context."""

import copy
import pathlib
import re
import uuid
from typing import Any

from harness import (
    FABLE, GUIDE, NEWEST, Ask, contains, equal, expect, refused, requirement, says, target,
)

SCHEMA = {
    "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": False,
}
INVALID = (400, "ValidationException")
ADAPTIVE = {"thinking": {"type": "adaptive"}}
ENABLED = {"thinking": {"type": "enabled", "budget_tokens": 1024}}
# Anthropic's own word for a test that wants redacted thinking.
REDACT = (
    "ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING_"
    "46C9A13E193C177646C7398A98432ECCCE4C1253D5E2D82641AC0E52CC2876CB"
)


def check_claude(adapter: Any, tool: dict[str, Any]) -> None:
    """Adds the requirements of Claude's own rules."""
    check_capabilities(adapter, tool)
    check_context(adapter)
    check_thinking(adapter, tool)
    check_documents(adapter)
    connect = adapter.connect

    for ttl in ("5m", "1h"):
        @requirement(f"cache.{ttl}")
        def _(ttl=ttl):
            stones = " ".join(f"Stone {stone} is granite." for stone in range(400))
            ask = says("Which stone is it?", system=f"{uuid.uuid4()} {stones}", cache=ttl)
            connection = connect()
            first = connection.ask(ask)
            expect(first.cache_write > 1024, f"{first.cache_write} tokens written")
            equal(first.cache_read, 0)
            second = connection.ask(ask)
            equal((second.cache_read, second.cache_write), (first.cache_write, 0))
            equal(second.input, first.input)

    @requirement("tls")
    def _():
        secure = target["urls"]["secure"]
        connection = connect(url=secure)
        expect(connection.ask(says("Hello")).text)
        if adapter.streams:
            equal(connection.stream(says("Hello")).stop, "end")
        try:
            answer = connect(url=secure.replace("https:", "http:"), attempts=1).ask(says("Hello"))
        except Exception:
            return
        raise AssertionError(f"plain HTTP was answered: {answer}"[:300])

    if adapter.wire == "invoke":
        @requirement("error.max-tokens")
        def _():
            way = "stream" if adapter.streams else "ask"
            text = "The maximum tokens you requested exceeds the model limit of 64000"
            refused(adapter, lambda: getattr(connect(), way)(says("Hi", max_tokens=500_000)), *INVALID, text)
            newer = says("Hi", model=NEWEST, max_tokens=500_000)
            text = "max_tokens: 500000 > 128000, which is the maximum"
            refused(adapter, lambda: getattr(connect(), way)(newer), *INVALID, text)


def check_capabilities(adapter: Any, tool: dict[str, Any]) -> None:
    measured = target["urls"]["measured"]
    invoke = adapter.wire == "invoke"

    def refuses(name: str, text: str, ask: Ask, taken: Ask | None = None) -> None:
        @requirement(name)
        def _():
            refused(adapter, lambda: adapter.connect(url=measured).ask(ask), *INVALID, text)
            if taken is not None:
                expect(adapter.connect(url=measured).ask(taken).output > 0)

    text = "`temperature` is deprecated for this model."
    refuses("refuses.temperature", text, says("Hi", model=NEWEST, temperature=0.5), says("Hi", model=GUIDE, temperature=0.5))
    text = "`temperature` and `top_p` cannot both be specified for this model. Please use only one."
    both, one = says("Hi", temperature=0.5, top_p=0.9), says("Hi", top_p=0.9)
    refuses("refuses.temperature-and-top-p", text, both, one)
    for model in (GUIDE, NEWEST):
        unknown, known = {"anthropic_beta": ["oauth-2025-04-20"]}, {"anthropic_beta": ["context-1m-2025-08-07"]}
        refuses("refuses.beta", "invalid beta flag", says("Hi", model=model, more=unknown), says("Hi", model=model, more=known))
    if invoke:
        newer = {"anthropic_version": "2026-10-21"}
        text = "2026-10-21 is not a valid enum value"
        refuses("refuses.version", text, says("Hi", model=GUIDE, more=newer), says("Hi", model=NEWEST, more=newer))
        strict = {"tools": [{"name": "look", "description": "Look", "input_schema": SCHEMA, "strict": True}]}
        text = "tools.0.custom.strict: Extra inputs are not permitted"
        refuses("refuses.strict", text, says("Hi", model=NEWEST, more=strict), says("Hi", more=strict))
        image = {"type": "image", "source": {"type": "url", "url": "https://example.com/stone.png"}}
        turn = {"role": "user", "text": "What is it?", "blocks": [image]}
        refuses("refuses.url", "url", Ask(turns=[turn], model=NEWEST))
    form = {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}}
    text = "output_config.format: Extra inputs are not permitted"
    refuses("refuses.structured", text, says("Hi", model=NEWEST, more=form), says("Hi", more=form))
    text = '"thinking.type.enabled" is not supported for this model.'
    new = {"model": NEWEST, "max_tokens": 2048}
    refuses("refuses.thinking", text, says("Hi", more=ENABLED, **new), says("Hi", more=ADAPTIVE, **new))
    text = "adaptive thinking is not supported on this model"
    middle = {"model": GUIDE, "max_tokens": 2048}
    refuses("refuses.thinking", text, says("Hi", more=ADAPTIVE, max_tokens=2048), says("Hi", more=ADAPTIVE, **middle))
    text = "tool_choice: forcing tool use is not supported for this model."
    fable = {"model": FABLE, "tools": [tool]}
    refuses("refuses.tool-choice", text, says("Hi", choice="any", **fable), says("Hi", **fable))


def check_context(adapter: Any) -> None:
    connect = adapter.connect
    # A word is about a token: more than 200,000, and more than a million.
    long = "stone " * 260_000

    @requirement("context.too-long")
    def _():
        refused(adapter, lambda: connect().ask(says(long)), *INVALID, "Input is too long for requested model.")
        longer = says("stone " * 1_300_000, model=NEWEST)
        refused(adapter, lambda: connect().ask(longer), *INVALID, " tokens > 1000000 maximum")

    @requirement("context.1m")
    def _():
        answer = connect().ask(says(long, more={"anthropic_beta": ["context-1m-2025-08-07"]}))
        expect(answer.input > 200_000, f"{answer.input} tokens")


def check_thinking(adapter: Any, tool: dict[str, Any]) -> None:
    connect = adapter.connect
    thinking = {"thinking": 1024, "max_tokens": 2048}

    def again(ask: Ask, answer: Any, **turn: Any) -> Any:
        turns = [*ask.turns, {"role": "assistant", "answer": answer}, {"role": "user", **turn}]
        return connect().ask(Ask(**{**vars(ask), "turns": turns}))

    @requirement("thinking.altered")
    def _():
        ask = says("How many stones fit in a cart?", **thinking)
        answer = connect().ask(ask)
        expect(answer.thought, "a thought")
        expect(again(ask, answer, text="And in two carts?").text)
        altered = copy.copy(answer)
        altered.raw = exchange(answer.raw, answer.thought, f"{answer.thought} Or not.")
        text = "Invalid `signature` in `thinking` block"
        refused(adapter, lambda: again(ask, altered, text="And in two carts?"), *INVALID, text)

    @requirement("thinking.redacted")
    def _():
        ask = says(REDACT, **thinking)
        answer = connect().ask(ask)
        expect(re.search("redacted", repr(answer.raw), re.IGNORECASE), answer.raw)
        expect(again(ask, answer, text="And now?").text)

    @requirement("thinking.interleaved")
    def _():
        more = {"anthropic_beta": ["interleaved-thinking-2025-05-14"]}
        ask = says("What is the weather in Paris in celsius?", tools=[tool], more=more, **thinking)
        first = connect().ask(ask)
        equal(first.stop, "tool")
        expect(len(first.signature) > 20, "a signature before the call")
        results = [{"id": call["id"], "text": "Sunny, 21 degrees at station Bernina"} for call in first.calls]
        last = again(ask, first, results=results)
        contains(last.text, "Bernina")
        expect(len(last.signature) > 20, "a signature after the result")


def exchange(value: Any, old: str, new: str) -> Any:
    """The same data with one text exchanged, wherever it stands."""
    if value == old:
        return new
    if isinstance(value, list):
        return [exchange(each, old, new) for each in value]
    if isinstance(value, dict):
        return {key: exchange(each, old, new) for key, each in value.items()}
    return value


def reading(kind: str, name: str | None = None, citations: bool = False) -> Ask:
    data = pathlib.Path(target["fixtures"][name or kind]).read_bytes()
    file = {"kind": kind, "bytes": data, "citations": citations}
    return Ask(turns=[{"role": "user", "text": "What does it say?", "files": [file]}], max_tokens=400)


def check_documents(adapter: Any) -> None:
    connect, invoke = adapter.connect, adapter.wire == "invoke"

    if not invoke:
        @requirement("document.formats")
        def _():
            for kind in ("csv", "md", "html", "docx", "xlsx", "doc", "xls"):
                contains(connect().ask(reading(kind)).text, "Serizzo")

        @requirement("document.mislabelled")
        def _():
            for kind, name, text in [("docx", "text", "could not be parsed as the specified format"), ("xlsx", "docx", "could not be parsed as the specified format"), ("pdf", "docx", "PDF")]:
                refused(adapter, lambda: connect().ask(reading(kind, name)), *INVALID, text)

    @requirement("pdf.encrypted")
    def _():
        refused(adapter, lambda: connect().ask(reading("pdf", "encryptedPdf")), *INVALID, "password protected")

    @requirement("citations.locations")
    def _():
        places = ("char_location", "page_location") if invoke else ("documentChar", "documentPage")
        for kind, place in zip(("text", "pdf"), places):
            holds(connect().ask(reading(kind, citations=True)).raw, place)
        parts = [{"text": "The gneiss was cut in May."}, {"text": "Nobody bought it."}]
        cited = {"citations": {"enabled": True}}
        typed = [{"type": "text", **part} for part in parts]
        block = (
            {"type": "document", "source": {"type": "content", "content": typed}, **cited}
            if invoke
            else {"document": {"name": "parts", "source": {"content": parts}, **cited}}
        )
        answer = connect().ask(Ask(turns=[{"role": "user", "text": "What do they say?", "blocks": [block]}]))
        holds(answer.raw, "content_block_location" if invoke else "documentChunk")


def holds(raw: Any, name: str) -> None:
    """Whether an answer holds a name, however its client spells it."""
    contains(repr(raw).replace("_", "").lower(), name.replace("_", "").lower())

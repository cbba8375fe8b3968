"""The requirements of the runtime, written once in the plain vocabulary of harness.py."""

import base64
import concurrent.futures
import json
from typing import Any, Callable

from claude import check_claude
from faults import check_faults
from harness import (
    BARE, BLANK_TEXT, END_OF_LIFE, FIRST_ROLE, GUIDE, KEY_EXPIRED, KEY_FORMAT, MAIN, MAX_TOKENS, MISSING, NO_SCOPE,
    ON_DEMAND, RETIRED, STORY, UNKNOWN, UNKNOWN_KEY, UNKNOWN_MODEL, WEATHER, WRONG_KEY, WRONG_SECRET, Ask, Identity,
    Refusal, clock, contains, equal, expect, is_weather_input, model_arn, pair, profile_arn, reads, refused, requirement, says,
    short_term, target, temporary,
)

TOOL = {"name": "get_weather", "description": "Get the current weather of a city", "schema": WEATHER}


class Adapter:
    """One client on one wire: `connect` gives something with `ask` and, when it streams, `stream`."""

    wire: str
    streams: bool
    # What a broken stream ends in, as the client tells it.
    broken: dict[str, str] = {}

    def connect(self, identity: Identity | None = None, url: str | None = None, region: str | None = None,
                attempts: int | None = None) -> Any:
        raise NotImplementedError

    def describe(self, error: Exception) -> Refusal:
        raise NotImplementedError

    def clock(self, minutes: float) -> Any:
        """A context in which this client's clock is wrong by so many minutes."""
        return clock(minutes)


def check_runtime(adapter: Adapter) -> None:
    """Adds every requirement that this client can be asked."""
    connect, wire = adapter.connect, adapter.wire
    invalid = (400, "ValidationException")

    for way in ["ask", "stream"] if adapter.streams else ["ask"]:
        suffix = "" if way == "ask" else ".stream"

        @requirement(wire + suffix)
        def _(way=way):
            connection = connect()
            answer = getattr(connection, way)(says(STORY, max_tokens=600))
            expect(len(answer.text) > 100, answer.text)
            equal(answer.stop, "end")
            expect(answer.input > 5 and answer.output > 20, (answer.input, answer.output))
            if answer.total is not None:
                equal(answer.total, answer.input + answer.output)
            if way == "stream":
                other = connection.ask(says(STORY, max_tokens=600))
                equal(answer.text, other.text)
                equal((answer.input, answer.output), (other.input, other.output))

        @requirement("tools" + suffix)
        def _(way=way):
            connection = connect()
            ask = says("What is the weather in Paris in celsius?", tools=[TOOL], max_tokens=500)
            first = getattr(connection, way)(ask)
            equal(first.stop, "tool")
            equal([call["name"] for call in first.calls], ["get_weather"])
            is_weather_input(first.calls[0]["input"])
            results = [{"id": first.calls[0]["id"], "text": "Sunny, 21 degrees, measured at station Bernina"}]
            turns = [*ask.turns, {"role": "assistant", "answer": first}, {"role": "user", "results": results}]
            last = getattr(connection, way)(Ask(turns=turns, tools=[TOOL], max_tokens=500))
            equal(last.stop, "end")
            equal(last.calls, [])
            contains(last.text, "Bernina")

        @requirement("stop.sequence" + suffix)
        def _(way=way):
            answer = getattr(connect(), way)(says("Say exactly: granite, basalt, marble and slate", stop=["marble"]))
            contains(answer.text, "granite, basalt")
            expect("marble" not in answer.text, answer.text)
            equal(answer.stop, "sequence")
            if answer.sequence is not None:
                equal(answer.sequence, "marble")

        @requirement("error.unknown-model" + suffix)
        def _(way=way):
            refused(adapter, lambda: getattr(connect(), way)(says("Hello", model=UNKNOWN)), *invalid, UNKNOWN_MODEL)

    if wire == "invoke":
        @requirement("invoke.guide")
        def _():
            expect(connect().ask(says("Hello, world", model=GUIDE, max_tokens=256)).text)

    @requirement("conversation")
    def _():
        connection = connect()
        last = {"role": "user", "text": "And which is the softest?"}
        alone = connection.ask(Ask(turns=[last]))
        first = {"role": "user", "text": "Which stone is the hardest?"}
        answer = connection.ask(Ask(turns=[first, {"role": "assistant", "text": "Diamond is the hardest."}, last]))
        expect(answer.text)
        expect(answer.input > alone.input + 5, (answer.input, alone.input))

    @requirement("system")
    def _():
        connection = connect()
        without = connection.ask(says("Hello"))
        answer = connection.ask(says("Hello", system="You are a geologist and answer briefly."))
        expect(answer.text)
        expect(answer.input > without.input, (answer.input, without.input))

    @requirement("stop.max-tokens")
    def _():
        for limit in (1, 12):
            answer = connect().ask(says(STORY, max_tokens=limit))
            equal(answer.stop, "length")
            equal(answer.output, limit)

    @requirement("tools.choice")
    def _():
        search = {"name": "search", "description": "Search the archive", "schema": {"type": "object", "properties": {}}}
        named = connect().ask(says("Hello", tools=[search, TOOL], choice="get_weather"))
        equal(named.stop, "tool")
        equal([call["name"] for call in named.calls], ["get_weather"])
        is_weather_input(named.calls[0]["input"])
        forced = connect().ask(says("Hello", tools=[search], choice="any"))
        equal([call["name"] for call in forced.calls], ["search"])

    @requirement("thinking")
    def _():
        connection = connect()
        ask = says("How many stones fit in a cart?", thinking=1024, max_tokens=2048)
        answer = connection.ask(ask)
        expect(answer.text)
        expect(len(answer.signature) > 20, "a signature")
        turns = [*ask.turns, {"role": "assistant", "answer": answer}, {"role": "user", "text": "And in two carts?"}]
        expect(connection.ask(Ask(turns=turns, thinking=1024, max_tokens=2048)).text)

    @requirement("structured")
    def _():
        schema = {
            "type": "object",
            "properties": {"city": {"type": "string"}, "tonnes": {"type": "integer"}},
            "required": ["city", "tonnes"],
            "additionalProperties": False,
        }
        value = json.loads(connect().ask(says("Which city sold how many tonnes?", schema=schema)).text)
        equal(sorted(value), ["city", "tonnes"])
        expect(isinstance(value["city"], str) and isinstance(value["tonnes"], int), value)

    check_files(adapter)
    check_errors(adapter)
    check_identity(adapter)
    check_traffic(adapter)
    check_faults(adapter, TOOL)
    check_claude(adapter, TOOL)


def check_files(adapter: Adapter) -> None:
    connect = adapter.connect

    # Every sentence of the fixtures holds a word that no question holds.
    @requirement(f"pdf.{adapter.wire}")
    def _():
        contains(connect().ask(reads("pdf", "What does the report say?")).text, "Kestrel")

    if adapter.wire == "converse":
        @requirement("pdf.modes")
        def _():
            connection = connect()
            as_text = connection.ask(reads("pdf", "What does the report say?"))
            seen = connection.ask(reads("pdf", "What does the report say?", citations=True))
            expect(500 < as_text.input < 2000, f"{as_text.input} tokens as text")
            expect(5000 < seen.input < 10_000, f"{seen.input} tokens as pages")

    @requirement("pdf.broken")
    def _():
        ask = reads("pdf", "What does the report say?", name="brokenPdf")
        refused(adapter, lambda: connect().ask(ask), 400, "ValidationException", "PDF")

    @requirement("document.text")
    def _():
        contains(connect().ask(reads("text", "What do the notes say?")).text.lower(), "gneiss")

    @requirement("document.citations")
    def _():
        answer = connect().ask(reads("text", "What do the notes say?", citations=True))
        contains(answer.text.lower(), "gneiss")
        expect(answer.citations, "at least one citation")
        with open(target["fixtures"]["text"], encoding="utf8") as notes:
            text = notes.read()
        for cited in answer.citations:
            expect(cited and cited in text, f"cited {cited!r}")

    @requirement("image")
    def _():
        connection = connect()
        without = connection.ask(says("What is in the picture?"))
        answer = connection.ask(reads("image", "What is in the picture?"))
        expect(answer.text)
        expect(answer.input >= without.input + 50, (answer.input, without.input))


def check_errors(adapter: Adapter) -> None:
    connect = adapter.connect
    measured = target["urls"]["measured"]
    invalid = (400, "ValidationException")

    def add(name: str, call: Callable[[], Any], *expected: Any) -> None:
        requirement(name)(lambda: refused(adapter, call, *expected))

    add("error.unavailable-scope", lambda: connect().ask(says("Hi", model=NO_SCOPE)), *invalid, UNKNOWN_MODEL)
    add("error.on-demand", lambda: connect(url=measured).ask(says("Hi", model=BARE)), *invalid, ON_DEMAND)
    add("error.end-of-life", lambda: connect(url=measured).ask(says("Hi", model=RETIRED)), 404,
        "ResourceNotFoundException", END_OF_LIFE)
    add("error.too-large", lambda: connect(attempts=1).ask(says("stone " * 3_600_000)), 413, None, "20")
    if adapter.wire == "converse":
        add("error.first-role", lambda: connect().ask(Ask(turns=[{"role": "assistant", "text": "Hi"}])), *invalid,
            FIRST_ROLE)
        add("error.blank-text", lambda: connect().ask(says("   ")), *invalid, BLANK_TEXT)
        add("error.max-tokens", lambda: connect().ask(says("Hi", max_tokens=500_000)), *invalid, MAX_TOKENS)


def check_identity(adapter: Adapter) -> None:
    connect = adapter.connect

    def deny(name: str, identity: Callable[[], Identity], code: str | None, text: str) -> None:
        requirement(name)(
            lambda: refused(adapter, lambda: connect(identity(), attempts=1).ask(says("Hello")), 403, code, text)
        )

    def accept(name: str, identity: Callable[[], Identity | None] = lambda: None, way: str = "ask", model: str = MAIN,
               region: str | None = None) -> None:
        requirement(name)(
            lambda: expect(getattr(connect(identity(), region=region), way)(says("Hello", model=model)).text)
        )

    deny("auth.missing", lambda: Identity(), "MissingAuthenticationTokenException", MISSING)
    deny("auth.unknown-key", lambda: pair(access="AKIAUNKNOWNUNKNOWN77"), "UnrecognizedClientException", UNKNOWN_KEY)
    deny("auth.wrong-secret", lambda: pair(secret="wrong"), "InvalidSignatureException", WRONG_SECRET)
    for name, minutes, text in [
        ("auth.skewed-clock", -6, "Signature expired: "),
        ("auth.skewed-clock.future", 6, "Signature not yet current: "),
    ]:
        @requirement(name)
        def _(minutes=minutes, text=text):
            with adapter.clock(minutes):
                connection = connect(attempts=1)
                refused(adapter, lambda: connection.ask(says("Hello")), 403, "InvalidSignatureException", text)

    accept("auth.session-token", temporary)
    deny("auth.wrong-session-token", lambda: temporary(session="wrong"), "UnrecognizedClientException", UNKNOWN_KEY)
    accept("auth.other-region", model="eu.anthropic.claude-sonnet-4-5-20250929-v1:0", region="eu-west-1")

    accept("key.long-term", lambda: Identity(bearer=target["bearer"]))
    accept("key.short-term", lambda: Identity(bearer=short_term(pair())))
    accept("key.short-term.session", lambda: Identity(bearer=short_term(temporary())))
    if adapter.streams:
        accept("key.stream", lambda: Identity(bearer=target["bearer"]), "stream")
    wrong = "ABSK" + base64.b64encode(b"BedrockAPIKey-wrong-at-123456789012:wrong").decode()
    deny("key.wrong", lambda: Identity(bearer=wrong), "AccessDeniedException", WRONG_KEY)
    deny("key.forged", lambda: Identity(bearer=short_term(pair(secret="wrong"))), "AccessDeniedException", WRONG_KEY)

    def old() -> Identity:
        with clock(-13 * 60):
            return Identity(bearer=short_term(pair()))

    deny("key.expired", old, None, KEY_EXPIRED)
    deny("key.format", lambda: Identity(bearer="sk-ant-something"), "AccessDeniedException", KEY_FORMAT)

    accept("id.profile-arn", model=profile_arn(MAIN))
    accept("id.model-arn", model=model_arn(BARE))


def check_traffic(adapter: Adapter) -> None:
    @requirement("attempts")
    def _():
        connection = adapter.connect()
        connection.ask(says("Hello"))
        equal(connection.attempts(), 1)

    if not adapter.streams:
        return

    @requirement("streams.concurrent")
    def _():
        connection = adapter.connect()
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(lambda _: connection.stream(says(STORY, max_tokens=600)), range(20)))
        expect(len(answers[0].text) > 100)
        for answer in answers:
            equal((answer.text, answer.stop, answer.output), (answers[0].text, "end", answers[0].output))


def to_messages(ask: Ask) -> dict[str, Any]:
    """The body of InvokeModel, without model, stream and version."""
    body: dict[str, Any] = {
        "max_tokens": ask.max_tokens,
        "messages": [{"role": turn["role"], "content": _content(turn)} for turn in ask.turns],
    }
    if ask.system is not None:
        kept = {"type": "text", "text": ask.system, "cache_control": {"type": "ephemeral", "ttl": ask.cache}}
        body["system"] = ask.system if ask.cache is None else [kept]
    if ask.stop is not None:
        body["stop_sequences"] = ask.stop
    if ask.tools is not None:
        body["tools"] = [
            {"name": tool["name"], "description": tool["description"], "input_schema": tool["schema"]}
            for tool in ask.tools
        ]
    if ask.choice is not None:
        body["tool_choice"] = {"type": "any"} if ask.choice == "any" else {"type": "tool", "name": ask.choice}
    if ask.thinking is not None:
        body["thinking"] = {"type": "enabled", "budget_tokens": ask.thinking}
    if ask.schema is not None:
        body["output_config"] = {"format": {"type": "json_schema", "schema": ask.schema}}
    if ask.temperature is not None:
        body["temperature"] = ask.temperature
    if ask.top_p is not None:
        body["top_p"] = ask.top_p
    return {**body, **(ask.more or {})}


def _content(turn: dict[str, Any]) -> Any:
    if "answer" in turn:
        return turn["answer"].raw
    blocks: list[dict[str, Any]] = [
        {"type": "tool_result", "tool_use_id": result["id"], "content": result["text"]}
        for result in turn.get("results", [])
    ]
    for file in turn.get("files", []):
        media = {"pdf": "application/pdf", "image": "image/png"}
        source = (
            {"type": "text", "media_type": "text/plain", "data": file["bytes"].decode()}
            if file["kind"] == "text"
            else {
                "type": "base64",
                "media_type": media[file["kind"]],
                "data": base64.b64encode(file["bytes"]).decode(),
            }
        )
        block = {"type": "image" if file["kind"] == "image" else "document", "source": source}
        if file["citations"]:
            block["citations"] = {"enabled": True}
        blocks.append(block)
    blocks += turn.get("blocks", [])
    if not blocks:
        return turn["text"]
    if "text" in turn:
        blocks.append({"type": "text", "text": turn["text"]})
    return blocks


STOPS = {"end_turn": "end", "max_tokens": "length", "stop_sequence": "sequence", "tool_use": "tool"}

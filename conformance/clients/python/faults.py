"""What a script answers, and what a client makes of an endpoint that fails in each of the ways of docs/reference/scripts.md."""

import json
import os
import re
from typing import Any

from harness import equal, expect, requirement, says, target

ERRORS = [
    ("modelTimeout", 408, "ModelTimeoutException"),
    ("modelError", 424, "ModelErrorException"),
    ("modelNotReady", 429, "ModelNotReadyException"),
    ("internal", 500, "InternalServerException"),
    ("unavailable", 503, "ServiceUnavailableException"),
]


def check_faults(adapter: Any, tool: dict[str, Any]) -> None:
    """Adds the requirements of scripts and faults."""
    scripted = target["urls"]["scripted"]

    for way in ["ask", "stream"] if adapter.streams else ["ask"]:
        @requirement("script.answer")
        def _(way=way):
            ask = says("script: everything", tools=[tool], thinking=1024, max_tokens=2048)
            answer = getattr(adapter.connect(url=scripted), way)(ask)
            equal(answer.text.strip(), "Let me look at the gauge.")
            equal(answer.stop, "tool")
            called = [(call["name"], call["input"]) for call in answer.calls]
            equal(called, [("get_weather", {"city": "Bernina", "unit": "celsius"})])
            expect(len(answer.signature) > 20, "a signature")
            equal((answer.input, answer.output), (1234, 56))

    @requirement("fault.retry")
    def _():
        connection = adapter.connect(url=scripted, attempts=3)
        answer = connection.ask(says(f"throttle once: {os.environ['CONFORMANCE_CLIENT']}."))
        equal(answer.text, "At last.")
        attempts = getattr(connection, "attempts", None)
        if attempts is not None:
            equal(attempts(), 2)

    @requirement("fault.errors")
    def _():
        for kind, status, code in ERRORS:
            try:
                answer = adapter.connect(url=scripted, attempts=1).ask(says(f"fault: {kind}."))
            except Exception as error:
                shown = adapter.describe(error)
                if shown.status is not None:
                    equal(shown.status, status, shown)
                if shown.code is not None:
                    equal(shown.code, code, shown)
                continue
            raise AssertionError(f"{kind} was answered: {answer}"[:300])

    for name, text in [("exception", "fault: exception"), ("half-frame", "fault: half frame"), ("drop", "fault: drop")]:
        if name not in adapter.broken:
            continue

        @requirement(f"fault.{name}")
        def _(text=text, expected=adapter.broken[name]):
            try:
                answer = adapter.connect(url=scripted, attempts=1).stream(says(text))
                told = f"answered {json.dumps(answer.text)}, stopped by {answer.stop}"
            except Exception as error:
                told = f"{type(error).__name__}: {error}"
            expect(re.search(expected, told), f"expected {expected}, got {told}")

package conformance;

import static conformance.Harness.equal;
import static conformance.Harness.expect;
import static conformance.Harness.refusal;
import static conformance.Harness.requirement;

import conformance.Plain.Answer;
import conformance.Plain.Ask;
import conformance.Plain.Options;
import java.util.List;
import java.util.regex.Pattern;

/** What a script answers, and what a client makes of an endpoint that fails (docs/reference/scripts.md). */
final class Faults {
    /** What a broken stream ends in, as the client tells it. */
    record Broken(String exception, String halfFrame, String drop) {}

    private record Kind(String name, int status, String code) {}

    private static final List<Kind> KINDS =
        List.of(
            new Kind("modelTimeout", 408, "ModelTimeoutException"),
            new Kind("modelError", 424, "ModelErrorException"),
            new Kind("modelNotReady", 429, "ModelNotReadyException"),
            new Kind("internal", 500, "InternalServerException"),
            new Kind("unavailable", 503, "ServiceUnavailableException"));

    private final Plain.Adapter client;
    private final Options scripted = Options.at(Harness.url("scripted"));
    private final Options once = Options.single(Harness.url("scripted"));

    Faults(Plain.Adapter client) {
        this.client = client;
    }

    void add() {
        for (Checks.Way way : List.<Checks.Way>of(Plain.Connection::ask, Plain.Connection::stream)) {
            requirement("script.answer", () -> everything(way.go(client.connect(scripted), asked())));
        }
        requirement(
            "fault.retry",
            () -> {
                Plain.Connection one = client.connect(scripted);
                equal(one.ask(Ask.says("throttle once: " + System.getenv("CONFORMANCE_CLIENT") + ".")).text(), "At last.");
                equal(one.attempts(), 2);
            });
        requirement(
            "fault.errors",
            () -> {
                for (Kind kind : KINDS) {
                    Ask ask = Ask.says("fault: " + kind.name() + ".");
                    client.isRefused(refusal(() -> client.connect(once).ask(ask)), kind.status(), kind.code(), "");
                }
            });
        broken("fault.exception", "fault: exception", client.broken().exception());
        broken("fault.half-frame", "fault: half frame", client.broken().halfFrame());
        broken("fault.drop", "fault: drop", client.broken().drop());
    }

    private static Ask asked() {
        return Ask.says("script: everything").tools(List.of(Checks.WEATHER), null).thinking(1024).most(2048);
    }

    private static void everything(Answer answer) {
        equal(answer.text(), "Let me look at the gauge.");
        equal(answer.stop(), "tool_use");
        expect(answer.calls().size() == 1 && answer.calls().get(0).input().get("city").equals("Bernina"), answer.calls());
        expect(answer.signature().length() > 20, "a signature");
        equal(List.of(answer.input(), answer.output()), List.of(1234, 56));
    }

    private void broken(String id, String text, String expected) {
        requirement(
            id,
            () -> {
                String told;
                try {
                    Answer answer = client.connect(once).stream(Ask.says(text));
                    told = "answered " + answer.text() + ", stopped by " + answer.stop();
                } catch (Exception | AssertionError error) {
                    told = Harness.unwrap(error).toString();
                }
                expect(Pattern.compile(expected).matcher(told).find(), "expected " + expected + ", told " + told);
            });
    }
}

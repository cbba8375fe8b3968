package conformance;

import static conformance.Harness.equal;
import static conformance.Harness.expect;
import static conformance.Harness.fixture;
import static conformance.Harness.refusal;
import static conformance.Harness.requirement;

import conformance.Plain.Answer;
import conformance.Plain.Ask;
import conformance.Plain.Options;
import conformance.Plain.Turn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What is Claude's own: what each model takes and refuses, thinking, caching, documents and the edge of its context. */
final class Claude {
    private static final String NEWEST = "global.anthropic.claude-opus-4-8";
    private static final String FABLE = "global.anthropic.claude-fable-5-1";

    /** Anthropic's own word for a test that wants redacted thinking. */
    private static final String REDACT =
        "ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING_"
            + "46C9A13E193C177646C7398A98432ECCCE4C1253D5E2D82641AC0E52CC2876CB";

    private final Plain.Adapter client;

    Claude(Plain.Adapter client) {
        this.client = client;
    }

    void add() {
        capabilities();
        if (!client.converse()) ofInvoke();
        context();
        for (String ttl : List.of("5m", "1h")) requirement("cache." + ttl, () -> cache(ttl));
        requirement("thinking.redacted", this::redacted);
        refused("pdf.encrypted", Ask.reads("pdf", encrypted(), false, "What does it say?"), "password protected");
    }

    private static byte[] encrypted() {
        try {
            return fixture("encryptedPdf");
        } catch (java.io.IOException error) {
            throw new java.io.UncheckedIOException(error);
        }
    }

    private Answer ask(Ask ask) throws Exception {
        return client.connect(Options.USUAL).ask(ask);
    }

    private void refused(String id, Ask ask, String text) {
        requirement(id, () -> client.isRefused(refusal(() -> ask(ask)), 400, "ValidationException", text));
    }

    private static Ask hi(String model, Map<String, Object> more) {
        return Ask.says("Hi").of(model).most(2048).more(more);
    }

    /** The version that this SDK sends by itself is not known to models up to 4.6: there, an older one is asked for. */
    private Ask older(Ask ask) {
        if (client.converse() || ask.model().equals(NEWEST) || ask.model().equals(FABLE)) return ask;
        Map<String, Object> more = new HashMap<>(Map.of("anthropic_version", "bedrock-2023-05-31"));
        more.putAll(ask.more());
        return ask.more(more);
    }

    private void refuses(String id, String text, Ask refused, Ask taken) {
        Options measured = Options.at(Harness.url("measured"));
        requirement(
            id,
            () -> {
                Throwable error = refusal(() -> client.connect(measured).ask(older(refused)));
                client.isRefused(error, 400, "ValidationException", text);
                expect(client.connect(measured).ask(older(taken)).output() > 0, "an answer");
            });
    }

    private void capabilities() {
        String main = Harness.MAIN;
        String guide = Harness.GUIDE;
        Map<String, Object> warm = Map.of("temperature", 0.5);
        refuses("refuses.temperature", "`temperature` is deprecated for this model.", hi(NEWEST, warm), hi(guide, warm));
        refuses(
            "refuses.temperature-and-top-p",
            "`temperature` and `top_p` cannot both be specified for this model. Please use only one.",
            hi(main, Map.of("temperature", 0.5, "top_p", 0.9)),
            hi(main, Map.of("top_p", 0.9)));
        Map<String, Object> known = Map.of("anthropic_beta", List.of("context-1m-2025-08-07"));
        Map<String, Object> unknown = Map.of("anthropic_beta", List.of("oauth-2025-04-20"));
        refuses("refuses.beta", "invalid beta flag", hi(guide, unknown), hi(guide, known));
        refuses("refuses.beta", "invalid beta flag", hi(NEWEST, unknown), hi(NEWEST, known));
        Map<String, Object> schema = Map.of("type", "object", "properties", Map.of(), "additionalProperties", false);
        Map<String, Object> form =
            Map.of("output_config", Map.of("format", Map.of("type", "json_schema", "schema", schema)));
        String extra = "output_config.format: Extra inputs are not permitted";
        refuses("refuses.structured", extra, hi(NEWEST, form), hi(main, form));
        Map<String, Object> adaptive = Map.of("thinking", Map.of("type", "adaptive"));
        Map<String, Object> enabled = Map.of("thinking", Map.of("type", "enabled", "budget_tokens", 1024));
        String budget = "\"thinking.type.enabled\" is not supported for this model.";
        refuses("refuses.thinking", budget, hi(NEWEST, enabled), hi(NEWEST, adaptive));
        String early = "adaptive thinking is not supported on this model";
        refuses("refuses.thinking", early, hi(main, adaptive), hi(guide, adaptive));
        Ask offered = Ask.says("Hi").of(FABLE);
        refuses(
            "refuses.tool-choice",
            "tool_choice: forcing tool use is not supported for this model.",
            offered.tools(List.of(Checks.WEATHER), "any"),
            offered.tools(List.of(Checks.WEATHER), null));
    }

    private void ofInvoke() {
        Options measured = Options.at(Harness.url("measured"));
        Map<String, Object> version = Map.of("anthropic_version", "2026-10-21");
        requirement(
            "refuses.version",
            () -> {
                Throwable error = refusal(() -> client.connect(measured).ask(hi(Harness.GUIDE, version)));
                client.isRefused(error, 400, "ValidationException", "2026-10-21 is not a valid enum value");
                expect(client.connect(measured).ask(hi(NEWEST, version)).output() > 0, "an answer");
            });
    }

    private void context() {
        Ask large = Ask.says("stone ".repeat(260_000));
        refused("context.too-long", large, "Input is too long for requested model.");
        refused("context.too-long", Ask.says("stone ".repeat(1_300_000)).of(NEWEST), " tokens > 1000000 maximum");
        requirement(
            "context.1m",
            () -> {
                Answer answer = ask(large.more(Map.of("anthropic_beta", List.of("context-1m-2025-08-07"))));
                expect(answer.input() > 200_000, answer.input());
            });
    }

    private void cache(String ttl) throws Exception {
        String stones =
            IntStream.range(0, 400).mapToObj(stone -> "Stone " + stone + " is granite.").collect(Collectors.joining(" "));
        Ask ask = Ask.says("Which stone is it?").system(UUID.randomUUID() + " " + stones).cache(ttl);
        Answer first = ask(ask);
        expect(first.cacheWrite() > 1024 && first.cacheRead() == 0, first.cacheWrite() + ", " + first.cacheRead());
        Answer second = ask(ask);
        equal(
            List.of(second.cacheRead(), second.cacheWrite(), second.input()), List.of(first.cacheWrite(), 0, first.input()));
    }

    private void redacted() throws Exception {
        Ask ask = Ask.says(REDACT).thinking(1024).most(2048);
        Answer answer = ask(ask);
        equal(answer.signature(), "");
        List<Turn> turns = new ArrayList<>(ask.turns());
        turns.add(Turn.again(answer));
        turns.add(Turn.user("And now?"));
        expect(!ask(ask.then(turns)).text().isEmpty(), "an answer");
    }
}

package conformance;

import static conformance.Harness.contains;
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
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The requirements of the runtime, written once for both of its APIs. */
final class Checks {
    static final String STORY = "Write a story of 400 words about a quarry.";
    static final Plain.Tool WEATHER =
        new Plain.Tool(
            "get_weather",
            "Get the current weather of a city",
            Map.of(
                "type", "object",
                "properties",
                    Map.of(
                        "city", Map.of("type", "string"),
                        "unit", Map.of("type", "string", "enum", List.of("celsius", "fahrenheit"))),
                "required", List.of("city", "unit"),
                "additionalProperties", false));

    private final Plain.Adapter client;

    Checks(Plain.Adapter client) {
        this.client = client;
    }

    private Plain.Connection connect() {
        return client.connect(Options.USUAL);
    }

    void add() {
        answers(false);
        answers(true);
        turns();
        files();
        errors();
        identity();
        traffic();
        new Faults(client).add();
        new Claude(client).add();
    }

    interface Way {
        Answer go(Plain.Connection connection, Ask ask) throws Exception;
    }

    private void answers(boolean streamed) {
        String suffix = streamed ? ".stream" : "";
        Way way = streamed ? Plain.Connection::stream : Plain.Connection::ask;
        requirement(
            (client.converse() ? "converse" : "invoke") + suffix,
            () -> {
                Plain.Connection one = connect();
                Answer answer = way.go(one, Ask.says(STORY).most(600));
                expect(answer.text().length() > 100, "a story, not " + answer.text());
                equal(answer.stop(), "end_turn");
                expect(answer.input() > 5 && answer.output() > 20, answer);
                equal(answer.total(), answer.input() + answer.output());
                if (!streamed) return;
                Answer other = one.ask(Ask.says(STORY).most(600));
                equal(answer.text(), other.text());
                equal(List.of(answer.input(), answer.output()), List.of(other.input(), other.output()));
            });
        requirement("tools" + suffix, () -> roundTrip(connect(), way));
        requirement(
            "stop.sequence" + suffix,
            () -> {
                Answer answer = way.go(connect(), Ask.says("Say exactly: granite, basalt, marble and slate").stop("marble"));
                contains(answer.text(), "granite, basalt");
                expect(!answer.text().contains("marble"), answer.text());
                equal(answer.stop(), "stop_sequence");
                equal(answer.sequence(), "marble");
            });
        refused(
            "error.unknown-model" + suffix,
            () -> way.go(connect(), Ask.says("Hello").of(Harness.UNKNOWN)),
            400,
            "ValidationException",
            Harness.UNKNOWN_MODEL);
    }

    private static void roundTrip(Plain.Connection one, Way way) throws Exception {
        Ask ask = Ask.says("What is the weather in Paris in celsius?").tools(List.of(WEATHER), null).most(500);
        Answer first = way.go(one, ask);
        equal(first.stop(), "tool_use");
        equal(first.calls().size(), 1);
        isWeather(first.calls().get(0));
        Plain.Result result = new Plain.Result(first.calls().get(0).id(), "Sunny, 21 degrees, measured at station Bernina");
        List<Turn> turns = new ArrayList<>(ask.turns());
        turns.add(Turn.again(first));
        turns.add(new Turn("user", null, List.of(), List.of(result), null));
        Answer last = way.go(one, ask.then(turns));
        equal(last.stop(), "end_turn");
        equal(last.calls(), List.of());
        contains(last.text(), "Bernina");
    }

    private static void isWeather(Plain.Call call) {
        equal(call.name(), "get_weather");
        expect(call.input().get("city") instanceof String, call);
        expect(List.of("celsius", "fahrenheit").contains(call.input().get("unit")), call);
        equal(call.input().size(), 2);
    }

    private void turns() {
        if (!client.converse()) {
            requirement(
                "invoke.guide",
                () -> expect(!connect().ask(Ask.says("Hello, world").of(Harness.GUIDE).most(256)).text().isEmpty(), "an answer"));
        }
        requirement(
            "conversation",
            () -> {
                Turn last = Turn.user("And which is the softest?");
                Answer alone = connect().ask(Ask.of(List.of(last)));
                Turn first = Turn.user("Which stone is the hardest?");
                Answer answer = connect().ask(Ask.of(List.of(first, Turn.assistant("Diamond is the hardest."), last)));
                expect(!answer.text().isEmpty() && answer.input() > alone.input() + 5, answer.input() + ", " + alone.input());
            });
        requirement(
            "system",
            () -> {
                Answer without = connect().ask(Ask.says("Hello"));
                Answer answer = connect().ask(Ask.says("Hello").system("You are a geologist and answer briefly."));
                expect(!answer.text().isEmpty() && answer.input() > without.input(), answer.input() + ", " + without.input());
            });
        requirement(
            "stop.max-tokens",
            () -> {
                for (int most : new int[] {1, 12}) {
                    Answer answer = connect().ask(Ask.says(STORY).most(most));
                    equal(answer.stop(), "max_tokens");
                    equal(answer.output(), most);
                }
            });
        requirement(
            "tools.choice",
            () -> {
                Map<String, Object> schema = Map.of("type", "object", "properties", Map.of());
                Plain.Tool search = new Plain.Tool("search", "Search the archive", schema);
                Answer named = connect().ask(Ask.says("Hello").tools(List.of(search, WEATHER), "get_weather"));
                equal(named.stop(), "tool_use");
                equal(named.calls().size(), 1);
                isWeather(named.calls().get(0));
                Answer any = connect().ask(Ask.says("Hello").tools(List.of(search), "any"));
                equal(any.calls().stream().map(Plain.Call::name).toList(), List.of("search"));
            });
        requirement(
            "thinking",
            () -> {
                Ask ask = Ask.says("How many stones fit in a cart?").thinking(1024).most(2048);
                Answer answer = connect().ask(ask);
                expect(!answer.text().isEmpty() && answer.signature().length() > 20, "a signature");
                List<Turn> turns = new ArrayList<>(ask.turns());
                turns.add(Turn.again(answer));
                turns.add(Turn.user("And in two carts?"));
                expect(!connect().ask(ask.then(turns)).text().isEmpty(), "an answer");
            });
    }

    private void files() {
        // Every sentence of the fixtures holds a word that no question holds.
        String question = "What does the report say?";
        requirement(
            client.converse() ? "pdf.converse" : "pdf.invoke",
            () -> contains(connect().ask(Ask.reads("pdf", fixture("pdf"), false, question)).text(), "Kestrel"));
        if (client.converse()) {
            requirement(
                "pdf.modes",
                () -> {
                    int asText = connect().ask(Ask.reads("pdf", fixture("pdf"), false, question)).input();
                    int seen = connect().ask(Ask.reads("pdf", fixture("pdf"), true, question)).input();
                    expect(asText > 500 && asText < 2000, asText + " tokens as text");
                    expect(seen > 5000 && seen < 10_000, seen + " tokens as pages");
                });
        }
        refused(
            "pdf.broken",
            () -> connect().ask(Ask.reads("pdf", fixture("brokenPdf"), false, question)),
            400,
            "ValidationException",
            "PDF");
        requirement(
            "document.text",
            () -> {
                Answer answer = connect().ask(Ask.reads("text", fixture("text"), false, "What do the notes say?"));
                contains(answer.text().toLowerCase(), "gneiss");
            });
        requirement(
            "document.citations",
            () -> {
                Answer answer = connect().ask(Ask.reads("text", fixture("text"), true, "What do the notes say?"));
                contains(answer.text().toLowerCase(), "gneiss");
                expect(!answer.citations().isEmpty(), "at least one citation");
                for (String cited : answer.citations()) {
                    expect(!cited.isEmpty(), "a cited text");
                    contains(new String(fixture("text")), cited);
                }
            });
        requirement(
            "image",
            () -> {
                Answer without = connect().ask(Ask.says("What is in the picture?"));
                Answer answer = connect().ask(Ask.reads("image", fixture("image"), false, "What is in the picture?"));
                expect(!answer.text().isEmpty(), "an answer");
                expect(answer.input() >= without.input() + 50, answer.input() + ", " + without.input());
            });
    }

    private void refused(String id, Callable<?> call, int status, String code, String text) {
        requirement(id, () -> client.isRefused(refusal(call), status, code, text));
    }

    private void invalid(String id, Options how, Ask ask, String text) {
        refused(id, () -> client.connect(how).ask(ask), 400, "ValidationException", text);
    }

    private void errors() {
        Options measured = Options.at(Harness.url("measured"));
        Ask hi = Ask.says("Hi");
        invalid("error.unavailable-scope", Options.USUAL, hi.of(Harness.NO_SCOPE), Harness.UNKNOWN_MODEL);
        invalid(
            "error.on-demand",
            measured,
            hi.of(Harness.BARE),
            "Invocation of model ID " + Harness.BARE + " with on-demand throughput isn\u2019t supported. "
                + "Retry your request with the ID or ARN of an inference profile that contains this model.");
        refused(
            "error.end-of-life",
            () -> client.connect(measured).ask(hi.of(Harness.RETIRED)),
            404,
            "ResourceNotFoundException",
            "This model version has reached the end of its life.");
        // In two parts, because Jackson reads no string of more than 20 million characters.
        Turn half = Turn.user("stone ".repeat(1_800_000));
        Ask large = Ask.of(List.of(half, Turn.assistant("Go on."), half));
        refused("error.too-large", () -> client.connect(Options.single()).ask(large), 413, null, "20");
        invalid(
            "error.model-id-pattern",
            Options.USUAL,
            hi.of("not a model"),
            "1 validation error detected: Value 'not a model' at 'modelId' failed to satisfy constraint: ");
        if (!client.converse()) return;
        String first =
            "A conversation must start with a user message. Try again with a conversation that starts with a user message.";
        invalid("error.first-role", Options.USUAL, Ask.of(List.of(Turn.assistant("Hi"))), first);
        String blank = "The text field in the ContentBlock object at messages.0.content.0 is blank. ";
        invalid("error.blank-text", Options.USUAL, Ask.says("   "), blank + "Add text to the text field, and try again.");
        String most = "The maximum tokens you requested exceeds the model limit of ";
        invalid("error.max-tokens", Options.USUAL, hi.most(500_000), most);
    }

    static String wrongBearer() {
        String name = "BedrockAPIKey-wrong-at-" + Harness.ACCOUNT + ":wrong";
        return "ABSK" + Base64.getEncoder().encodeToString(name.getBytes());
    }

    private void identity() {
        Harness.Keys keys = Harness.Keys.of("keys");
        Harness.Keys temporary = Harness.Keys.of("temporary");
        Harness.Keys other = new Harness.Keys(temporary.id(), temporary.secret(), "wrong");
        String signature = "InvalidSignatureException";
        denied("auth.missing", Options.without(), "MissingAuthenticationTokenException", "Missing Authentication Token");
        denied("auth.unknown-key", Options.as(keys.unknown()), "UnrecognizedClientException", Harness.UNKNOWN_KEY);
        denied("auth.wrong-secret", Options.as(keys.wrong()), signature, Harness.WRONG_SECRET);
        denied("auth.wrong-session-token", Options.as(other), "UnrecognizedClientException", Harness.UNKNOWN_KEY);
        skewed("auth.skewed-clock", -6, "Signature expired: ");
        skewed("auth.skewed-clock.future", 6, "Signature not yet current: ");
        accepted("auth.session-token", Options.as(temporary), Harness.MAIN, Plain.Connection::ask);
        String european = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0";
        accepted("auth.other-region", Options.in("eu-west-1"), european, Plain.Connection::ask);
        String bearer = Harness.TARGET.path("bearer").asText();
        accepted("key.long-term", Options.bearing(bearer), Harness.MAIN, Plain.Connection::ask);
        accepted("key.stream", Options.bearing(bearer), Harness.MAIN, Plain.Connection::stream);
        denied("key.wrong", Options.bearing(wrongBearer()), "AccessDeniedException", Harness.WRONG_KEY);
        String format = "Invalid API Key format: Must start with pre-defined prefix";
        denied("key.format", Options.bearing("sk-ant-something"), "AccessDeniedException", format);
        accepted("id.profile-arn", Options.USUAL, Harness.profileArn(Harness.MAIN), Plain.Connection::ask);
        accepted("id.model-arn", Options.USUAL, Harness.modelArn(Harness.BARE), Plain.Connection::ask);
    }

    private void denied(String id, Options how, String code, String text) {
        refused(id, () -> client.connect(how).ask(Ask.says("Hello")), 403, code, text);
    }

    private void accepted(String id, Options how, String model, Way way) {
        requirement(
            id, () -> expect(!way.go(client.connect(how), Ask.says("Hello").of(model)).text().isEmpty(), "an answer"));
    }

    private void skewed(String id, int minutes, String text) {
        requirement(
            id,
            () -> {
                // A client takes the SDK's time as it is when the client is built.
                Harness.setClock(minutes);
                Plain.Connection one = client.connect(Options.single());
                client.isRefused(refusal(() -> one.ask(Ask.says("Hello"))), 403, "InvalidSignatureException", text);
            });
    }

    private void traffic() {
        requirement(
            "attempts",
            () -> {
                Plain.Connection one = connect();
                one.ask(Ask.says("Hello"));
                equal(one.attempts(), 1);
            });
        requirement(
            "streams.concurrent",
            () -> {
                Plain.Connection one = connect();
                ExecutorService workers = Executors.newFixedThreadPool(20);
                List<Future<Answer>> futures = new ArrayList<>();
                for (int index = 0; index < 20; index++) {
                    futures.add(workers.submit(() -> one.stream(Ask.says(STORY).most(600))));
                }
                Answer first = futures.get(0).get();
                expect(first.text().length() > 100, "a story");
                for (Future<Answer> future : futures) {
                    equal(future.get().text(), first.text());
                    equal(future.get().stop(), "end_turn");
                    equal(future.get().output(), first.output());
                }
                workers.shutdown();
            });
    }
}

package conformance;

import static conformance.Harness.contains;
import static conformance.Harness.equal;
import static conformance.Harness.expect;
import static conformance.Harness.refusal;
import static conformance.Harness.requirement;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import conformance.Plain.Ask;
import conformance.Plain.Options;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.*;

/** What only the SDK's own types can show. */
final class Special {
    private Special() {}

    private static final String ID = "[0-9a-f-]{36}";

    private static InvokeModelResponse hello(Options how, Sdk.Counter counter, String model, JsonNode body) {
        return Invoke.send(Sdk.runtime(how, counter), model, body);
    }

    private static InvokeModelResponse hello() {
        return hello(Options.USUAL, new Sdk.Counter(), Harness.MAIN, Invoke.body(Ask.says("Hello")));
    }

    private static BedrockRuntimeException unknown() {
        JsonNode body = Invoke.body(Ask.says("Hello"));
        return (BedrockRuntimeException)
            refusal(() -> hello(Options.USUAL, new Sdk.Counter(), Harness.UNKNOWN, body));
    }

    static void add() {
        requirement("invoke.metadata", Special::metadata);
        requirement("invoke.stream.metrics", Special::metrics);
        requirement("count-tokens", Special::counts);
        guardrail();
        ObjectNode endless = Invoke.body(Ask.says("Hello"));
        endless.remove("max_tokens");
        String missing = "Malformed input request: #: required key [max_tokens] not found, please reformat your input";
        refusesBody("error.malformed", Options.USUAL, endless, missing + " and try again.");
        ObjectNode named = Invoke.body(Ask.says("Hello")).put("model", "x");
        refusesBody("error.extraneous", Options.at(Harness.url("measured")), named, "#: extraneous key [model] is not permitted");
        requirement(
            "error.metadata",
            () -> {
                BedrockRuntimeException error = unknown();
                expect(error instanceof ValidationException, error);
                expect(error.requestId().matches(ID), error.requestId());
                equal(
                    error.awsErrorDetails().sdkHttpResponse().firstMatchingHeader("x-amzn-errortype").orElse(""),
                    "ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/");
            });
        requirement(
            "auth.clock-corrected",
            () -> {
                Sdk.Counter counter = new Sdk.Counter();
                Harness.setClock(-6);
                hello(Options.USUAL, counter, Harness.MAIN, Invoke.body(Ask.says("Hello")));
                equal(counter.sent.get(), 2);
            });
        requirement(
            "date",
            () -> {
                isNow(hello().sdkHttpResponse());
                isNow(unknown().awsErrorDetails().sdkHttpResponse());
            });
        requirement("keep-alive", Special::keepAlive);
        requirement("converse.fields", Special::fields);
        converseErrors();
        requirement(
            "endpoint.environment",
            () -> {
                equal(fromEnvironment(Map.of("AWS_ACCESS_KEY_ID", Harness.Keys.of("keys").id(),
                    "AWS_SECRET_ACCESS_KEY", Harness.Keys.of("keys").secret())), 0);
            });
        requirement(
            "key.long-term",
            () -> equal(fromEnvironment(Map.of("AWS_BEARER_TOKEN_BEDROCK", Harness.TARGET.path("bearer").asText())), 0));
    }

    private static void metadata() throws IOException {
        InvokeModelResponse answer = hello();
        expect(answer.responseMetadata().requestId().matches(ID), answer.responseMetadata().requestId());
        JsonNode usage = Harness.JSON.readTree(answer.body().asByteArray()).path("usage");
        SdkHttpResponse http = answer.sdkHttpResponse();
        equal(http.firstMatchingHeader("x-amzn-bedrock-input-token-count").orElse(""), usage.path("input_tokens").asText());
        equal(http.firstMatchingHeader("x-amzn-bedrock-output-token-count").orElse(""), usage.path("output_tokens").asText());
        expect(http.firstMatchingHeader("x-amzn-bedrock-invocation-latency").orElse("").matches("\\d+"), "a latency");
    }

    private static void metrics() throws Exception {
        List<JsonNode> events = Invoke.events(Sdk.streams(Options.USUAL), Ask.says("Hello"));
        JsonNode usage = Invoke.gather(events).path("usage");
        JsonNode metrics = events.get(events.size() - 1).path("amazon-bedrock-invocationMetrics");
        equal(metrics.path("inputTokenCount"), usage.path("input_tokens"));
        equal(metrics.path("outputTokenCount"), usage.path("output_tokens"));
        expect(metrics.path("invocationLatency").isInt() && metrics.path("firstByteLatency").isInt(), metrics);
    }

    private static void counts() throws Exception {
        BedrockRuntimeClient runtime = Sdk.runtime(Options.USUAL, new Sdk.Counter());
        SdkBytes body = SdkBytes.fromUtf8String(Invoke.body(Ask.says("Hello")).toString());
        CountTokensInput invoked = CountTokensInput.fromInvokeModel(input -> input.body(body));
        int charged = Harness.JSON.readTree(hello().body().asByteArray()).path("usage").path("input_tokens").asInt();
        equal(runtime.countTokens(call -> call.modelId(Harness.BARE).input(invoked)).inputTokens(), charged);
        ConverseRequest asked = Converse.toConverse(Ask.says("Hello"));
        CountTokensInput prompt = CountTokensInput.fromConverse(input -> input.messages(asked.messages()));
        int input = runtime.converse(asked).usage().inputTokens();
        equal(runtime.countTokens(call -> call.modelId(Harness.BARE).input(prompt)).inputTokens(), input);
        Throwable error = refusal(() -> runtime.countTokens(call -> call.modelId(Harness.MAIN).input(prompt)));
        Sdk.isRefused(error, 400, "ValidationException", "The provided model doesn't support counting tokens.");
    }

    private static void guardrail() {
        String text = "The guardrail identifier or version provided in the request does not exist.";
        ConverseRequest named =
            Converse.toConverse(Ask.says("Hello")).toBuilder()
                .guardrailConfig(guard -> guard.guardrailIdentifier("conformance1").guardrailVersion("1"))
                .build();
        Sdk.refused(
            "guardrail.unknown",
            () -> Sdk.runtime(Options.USUAL, new Sdk.Counter()).converse(named),
            400,
            "ValidationException",
            text);
        InvokeModelRequest posted =
            InvokeModelRequest.builder()
                .modelId(Harness.MAIN)
                .body(SdkBytes.fromUtf8String(Invoke.body(Ask.says("Hello")).toString()))
                .guardrailIdentifier("conformance1")
                .guardrailVersion("1")
                .build();
        Sdk.refused(
            "guardrail.unknown",
            () -> Sdk.runtime(Options.USUAL, new Sdk.Counter()).invokeModel(posted),
            400,
            "ValidationException",
            text);
    }

    private static void refusesBody(String id, Options how, JsonNode body, String text) {
        Sdk.refused(id, () -> hello(how, new Sdk.Counter(), Harness.MAIN, body), 400, "ValidationException", text);
    }

    private static void isNow(SdkHttpResponse http) {
        String date = http.firstMatchingHeader("date").orElse("");
        Instant at = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        expect(Duration.between(at, Instant.now()).abs().toSeconds() < 5, "Date: " + date);
    }

    private static void fields() throws Exception {
        ConverseRequest call =
            Converse.toConverse(Ask.says("Hello")).toBuilder()
                .additionalModelResponseFieldPaths("/stop_sequence", "/delta/stop_sequence")
                .build();
        Document whole = Sdk.runtime(Options.USUAL, new Sdk.Counter()).converse(call).additionalModelResponseFields();
        equal(whole, Document.mapBuilder().putNull("stop_sequence").build());
        List<ConverseStreamOutput> events = Converse.events(Sdk.streams(Options.USUAL), call);
        Document last = ((MessageStopEvent) events.get(events.size() - 2)).additionalModelResponseFields();
        equal(last, Document.mapBuilder().putDocument("delta", whole).build());
    }

    private static void converseErrors() {
        ContentBlock result = Converse.toToolResult("tooluse_conformance", "Sunny");
        ContentBlock surplus = Converse.toToolResult("tooluse_surplus", "Sunny");
        String field = "The toolConfig field must be defined when using toolUse and toolResult content blocks.";
        refusesTurns("error.tool-config", false, List.of(result), field);
        String expected = "Expected toolResult blocks at messages.2.content for the following Ids: tooluse_conformance";
        refusesTurns("error.tool-result", true, List.of(ContentBlock.fromText("Well?")), expected);
        String many = "The number of toolResult blocks at messages.2.content exceeds the number of toolUse blocks of";
        refusesTurns("error.tool-result-surplus", true, List.of(result, surplus), many + " previous turn.");
    }

    private static void refusesTurns(String id, boolean withTools, List<ContentBlock> last, String text) {
        ContentBlock use =
            ContentBlock.fromToolUse(
                call -> call.toolUseId("tooluse_conformance").name("get_weather").input(Document.mapBuilder().build()));
        List<Message> messages = new ArrayList<>(Converse.toConverse(Ask.says("What is the weather?")).messages());
        messages.add(Message.builder().role("assistant").content(use).build());
        messages.add(Message.builder().role("user").content(last).build());
        ConverseRequest.Builder call = ConverseRequest.builder().modelId(Harness.MAIN).messages(messages);
        if (withTools) call.toolConfig(Converse.toToolConfig(Ask.says("").tools(List.of(Checks.WEATHER), null)));
        Sdk.refused(
            id,
            () -> Sdk.runtime(Options.USUAL, new Sdk.Counter()).converse(call.build()),
            400,
            "ValidationException",
            text);
    }

    private static void keepAlive() throws Exception {
        sharesOneConnection(
            url -> {
                BedrockRuntimeClient runtime = Sdk.runtime(Options.at(url), new Sdk.Counter());
                for (int call = 0; call < 5; call++) Invoke.send(runtime, Harness.MAIN, Invoke.body(Ask.says("Hello")));
            });
    }

    interface Calls {
        void at(String url) throws Exception;
    }

    /** Makes calls through a tunnel that counts connections. */
    static void sharesOneConnection(Calls calls) throws Exception {
        URI inner = URI.create(Harness.url("strict"));
        AtomicInteger opened = new AtomicInteger();
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            run(
                () -> {
                    while (true) {
                        Socket near = server.accept();
                        opened.incrementAndGet();
                        Socket far = new Socket(inner.getHost(), inner.getPort());
                        run(() -> copy(near, far));
                        run(() -> copy(far, near));
                    }
                });
            calls.at("http://127.0.0.1:" + server.getLocalPort());
        }
        equal(opened.get(), 1);
    }

    private static void copy(Socket from, Socket to) throws IOException {
        try (InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        }
    }

    private static void run(Harness.Check work) {
        Thread thread =
            new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (Exception ended) {
                        // The end of a connection is the end of its thread.
                    }
                });
        thread.setDaemon(true);
        thread.start();
    }

    /** Runs `speak` in a process that knows nothing but its environment, and returns how it ended. */
    private static int fromEnvironment(Map<String, String> credentials) throws Exception {
        String java = System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
        ProcessBuilder builder =
            new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), Main.class.getName(), "speak");
        builder.environment().putAll(credentials);
        builder.environment().put("AWS_REGION", Harness.REGION);
        builder.environment().put("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", Harness.url("strict"));
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        int code = process.waitFor();
        contains(output, "spoken");
        return code;
    }

    /** One whole call and one streamed, with clients that were told nothing. */
    static void speak() throws Exception {
        ConverseRequest call = Converse.toConverse(Ask.says("Hello"));
        try (BedrockRuntimeClient runtime = BedrockRuntimeClient.create();
            BedrockRuntimeAsyncClient streams = BedrockRuntimeAsyncClient.create()) {
            expect(!runtime.converse(call).output().message().content().isEmpty(), "an answer");
            expect(Converse.events(streams, call).size() > 3, "a stream");
        }
        System.out.println("spoken");
    }
}

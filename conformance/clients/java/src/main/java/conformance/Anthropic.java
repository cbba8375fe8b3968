package conformance;

import com.anthropic.backends.Backend;
import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.bedrock.backends.BedrockBackend;
import com.anthropic.core.JsonValue;
import com.anthropic.core.ObjectMappers;
import com.anthropic.core.http.Interceptor;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.MessageParam;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.ThinkingConfigParam;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolChoice;
import com.fasterxml.jackson.databind.JsonNode;
import conformance.Plain.Answer;
import conformance.Plain.Ask;
import conformance.Plain.Options;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.regions.Region;

/** Anthropic's SDK for Java over BedrockBackend, in its own types. */
final class Anthropic implements Plain.Adapter {
    @Override
    public boolean converse() {
        return false;
    }

    /** The service's own name for an error is not shown (WIRE §11). */
    @Override
    public void isRefused(Throwable error, int status, String code, String text) {
        Harness.expect(error instanceof AnthropicServiceException, "a service exception, not " + error);
        AnthropicServiceException shown = (AnthropicServiceException) error;
        Harness.equal(shown.statusCode(), status);
        JsonNode body = ObjectMappers.jsonMapper().valueToTree(shown.body());
        // The front door spells it with a capital letter (WIRE §2.2).
        Harness.contains(body.path(body.has("Message") ? "Message" : "message").asText(), text);
    }

    @Override
    public Faults.Broken broken() {
        String exception = "^com.anthropic.errors.SseException: 200: .*\"type\":\"throttlingException\",\"message\":\"Slow down, quarry";
        String failed = "^com.anthropic.errors.AnthropicIoException: Stream failed";
        return new Faults.Broken(exception, failed, failed);
    }

    @Override
    public Plain.Connection connect(Options how) {
        AtomicInteger sent = new AtomicInteger();
        AnthropicClient client = open(backend(how), how.once() ? 0 : 2, sent);
        return new Plain.Connection() {
            @Override
            public Answer ask(Ask ask) throws Exception {
                return from(client.messages().create(params(ask)));
            }

            @Override
            public Answer stream(Ask ask) throws Exception {
                return from(gather(client, params(ask)));
            }

            @Override
            public int attempts() {
                return sent.get();
            }
        };
    }

    private static Backend backend(Options how) {
        BedrockBackend.Builder builder =
            BedrockBackend.builder()
                .region(Region.of(how.region() == null ? Harness.REGION : how.region()))
                .baseUrl(how.url() == null ? Harness.url("strict") : how.url());
        if (how.bearer() != null) return builder.apiKey(how.bearer()).build();
        Harness.Keys keys = how.keys();
        return builder
            .awsCredentials(
                keys.session() == null
                    ? AwsBasicCredentials.create(keys.id(), keys.secret())
                    : AwsSessionCredentials.create(keys.id(), keys.secret(), keys.session()))
            .build();
    }

    static AnthropicClient open(Backend backend, int retries, AtomicInteger sent) {
        return AnthropicOkHttpClient.builder()
            .backend(backend)
            .maxRetries(retries)
            .addInterceptor(
                Interceptor.syncOnly(
                    (inner, request, options) -> {
                        sent.incrementAndGet();
                        return inner.execute(request, options);
                    }))
            .build();
    }

    /** What is asked in the types of the SDK, which read it from the JSON that an app would otherwise send by itself. */
    static MessageCreateParams params(Ask ask) throws IOException {
        JsonNode body = Invoke.body(ask);
        MessageCreateParams.Builder params = MessageCreateParams.builder().model(ask.model()).maxTokens(ask.maxTokens());
        for (JsonNode message : body.path("messages")) params.addMessage(typed(message, MessageParam.class));
        for (JsonNode tool : body.path("tools")) params.addTool(typed(tool, Tool.class));
        if (ask.cache() != null) params.putAdditionalBodyProperty("system", JsonValue.from(plain(body.path("system"))));
        else if (ask.system() != null) params.system(ask.system());
        if (!ask.stop().isEmpty()) params.stopSequences(ask.stop());
        if (body.has("tool_choice")) params.toolChoice(typed(body.path("tool_choice"), ToolChoice.class));
        if (ask.thinking() > 0) params.thinking(typed(body.path("thinking"), ThinkingConfigParam.class));
        for (Map.Entry<String, Object> field : ask.more().entrySet()) {
            // The backend takes the version from the header alone.
            if (field.getKey().equals("anthropic_version")) params.putAdditionalHeader("anthropic-version", "" + field.getValue());
            else params.putAdditionalBodyProperty(field.getKey(), JsonValue.from(field.getValue()));
        }
        return params.build();
    }

    private static Object plain(JsonNode json) {
        return Harness.JSON.convertValue(json, Object.class);
    }

    private static <T> T typed(JsonNode json, Class<T> type) throws IOException {
        return ObjectMappers.jsonMapper().readValue(json.toString(), type);
    }

    static Answer from(Message message) throws IOException {
        return Invoke.fromMessage(Harness.JSON.readTree(ObjectMappers.jsonMapper().writeValueAsString(message)));
    }

    static Message gather(AnthropicClient client, MessageCreateParams params) {
        MessageAccumulator whole = MessageAccumulator.create();
        try (StreamResponse<RawMessageStreamEvent> events = client.messages().createStreaming(params)) {
            events.stream().forEach(whole::accumulate);
        }
        return whole.message();
    }

    /** What the raw answer shows beside the message. */
    static void add() {
        Harness.requirement(
            "invoke.metadata",
            () -> {
                AnthropicClient client = open(backend(Options.USUAL), 2, new AtomicInteger());
                var raw = client.messages().withRawResponse().create(params(Ask.says("Hello")));
                Answer answer = from(raw.parse());
                var headers = raw.headers();
                Harness.expect(headers.values("x-amzn-requestid").get(0).matches("[0-9a-f-]{36}"), "a request id");
                Harness.equal(headers.values("x-amzn-bedrock-input-token-count").get(0), "" + answer.input());
                Harness.equal(headers.values("x-amzn-bedrock-output-token-count").get(0), "" + answer.output());
                Harness.expect(headers.values("x-amzn-bedrock-invocation-latency").get(0).matches("\\d+"), "a latency");
            });
        Harness.requirement(
            "invoke.stream.metrics",
            () -> {
                AnthropicClient client = open(backend(Options.USUAL), 2, new AtomicInteger());
                try (StreamResponse<RawMessageStreamEvent> events =
                    client.messages().createStreaming(params(Ask.says("Hello")))) {
                    var all = events.stream().toList();
                    String last = ObjectMappers.jsonMapper().writeValueAsString(all.get(all.size() - 1));
                    String delta = ObjectMappers.jsonMapper().writeValueAsString(all.get(all.size() - 2));
                    JsonNode metrics = Harness.JSON.readTree(last).path("amazon-bedrock-invocationMetrics");
                    JsonNode output = Harness.JSON.readTree(delta).path("usage").path("output_tokens");
                    Harness.expect(output.isInt(), delta);
                    Harness.equal(metrics.path("outputTokenCount"), output);
                }
            });
        Harness.requirement(
            "keep-alive",
            () ->
                Special.sharesOneConnection(
                    url -> {
                        AnthropicClient client = open(backend(Options.at(url)), 2, new AtomicInteger());
                        for (int call = 0; call < 5; call++) client.messages().create(params(Ask.says("Hello")));
                    }));
    }
}

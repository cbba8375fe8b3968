package conformance;

import static conformance.Harness.contains;
import static conformance.Harness.equal;
import static conformance.Harness.expect;
import static conformance.Harness.refusal;
import static conformance.Harness.requirement;

import com.anthropic.backends.AnthropicBackend;
import com.anthropic.backends.Backend;
import com.anthropic.bedrock.backends.BedrockMantleBackend;
import com.anthropic.client.AnthropicClient;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.models.ModelListParams;
import conformance.Plain.Ask;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.regions.Region;

/** Anthropic's SDK for Java and its Mantle backend: Anthropic's Messages API on the runtime, on mantle, and plain. */
final class Surfaces {
    private Surfaces() {}

    /** One of the three, with the statuses of an unknown model and of a wrong key. */
    record Surface(String name, String path, String model, int unknown, int denied, boolean counts) {
        AnthropicClient open(Callable<Backend> backend) throws Exception {
            return Anthropic.open(backend.call(), 0, new AtomicInteger());
        }

        AnthropicClient keyed(String key) throws Exception {
            return open(() -> AnthropicBackend.builder().baseUrl(Harness.url("strict") + path).apiKey(key).build());
        }

        AnthropicClient bearing(String token) throws Exception {
            return open(() -> AnthropicBackend.builder().baseUrl(Harness.url("strict") + path).authToken(token).build());
        }

        Ask hello() {
            return Ask.says("Hello").of(model).most(100);
        }
    }

    private static final Surface MANTLE =
        new Surface("mantle", "/mantle/anthropic", "anthropic.claude-haiku-4-5", 404, 401, true);
    private static final Surface PLAIN = new Surface("plain", "", "claude-opus-4-6", 404, 401, true);
    private static final List<Surface> ALL =
        List.of(new Surface("runtime", "/anthropic", Harness.MAIN, 400, 403, false), MANTLE, PLAIN);
    private static final String BEARER = Harness.TARGET.path("bearer").asText();

    interface Check {
        void run(Surface surface) throws Exception;
    }

    private static void each(String id, Check check) {
        requirement(
            id,
            () -> {
                for (Surface surface : ALL) check.run(surface);
            });
    }

    private static void isStatus(Callable<?> call, int status) {
        Throwable error = refusal(call);
        expect(error instanceof AnthropicServiceException, "a service exception, not " + error);
        equal(((AnthropicServiceException) error).statusCode(), status);
    }

    static void add() {
        each(
            "messages.surfaces",
            surface -> {
                for (AnthropicClient client : List.of(surface.keyed(BEARER), surface.bearing(BEARER))) {
                    var raw = client.messages().withRawResponse().create(Anthropic.params(surface.hello()));
                    Plain.Answer answer = Anthropic.from(raw.parse());
                    expect(!answer.text().isEmpty() && answer.stop().equals("end_turn"), surface.name() + answer);
                    expect(raw.headers().values("x-amzn-requestid").get(0).matches("[0-9a-f-]{36}"), surface.name());
                }
            });
        each("messages.stream", surface -> streams(surface.keyed(BEARER), surface));
        each("messages.errors", Surfaces::errors);
        each(
            "messages.count",
            surface -> {
                if (!surface.counts()) return;
                AnthropicClient client = surface.keyed(BEARER);
                var asked = Anthropic.params(surface.hello());
                var counted =
                    client
                        .messages()
                        .countTokens(
                            MessageCountTokensParams.builder().model(surface.model()).messages(asked.messages()).build());
                equal(counted.inputTokens(), client.messages().create(asked).usage().inputTokens());
            });
        requirement(
            "messages.models",
            () -> {
                var list = PLAIN.keyed(BEARER).models().list(ModelListParams.builder().limit(5).build());
                List<String> names = list.autoPager().stream().map(model -> model.id()).toList();
                expect(names.size() > 5 && names.contains("claude-opus-4-6"), names);
            });
        requirement("messages.mantle", Surfaces::mantle);
    }

    private static void streams(AnthropicClient client, Surface surface) throws Exception {
        Message whole = client.messages().create(Anthropic.params(surface.hello()));
        Message streamed = Anthropic.gather(client, Anthropic.params(surface.hello()));
        equal(Anthropic.from(streamed).text(), Anthropic.from(whole).text());
        equal(streamed.usage().outputTokens(), whole.usage().outputTokens());
    }

    private static void errors(Surface surface) throws Exception {
        AnthropicClient client = surface.keyed(BEARER);
        isStatus(() -> client.messages().create(Anthropic.params(surface.hello().of(Harness.UNKNOWN))), surface.unknown());
        isStatus(() -> surface.keyed("ABSKnobody").messages().create(Anthropic.params(surface.hello())), surface.denied());
        Callable<?> bad = () -> client.messages().create(Anthropic.params(surface.hello().most(0)));
        isStatus(bad, 400);
        contains(refusal(bad).getMessage(), "max_tokens");
    }

    private static void mantle() throws Exception {
        Harness.Keys keys = Harness.Keys.of("keys");
        AnthropicClient client = MANTLE.open(() -> signing(keys.id(), keys.secret()));
        streams(client, MANTLE);
        AnthropicClient wrong = MANTLE.open(() -> signing(keys.id(), "not the secret"));
        isStatus(() -> wrong.messages().create(Anthropic.params(MANTLE.hello())), 401);
        AnthropicClient keyed = MANTLE.open(() -> mantleBackend().apiKey(BEARER).build());
        expect(!Anthropic.from(keyed.messages().create(Anthropic.params(MANTLE.hello()))).text().isEmpty(), "an answer");
    }

    private static Backend signing(String id, String secret) {
        return mantleBackend().awsCredentials(AwsBasicCredentials.create(id, secret)).build();
    }

    private static BedrockMantleBackend.Builder mantleBackend() {
        return BedrockMantleBackend.builder()
            .region(Region.of(Harness.REGION))
            .baseUrl(Harness.url("strict") + MANTLE.path());
    }
}

package conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.core.SdkGlobalTime;

/** The target, the list of checks, and one line of JSON for each of them. */
final class Harness {
    static final ObjectMapper JSON = new ObjectMapper();
    static final JsonNode TARGET = readTarget();
    static final String REGION = TARGET.path("region").asText();
    static final String ACCOUNT = TARGET.path("account").asText();

    static final String MAIN = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
    static final String BARE = "anthropic.claude-sonnet-4-5-20250929-v1:0";
    static final String GUIDE = "global.anthropic.claude-opus-4-6-v1";
    static final String RETIRED = "us.anthropic.claude-sonnet-4-20250514-v1:0";
    static final String NO_SCOPE = "eu.anthropic.claude-opus-4-1-20250805-v1:0";
    static final String UNKNOWN = "us.anthropic.claude-nonesuch-9-v1:0";
    static final String UNKNOWN_MODEL = "The provided model identifier is invalid.";
    static final String UNKNOWN_KEY = "The security token included in the request is invalid.";
    static final String WRONG_KEY = "Authentication failed: Please make sure your API Key is valid.";
    static final String WRONG_SECRET =
        "The request signature we calculated does not match the signature you provided. "
            + "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

    /** A pair of keys, with a session token or without. */
    record Keys(String id, String secret, String session) {
        static Keys of(String name) {
            JsonNode node = TARGET.path(name);
            return new Keys(
                node.path("accessKeyId").asText(),
                node.path("secretAccessKey").asText(),
                node.path("sessionToken").asText(null));
        }

        Keys unknown() {
            return new Keys("AKIAUNKNOWNUNKNOWN77", secret, session);
        }

        Keys wrong() {
            return new Keys(id, "wrong", session);
        }
    }

    interface Check {
        void run() throws Exception;
    }

    private static final Map<String, List<Check>> CHECKS = new LinkedHashMap<>();

    private Harness() {}

    private static JsonNode readTarget() {
        try {
            return JSON.readTree(Path.of(System.getenv("CONFORMANCE_TARGET")).toFile());
        } catch (IOException error) {
            throw new IllegalStateException(error);
        }
    }

    static String url(String name) {
        return TARGET.path("urls").path(name).asText();
    }

    static byte[] fixture(String name) throws IOException {
        return Files.readAllBytes(Path.of(TARGET.path("fixtures").path(name).asText()));
    }

    static String profileArn(String id) {
        return "arn:aws:bedrock:" + REGION + ":" + ACCOUNT + ":inference-profile/" + id;
    }

    static String modelArn(String id) {
        return "arn:aws:bedrock:" + REGION + "::foundation-model/" + id;
    }

    /** Adds a check; all checks of one requirement have to pass. */
    static void requirement(String id, Check check) {
        CHECKS.computeIfAbsent(id, key -> new ArrayList<>()).add(check);
    }

    static void expect(boolean holds, Object detail) {
        if (!holds) throw new AssertionError(detail);
    }

    static void equal(Object actual, Object expected) {
        expect(Objects.equals(actual, expected), actual + " !== " + expected);
    }

    static void contains(String text, String part) {
        expect(text != null && text.contains(part), "expected " + part + ", shown " + text);
    }

    /** Sets the SDK's clock wrong by so many minutes. */
    static void setClock(int minutes) {
        SdkGlobalTime.setGlobalTimeOffset(-60 * minutes);
    }

    /** Returns what a call was refused with; a call that succeeds fails the check. */
    static Throwable refusal(Callable<?> call) {
        try {
            call.call();
        } catch (Exception error) {
            return unwrap(error);
        }
        throw new AssertionError("expected a refusal");
    }

    static Throwable unwrap(Throwable error) {
        boolean wrapped = error instanceof CompletionException || error instanceof ExecutionException;
        return wrapped && error.getCause() != null ? unwrap(error.getCause()) : error;
    }

    static void runAll(String client) throws IOException {
        String only = System.getenv("CONFORMANCE_IDS");
        List<String> wanted = only == null ? null : Arrays.asList(only.split(","));
        ExecutorService worker = Executors.newCachedThreadPool();
        for (Map.Entry<String, List<Check>> each : CHECKS.entrySet()) {
            if (wanted != null && !wanted.contains(each.getKey())) continue;
            long started = System.nanoTime();
            String detail = "";
            for (Check check : each.getValue()) if (detail.isEmpty()) detail = runOne(worker, check);
            setClock(0);
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("id", each.getKey());
            line.put("client", client);
            line.put("outcome", detail.isEmpty() ? "pass" : "fail");
            line.put("detail", detail);
            line.put("ms", (System.nanoTime() - started) / 1_000_000);
            System.out.println(JSON.writeValueAsString(line));
        }
    }

    /** Returns why a check failed, or nothing. */
    private static String runOne(ExecutorService worker, Check check) {
        try {
            worker
                .submit(
                    () -> {
                        check.run();
                        return null;
                    })
                .get(60, TimeUnit.SECONDS);
            return "";
        } catch (TimeoutException late) {
            return "no end after 60 s";
        } catch (Exception error) {
            String text = unwrap(error).toString().replaceAll("\\s+", " ");
            return text.substring(0, Math.min(400, text.length()));
        }
    }
}

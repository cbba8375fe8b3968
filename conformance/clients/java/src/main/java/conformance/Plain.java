package conformance;

import java.util.List;
import java.util.Map;

/** The plain vocabulary of the checks; each API of the SDK is a translation of it. */
final class Plain {
    private Plain() {}

    record File(String kind, byte[] bytes, boolean citations) {}

    record Result(String id, String text) {}

    record Turn(String role, String text, List<File> files, List<Result> results, Object raw) {
        static Turn user(String text) {
            return new Turn("user", text, List.of(), List.of(), null);
        }

        static Turn assistant(String text) {
            return new Turn("assistant", text, List.of(), List.of(), null);
        }

        static Turn again(Answer answer) {
            return new Turn("assistant", null, List.of(), List.of(), answer.raw());
        }
    }

    record Tool(String name, String description, Map<String, Object> schema) {}

    /** What is asked; `choice` is a tool's name, `any`, or null, and `cache` how long the system prompt is kept. */
    record Ask(
        String model, String system, List<Turn> turns, int maxTokens, List<String> stop, List<Tool> tools, String choice,
        int thinking, Map<String, Object> more, String cache) {
        static Ask says(String text) {
            return of(List.of(Turn.user(text)));
        }

        static Ask of(List<Turn> turns) {
            return new Ask(Harness.MAIN, null, turns, 300, List.of(), List.of(), null, 0, Map.of(), null);
        }

        static Ask reads(String kind, byte[] bytes, boolean citations, String text) {
            return of(List.of(new Turn("user", text, List.of(new File(kind, bytes, citations)), List.of(), null))).most(400);
        }

        Ask of(String id) {
            return new Ask(id, system, turns, maxTokens, stop, tools, choice, thinking, more, cache);
        }

        Ask then(List<Turn> all) {
            return new Ask(model, system, all, maxTokens, stop, tools, choice, thinking, more, cache);
        }

        Ask system(String text) {
            return new Ask(model, text, turns, maxTokens, stop, tools, choice, thinking, more, cache);
        }

        Ask most(int tokens) {
            return new Ask(model, system, turns, tokens, stop, tools, choice, thinking, more, cache);
        }

        Ask stop(String sequence) {
            return new Ask(model, system, turns, maxTokens, List.of(sequence), tools, choice, thinking, more, cache);
        }

        Ask tools(List<Tool> given, String chosen) {
            return new Ask(model, system, turns, maxTokens, stop, given, chosen, thinking, more, cache);
        }

        /** With more of Claude's own fields. */
        Ask more(Map<String, Object> fields) {
            return new Ask(model, system, turns, maxTokens, stop, tools, choice, thinking, fields, cache);
        }

        /** With the system prompt kept for so long. */
        Ask cache(String ttl) {
            return new Ask(model, system, turns, maxTokens, stop, tools, choice, thinking, more, ttl);
        }

        Ask thinking(int budget) {
            return new Ask(model, system, turns, maxTokens, stop, tools, choice, budget, more, cache);
        }
    }

    record Call(String id, String name, Map<?, ?> input) {}

    record Answer(
        String text, String stop, String sequence, int input, int output, int total, List<Call> calls, String signature,
        List<String> citations, int cacheRead, int cacheWrite, Object raw) {}

    /** Who calls, where, and how often at most; null and 0 leave it as it is. */
    record Options(Harness.Keys keys, String bearer, boolean nobody, String url, String region, boolean once) {
        static final Options USUAL = new Options(Harness.Keys.of("keys"), null, false, null, null, false);

        static Options as(Harness.Keys keys) {
            return new Options(keys, null, false, null, null, true);
        }

        static Options bearing(String token) {
            return new Options(null, token, false, null, null, true);
        }

        static Options without() {
            return new Options(null, null, true, null, null, true);
        }

        static Options at(String url) {
            return new Options(USUAL.keys, null, false, url, null, false);
        }

        static Options in(String region) {
            return new Options(USUAL.keys, null, false, null, region, false);
        }

        static Options single() {
            return as(USUAL.keys);
        }

        static Options single(String url) {
            return new Options(USUAL.keys, null, false, url, null, true);
        }
    }

    /** One client, set up for one identity. */
    interface Connection {
        Answer ask(Ask ask) throws Exception;

        Answer stream(Ask ask) throws Exception;

        int attempts();
    }

    interface Adapter {
        boolean converse();

        Connection connect(Options options);

        Faults.Broken broken();

        /** Compares a refusal with what is expected, as far as this client shows it; the text in part. */
        void isRefused(Throwable error, int status, String code, String text);
    }
}

package conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import conformance.Plain.Answer;
import conformance.Plain.Ask;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelResponse;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelWithResponseStreamResponseHandler;

/** InvokeModel and InvokeModelWithResponseStream in the language of Anthropic Messages. */
final class Invoke implements Plain.Adapter {
    @Override
    public boolean converse() {
        return false;
    }

    @Override
    public void isRefused(Throwable error, int status, String code, String text) {
        Sdk.isRefused(error, status, code, text);
    }

    @Override
    public Faults.Broken broken() {
        return Sdk.BROKEN;
    }

    @Override
    public Plain.Connection connect(Plain.Options how) {
        Sdk.Counter counter = new Sdk.Counter();
        BedrockRuntimeClient runtime = Sdk.runtime(how, counter);
        BedrockRuntimeAsyncClient streams = Sdk.streams(how);
        return new Plain.Connection() {
            @Override
            public Answer ask(Ask ask) throws Exception {
                return fromMessage(Harness.JSON.readTree(send(runtime, ask.model(), body(ask)).body().asByteArray()));
            }

            @Override
            public Answer stream(Ask ask) throws Exception {
                return fromMessage(gather(events(streams, ask)));
            }

            @Override
            public int attempts() {
                return counter.sent.get();
            }
        };
    }

    static InvokeModelResponse send(BedrockRuntimeClient runtime, String model, JsonNode body) {
        return runtime.invokeModel(
            call -> call.modelId(model).contentType("application/json").body(SdkBytes.fromUtf8String(body.toString())));
    }

    static List<JsonNode> events(BedrockRuntimeAsyncClient streams, Ask ask) throws Exception {
        List<JsonNode> events = Collections.synchronizedList(new ArrayList<>());
        InvokeModelWithResponseStreamResponseHandler handler =
            InvokeModelWithResponseStreamResponseHandler.builder()
                .subscriber(
                    InvokeModelWithResponseStreamResponseHandler.Visitor.builder()
                        .onChunk(
                            chunk -> {
                                try {
                                    events.add(Harness.JSON.readTree(chunk.bytes().asByteArray()));
                                } catch (java.io.IOException error) {
                                    throw new java.io.UncheckedIOException(error);
                                }
                            })
                        .build())
                .build();
        streams
            .invokeModelWithResponseStream(
                call ->
                    call.modelId(ask.model())
                        .contentType("application/json")
                        .body(SdkBytes.fromUtf8String(body(ask).toString())),
                handler)
            .get();
        return events;
    }

    static ObjectNode body(Ask ask) {
        ObjectNode body = Harness.JSON.createObjectNode();
        body.put("anthropic_version", "bedrock-2023-05-31").put("max_tokens", ask.maxTokens());
        ArrayNode messages = body.putArray("messages");
        for (Plain.Turn turn : ask.turns()) {
            ObjectNode message = messages.addObject().put("role", turn.role());
            if (turn.raw() != null) message.set("content", (JsonNode) turn.raw());
            else fill(message.putArray("content"), turn);
        }
        if (ask.cache() != null) {
            body.putArray("system").addObject().put("type", "text").put("text", ask.system())
                .putObject("cache_control").put("type", "ephemeral").put("ttl", ask.cache());
        } else if (ask.system() != null) {
            body.put("system", ask.system());
        }
        if (!ask.stop().isEmpty()) body.putPOJO("stop_sequences", ask.stop());
        if (!ask.tools().isEmpty()) {
            ArrayNode tools = body.putArray("tools");
            for (Plain.Tool tool : ask.tools()) {
                tools.addObject()
                    .put("name", tool.name())
                    .put("description", tool.description())
                    .putPOJO("input_schema", tool.schema());
            }
        }
        if ("any".equals(ask.choice())) body.putObject("tool_choice").put("type", "any");
        else if (ask.choice() != null) body.putObject("tool_choice").put("type", "tool").put("name", ask.choice());
        if (ask.thinking() > 0) body.putObject("thinking").put("type", "enabled").put("budget_tokens", ask.thinking());
        ask.more().forEach(body::putPOJO);
        return body;
    }

    private static void fill(ArrayNode content, Plain.Turn turn) {
        for (Plain.Result result : turn.results()) {
            content.addObject().put("type", "tool_result").put("tool_use_id", result.id()).put("content", result.text());
        }
        for (Plain.File file : turn.files()) {
            ObjectNode block = content.addObject().put("type", file.kind().equals("image") ? "image" : "document");
            ObjectNode source = block.putObject("source");
            if (file.kind().equals("text")) {
                source.put("type", "text").put("media_type", "text/plain").put("data", new String(file.bytes()));
            } else {
                source.put("type", "base64").put("media_type", file.kind().equals("pdf") ? "application/pdf" : "image/png");
                source.put("data", Base64.getEncoder().encodeToString(file.bytes()));
            }
            if (file.citations()) block.putObject("citations").put("enabled", true);
        }
        if (turn.text() != null) content.addObject().put("type", "text").put("text", turn.text());
    }

    static Answer fromMessage(JsonNode message) {
        Harness.equal(message.path("type").asText(), "message");
        Harness.equal(message.path("role").asText(), "assistant");
        StringBuilder text = new StringBuilder();
        String signature = "";
        List<Plain.Call> calls = new ArrayList<>();
        List<String> citations = new ArrayList<>();
        for (JsonNode block : message.path("content")) {
            switch (block.path("type").asText()) {
                case "text" -> text.append(block.path("text").asText());
                case "thinking" -> signature = block.path("signature").asText();
                case "tool_use" -> {
                    Map<?, ?> input = Harness.JSON.convertValue(block.path("input"), Map.class);
                    calls.add(new Plain.Call(block.path("id").asText(), block.path("name").asText(), input));
                }
                case "redacted_thinking" -> {}
                default -> throw new AssertionError("block " + block);
            }
            for (JsonNode each : block.path("citations")) citations.add(each.path("cited_text").asText());
        }
        int input = message.path("usage").path("input_tokens").asInt();
        int output = message.path("usage").path("output_tokens").asInt();
        return new Answer(
            text.toString(), message.path("stop_reason").asText(), message.path("stop_sequence").asText(null), input, output,
            input + output, calls, signature, citations, message.path("usage").path("cache_read_input_tokens").asInt(),
            message.path("usage").path("cache_creation_input_tokens").asInt(), message.path("content"));
    }

    /** Puts a message together from its events, as an app without Anthropic's SDK has to. */
    static JsonNode gather(List<JsonNode> events) throws Exception {
        Harness.equal(events.get(0).path("type").asText(), "message_start");
        Harness.equal(events.get(events.size() - 1).path("type").asText(), "message_stop");
        ObjectNode message = events.get(0).path("message").deepCopy();
        ArrayNode content = message.putArray("content");
        StringBuilder partial = new StringBuilder();
        for (JsonNode event : events) {
            JsonNode delta = event.path("delta");
            switch (event.path("type").asText()) {
                case "content_block_start" -> {
                    Harness.equal(event.path("index").asInt(), content.size());
                    content.add(event.path("content_block").deepCopy());
                    partial.setLength(0);
                }
                case "content_block_delta" -> {
                    ObjectNode block = (ObjectNode) content.get(event.path("index").asInt());
                    if (delta.has("text")) block.put("text", block.path("text").asText() + delta.path("text").asText());
                    if (delta.has("thinking")) {
                        block.put("thinking", block.path("thinking").asText() + delta.path("thinking").asText());
                    }
                    if (delta.has("signature")) block.set("signature", delta.path("signature"));
                    partial.append(delta.path("partial_json").asText());
                }
                case "content_block_stop" -> {
                    ObjectNode block = (ObjectNode) content.get(event.path("index").asInt());
                    if (partial.length() > 0) block.set("input", Harness.JSON.readTree(partial.toString()));
                    partial.setLength(0);
                }
                case "message_delta" -> {
                    message.setAll((ObjectNode) delta);
                    ((ObjectNode) message.path("usage")).setAll((ObjectNode) event.path("usage"));
                }
                default -> {}
            }
        }
        return message;
    }
}

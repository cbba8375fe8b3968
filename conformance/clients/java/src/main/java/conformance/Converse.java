package conformance;

import conformance.Plain.Answer;
import conformance.Plain.Ask;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.*;

/** Converse and ConverseStream in the SDK's own types. */
final class Converse implements Plain.Adapter {
    @Override
    public boolean converse() {
        return true;
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
            public Answer ask(Ask ask) {
                ConverseResponse whole = runtime.converse(toConverse(ask));
                Harness.expect(whole.metrics().latencyMs() != null, "metrics.latencyMs");
                return from(whole.output().message(), whole.stopReasonAsString(), whole.usage(), whole.additionalModelResponseFields());
            }

            @Override
            public Answer stream(Ask ask) throws Exception {
                return gather(events(streams, toConverse(ask)));
            }

            @Override
            public int attempts() {
                return counter.sent.get();
            }
        };
    }

    static List<ConverseStreamOutput> events(BedrockRuntimeAsyncClient streams, ConverseRequest whole) throws Exception {
        List<ConverseStreamOutput> events = Collections.synchronizedList(new ArrayList<>());
        ConverseStreamRequest request =
            ConverseStreamRequest.builder()
                .modelId(whole.modelId())
                .messages(whole.messages())
                .system(whole.hasSystem() ? whole.system() : null)
                .inferenceConfig(whole.inferenceConfig())
                .toolConfig(whole.toolConfig())
                .additionalModelRequestFields(whole.additionalModelRequestFields())
                .additionalModelResponseFieldPaths(
                    whole.hasAdditionalModelResponseFieldPaths() ? whole.additionalModelResponseFieldPaths() : null)
                .build();
        streams.converseStream(request, ConverseStreamResponseHandler.builder().subscriber(events::add).build()).get();
        return events;
    }

    static ConverseRequest toConverse(Ask ask) {
        ConverseRequest.Builder call = ConverseRequest.builder().modelId(ask.model());
        List<Message> messages = new ArrayList<>();
        for (Plain.Turn turn : ask.turns()) messages.add(Message.builder().role(turn.role()).content(toBlocks(turn)).build());
        call.messages(messages);
        call.inferenceConfig(
            InferenceConfiguration.builder()
                .maxTokens(ask.maxTokens())
                .stopSequences(ask.stop().isEmpty() ? null : ask.stop())
                .temperature(number(ask.more().get("temperature")))
                .topP(number(ask.more().get("top_p")))
                .build());
        List<SystemContentBlock> system = new ArrayList<>();
        if (ask.system() != null) system.add(SystemContentBlock.fromText(ask.system()));
        if (ask.cache() != null) {
            system.add(SystemContentBlock.fromCachePoint(point -> point.type("default").ttl(ask.cache())));
        }
        if (!system.isEmpty()) call.system(system);
        if (!ask.stop().isEmpty()) call.additionalModelResponseFieldPaths("/stop_sequence", "/delta/stop_sequence");
        Map<String, Object> fields = new HashMap<>(ask.more());
        fields.keySet().removeAll(List.of("temperature", "top_p"));
        if (ask.thinking() > 0) fields.put("thinking", Map.of("type", "enabled", "budget_tokens", ask.thinking()));
        if (!fields.isEmpty()) call.additionalModelRequestFields(document(fields));
        if (!ask.tools().isEmpty()) call.toolConfig(toToolConfig(ask));
        return call.build();
    }

    private static Float number(Object value) {
        return value instanceof Double given ? given.floatValue() : null;
    }

    static ToolConfiguration toToolConfig(Ask ask) {
        List<Tool> tools = new ArrayList<>();
        for (Plain.Tool tool : ask.tools()) {
            tools.add(
                Tool.fromToolSpec(
                    ToolSpecification.builder()
                        .name(tool.name())
                        .description(tool.description())
                        .inputSchema(ToolInputSchema.fromJson(document(tool.schema())))
                        .build()));
        }
        ToolConfiguration.Builder config = ToolConfiguration.builder().tools(tools);
        if ("any".equals(ask.choice())) config.toolChoice(ToolChoice.fromAny(AnyToolChoice.builder().build()));
        else if (ask.choice() != null) config.toolChoice(ToolChoice.fromTool(named -> named.name(ask.choice())));
        return config.build();
    }

    @SuppressWarnings("unchecked")
    private static List<ContentBlock> toBlocks(Plain.Turn turn) {
        if (turn.raw() != null) return (List<ContentBlock>) turn.raw();
        List<ContentBlock> blocks = new ArrayList<>();
        for (Plain.Result result : turn.results()) blocks.add(toToolResult(result.id(), result.text()));
        for (Plain.File file : turn.files()) {
            SdkBytes bytes = SdkBytes.fromByteArray(file.bytes());
            if (file.kind().equals("image")) {
                blocks.add(ContentBlock.fromImage(image -> image.format("png").source(ImageSource.fromBytes(bytes))));
                continue;
            }
            DocumentBlock.Builder document =
                DocumentBlock.builder()
                    .format(file.kind().equals("pdf") ? "pdf" : "txt")
                    .name("report")
                    .source(DocumentSource.fromBytes(bytes));
            if (file.citations()) document.citations(citations -> citations.enabled(true));
            blocks.add(ContentBlock.fromDocument(document.build()));
        }
        if (turn.text() != null) blocks.add(ContentBlock.fromText(turn.text()));
        return blocks;
    }

    static ContentBlock toToolResult(String id, String text) {
        return ContentBlock.fromToolResult(result -> result.toolUseId(id).content(ToolResultContentBlock.fromText(text)));
    }

    private static Answer from(Message message, String stop, TokenUsage usage, Document fields) {
        Harness.equal(message.roleAsString(), "assistant");
        StringBuilder text = new StringBuilder();
        String signature = "";
        List<Plain.Call> calls = new ArrayList<>();
        List<String> citations = new ArrayList<>();
        for (ContentBlock block : message.content()) {
            if (block.text() != null) text.append(block.text());
            ReasoningContentBlock reasoning = block.reasoningContent();
            if (reasoning != null && reasoning.reasoningText() != null) signature = reasoning.reasoningText().signature();
            if (block.toolUse() != null) {
                ToolUseBlock used = block.toolUse();
                calls.add(new Plain.Call(used.toolUseId(), used.name(), (Map<?, ?>) used.input().unwrap()));
            }
            if (block.citationsContent() == null) continue;
            block.citationsContent().content().forEach(part -> text.append(part.text()));
            for (Citation each : block.citationsContent().citations()) {
                StringBuilder cited = new StringBuilder();
                each.sourceContent().forEach(part -> cited.append(part.text()));
                citations.add(cited.toString());
            }
        }
        return new Answer(
            text.toString(), stop, sequence(fields), usage.inputTokens(), usage.outputTokens(), usage.totalTokens(), calls,
            signature, citations, count(usage.cacheReadInputTokens()), count(usage.cacheWriteInputTokens()), message.content());
    }

    private static int count(Integer tokens) {
        return tokens == null ? 0 : tokens;
    }

    private static String sequence(Document fields) {
        if (fields == null || !fields.isMap()) return null;
        Document inner = fields.asMap().getOrDefault("delta", fields).asMap().get("stop_sequence");
        return inner != null && inner.isString() ? inner.asString() : null;
    }

    /** Puts a message together from its events. */
    private static Answer gather(List<ConverseStreamOutput> events) throws Exception {
        int size = events.size();
        Harness.expect(events.get(0) instanceof MessageStartEvent, "messageStart first");
        Harness.expect(events.get(size - 2) instanceof MessageStopEvent, "messageStop before metadata");
        Harness.expect(events.get(size - 1) instanceof ConverseStreamMetadataEvent, "metadata last");
        List<ContentBlock> blocks = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        StringBuilder signature = new StringBuilder();
        ToolUseBlockStart used = null;
        for (ConverseStreamOutput event : events) {
            if (event instanceof ContentBlockStartEvent start) used = start.start().toolUse();
            if (event instanceof ContentBlockDeltaEvent delta) {
                ReasoningContentBlockDelta reasoning = delta.delta().reasoningContent();
                if (reasoning == null) text.append(used == null ? delta.delta().text() : delta.delta().toolUse().input());
                else if (reasoning.signature() != null) signature.append(reasoning.signature());
                else text.append(reasoning.text());
            }
            if (event instanceof ContentBlockStopEvent) {
                if (!signature.isEmpty()) {
                    String thought = text.toString();
                    String signed = signature.toString();
                    blocks.add(
                        ContentBlock.fromReasoningContent(
                            block -> block.reasoningText(reason -> reason.text(thought).signature(signed))));
                } else if (used == null) {
                    blocks.add(ContentBlock.fromText(text.toString()));
                } else {
                    Object input = Harness.JSON.readValue(text.isEmpty() ? "{}" : text.toString(), Object.class);
                    ToolUseBlockStart tool = used;
                    blocks.add(
                        ContentBlock.fromToolUse(
                            use -> use.toolUseId(tool.toolUseId()).name(tool.name()).input(document(input))));
                }
                text.setLength(0);
                signature.setLength(0);
                used = null;
            }
        }
        MessageStopEvent stop = (MessageStopEvent) events.get(size - 2);
        ConverseStreamMetadataEvent last = (ConverseStreamMetadataEvent) events.get(size - 1);
        Harness.expect(last.metrics().latencyMs() != null, "metrics.latencyMs");
        Message message = Message.builder().role(((MessageStartEvent) events.get(0)).role()).content(blocks).build();
        return from(message, stop.stopReasonAsString(), last.usage(), stop.additionalModelResponseFields());
    }

    /** A value of plain maps, lists, texts, numbers and booleans in the SDK's type for open content. */
    static Document document(Object value) {
        if (value instanceof Map<?, ?> map) {
            Document.MapBuilder builder = Document.mapBuilder();
            map.forEach((key, each) -> builder.putDocument(String.valueOf(key), document(each)));
            return builder.build();
        }
        if (value instanceof List<?> list) return Document.fromList(list.stream().map(Converse::document).toList());
        if (value instanceof Boolean truth) return Document.fromBoolean(truth);
        if (value instanceof Number number) return Document.fromNumber(number.toString());
        return value == null ? Document.fromNull() : Document.fromString(value.toString());
    }
}

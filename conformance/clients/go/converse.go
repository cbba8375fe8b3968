// Converse and ConverseStream in aws-sdk-go-v2's own types.
package main

import (
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"
)

var converseAdapter = adapter{
	broken:   brokenSdk,
	converse: true,
	describe: describeAws,
	connect: func(how options) connection {
		runtime := openRuntime(how)
		attempts := 0
		return connection{
			ask: func(asked ask) (*answer, error) {
				output, err := runtime.Converse(background, toConverse(asked))
				if err != nil {
					return nil, err
				}
				attempts = attemptsOf(output.ResultMetadata)
				expect(output.Metrics != nil && output.Metrics.LatencyMs != nil, "metrics.latencyMs")
				given, ok := output.Output.(*types.ConverseOutputMemberMessage)
				expect(ok, "a message, not %T", output.Output)
				return fromConverse(given.Value, output.StopReason, output.Usage, fromDocument(output.AdditionalModelResponseFields)), nil
			},
			stream: func(asked ask) (*answer, error) {
				events, err := converseEvents(runtime, toConverse(asked))
				if err != nil {
					return nil, err
				}
				return gatherConverse(events)
			},
			attempts: func() int { return attempts },
		}
	},
}

func converseEvents(runtime *bedrockruntime.Client, whole *bedrockruntime.ConverseInput) ([]types.ConverseStreamOutput, error) {
	output, err := runtime.ConverseStream(background, &bedrockruntime.ConverseStreamInput{
		ModelId: whole.ModelId, Messages: whole.Messages, System: whole.System, InferenceConfig: whole.InferenceConfig,
		ToolConfig: whole.ToolConfig, AdditionalModelRequestFields: whole.AdditionalModelRequestFields,
		AdditionalModelResponseFieldPaths: whole.AdditionalModelResponseFieldPaths,
	})
	if err != nil {
		return nil, err
	}
	stream := output.GetStream()
	defer stream.Close()
	var events []types.ConverseStreamOutput
	for event := range stream.Events() {
		events = append(events, event)
	}
	return events, endOf(stream.Err())
}

func toConverse(asked ask) *bedrockruntime.ConverseInput {
	input := &bedrockruntime.ConverseInput{
		ModelId: &asked.model,
		InferenceConfig: &types.InferenceConfiguration{
			MaxTokens: aws.Int32(int32(asked.maxTokens)), StopSequences: asked.stop,
		},
	}
	for _, each := range asked.turns {
		input.Messages = append(input.Messages, types.Message{Role: types.ConversationRole(each.role), Content: toBlocks(each)})
	}
	if asked.system != "" {
		input.System = []types.SystemContentBlock{&types.SystemContentBlockMemberText{Value: asked.system}}
	}
	if asked.cache != "" {
		point := types.CachePointBlock{Type: types.CachePointTypeDefault, Ttl: types.CacheTTL(asked.cache)}
		input.System = append(input.System, &types.SystemContentBlockMemberCachePoint{Value: point})
	}
	if asked.stop != nil {
		input.AdditionalModelResponseFieldPaths = []string{"/stop_sequence", "/delta/stop_sequence"}
	}
	fields := object{}
	for name, value := range asked.more {
		switch name {
		case "temperature":
			input.InferenceConfig.Temperature = aws.Float32(float32(value.(float64)))
		case "top_p":
			input.InferenceConfig.TopP = aws.Float32(float32(value.(float64)))
		default:
			fields[name] = value
		}
	}
	if asked.thinking > 0 {
		fields["thinking"] = object{"type": "enabled", "budget_tokens": asked.thinking}
	}
	if len(fields) > 0 {
		input.AdditionalModelRequestFields = toDocument(fields)
	}
	if asked.tools != nil {
		input.ToolConfig = toToolConfig(asked)
	}
	return input
}

func toToolConfig(asked ask) *types.ToolConfiguration {
	tools := &types.ToolConfiguration{}
	for _, each := range asked.tools {
		tools.Tools = append(tools.Tools, &types.ToolMemberToolSpec{Value: types.ToolSpecification{
			Name: &each.name, Description: &each.description,
			InputSchema: &types.ToolInputSchemaMemberJson{Value: toDocument(each.schema)},
		}})
	}
	if asked.choice == "any" {
		tools.ToolChoice = &types.ToolChoiceMemberAny{}
	} else if asked.choice != "" {
		tools.ToolChoice = &types.ToolChoiceMemberTool{Value: types.SpecificToolChoice{Name: &asked.choice}}
	}
	return tools
}

func toBlocks(one turn) []types.ContentBlock {
	if one.answer != nil {
		return one.answer.raw.([]types.ContentBlock)
	}
	var blocks []types.ContentBlock
	for _, each := range one.results {
		blocks = append(blocks, toToolResult(each))
	}
	for _, each := range one.files {
		if each.kind == "image" {
			source := &types.ImageSourceMemberBytes{Value: each.bytes}
			blocks = append(blocks, &types.ContentBlockMemberImage{Value: types.ImageBlock{Format: "png", Source: source}})
			continue
		}
		value := types.DocumentBlock{
			Format: types.DocumentFormatTxt, Name: aws.String("report"),
			Source: &types.DocumentSourceMemberBytes{Value: each.bytes},
		}
		if each.kind == "pdf" {
			value.Format = types.DocumentFormatPdf
		}
		if each.citations {
			value.Citations = &types.CitationsConfig{Enabled: aws.Bool(true)}
		}
		blocks = append(blocks, &types.ContentBlockMemberDocument{Value: value})
	}
	if one.text != "" {
		blocks = append(blocks, &types.ContentBlockMemberText{Value: one.text})
	}
	return blocks
}

func toToolResult(one toolResult) types.ContentBlock {
	content := []types.ToolResultContentBlock{&types.ToolResultContentBlockMemberText{Value: one.text}}
	return &types.ContentBlockMemberToolResult{Value: types.ToolResultBlock{ToolUseId: &one.id, Content: content}}
}

func fromConverse(given types.Message, stop types.StopReason, usage *types.TokenUsage, fields object) *answer {
	equal(given.Role, types.ConversationRoleAssistant)
	expect(usage != nil, "usage")
	result := answer{
		stop: string(stop), raw: given.Content, input: int(aws.ToInt32(usage.InputTokens)),
		output: int(aws.ToInt32(usage.OutputTokens)), total: int(aws.ToInt32(usage.TotalTokens)),
		cacheRead: int(aws.ToInt32(usage.CacheReadInputTokens)), cacheWrite: int(aws.ToInt32(usage.CacheWriteInputTokens)),
	}
	if delta, ok := fields["delta"].(object); ok {
		fields = delta
	}
	if sequence, ok := fields["stop_sequence"].(string); ok {
		result.sequence = &sequence
	}
	for _, block := range given.Content {
		switch block := block.(type) {
		case *types.ContentBlockMemberText:
			result.text += block.Value
		case *types.ContentBlockMemberToolUse:
			used := block.Value
			result.calls = append(result.calls, toolCall{*used.ToolUseId, *used.Name, fromDocument(used.Input)})
		case *types.ContentBlockMemberReasoningContent:
			if reasoning, ok := block.Value.(*types.ReasoningContentBlockMemberReasoningText); ok {
				result.signature = aws.ToString(reasoning.Value.Signature)
			}
		case *types.ContentBlockMemberCitationsContent:
			readCitations(block.Value, &result)
		}
	}
	return &result
}

func readCitations(block types.CitationsContentBlock, result *answer) {
	for _, part := range block.Content {
		if text, ok := part.(*types.CitationGeneratedContentMemberText); ok {
			result.text += text.Value
		}
	}
	for _, each := range block.Citations {
		cited := ""
		for _, part := range each.SourceContent {
			if text, ok := part.(*types.CitationSourceContentMemberText); ok {
				cited += text.Value
			}
		}
		result.citations = append(result.citations, cited)
	}
}

// gatherConverse puts a message together from its events.
func gatherConverse(events []types.ConverseStreamOutput) (*answer, error) {
	if len(events) < 3 {
		return nil, fmt.Errorf("%d events", len(events))
	}
	start, isStart := events[0].(*types.ConverseStreamOutputMemberMessageStart)
	stop, isStop := events[len(events)-2].(*types.ConverseStreamOutputMemberMessageStop)
	last, isLast := events[len(events)-1].(*types.ConverseStreamOutputMemberMetadata)
	if !isStart || !isStop || !isLast || last.Value.Metrics == nil || last.Value.Metrics.LatencyMs == nil {
		return nil, fmt.Errorf("messageStart first, messageStop before metadata, metadata last")
	}
	var blocks []types.ContentBlock
	text, input, thought, signature := "", "", "", ""
	var used *types.ToolUseBlockStart
	for _, event := range events[1 : len(events)-2] {
		switch event := event.(type) {
		case *types.ConverseStreamOutputMemberContentBlockStart:
			tool, ok := event.Value.Start.(*types.ContentBlockStartMemberToolUse)
			if !ok {
				return nil, fmt.Errorf("contentBlockStart only for tools")
			}
			used = &tool.Value
		case *types.ConverseStreamOutputMemberContentBlockDelta:
			switch delta := event.Value.Delta.(type) {
			case *types.ContentBlockDeltaMemberText:
				text += delta.Value
			case *types.ContentBlockDeltaMemberToolUse:
				input += aws.ToString(delta.Value.Input)
			case *types.ContentBlockDeltaMemberReasoningContent:
				switch part := delta.Value.(type) {
				case *types.ReasoningContentBlockDeltaMemberText:
					thought += part.Value
				case *types.ReasoningContentBlockDeltaMemberSignature:
					signature += part.Value
				}
			default:
				return nil, fmt.Errorf("delta %T", delta)
			}
		case *types.ConverseStreamOutputMemberContentBlockStop:
			if signature != "" {
				reasoning := types.ReasoningTextBlock{Text: aws.String(thought), Signature: aws.String(signature)}
				blocks = append(blocks, &types.ContentBlockMemberReasoningContent{
					Value: &types.ReasoningContentBlockMemberReasoningText{Value: reasoning},
				})
			} else if used == nil {
				blocks = append(blocks, &types.ContentBlockMemberText{Value: text})
			} else {
				value := object{}
				if err := json.Unmarshal([]byte(input), &value); input != "" && err != nil {
					return nil, err
				}
				blocks = append(blocks, &types.ContentBlockMemberToolUse{Value: types.ToolUseBlock{
					ToolUseId: used.ToolUseId, Name: used.Name, Input: toDocument(value),
				}})
			}
			text, input, thought, signature, used = "", "", "", "", nil
		default:
			return nil, fmt.Errorf("event %T inside of a message", event)
		}
	}
	whole := types.Message{Role: start.Value.Role, Content: blocks}
	return fromConverse(whole, stop.Value.StopReason, last.Value.Usage, fromDocument(stop.Value.AdditionalModelResponseFields)), nil
}

// checkConverse adds what the plain vocabulary has no words for.
func checkConverse() {
	requirement("converse.fields", func() {
		input := toConverse(says("Hello"))
		input.AdditionalModelResponseFieldPaths = []string{"/stop_sequence", "/delta/stop_sequence"}
		runtime := openRuntime(options{})
		whole, err := runtime.Converse(background, input)
		must(err)
		equal(string(toJSON(fromDocument(whole.AdditionalModelResponseFields))), `{"stop_sequence":null}`)
		events, err := converseEvents(runtime, input)
		must(err)
		stop, ok := events[len(events)-2].(*types.ConverseStreamOutputMemberMessageStop)
		expect(ok, "messageStop")
		equal(string(toJSON(fromDocument(stop.Value.AdditionalModelResponseFields))), `{"delta":{"stop_sequence":null}}`)
	})
	refused := func(id string, withTools bool, last []types.ContentBlock, text string) {
		requirement(id, func() {
			call := types.ToolUseBlock{
				ToolUseId: aws.String("tooluse_conformance"), Name: &weather.name, Input: toDocument(object{}),
			}
			input := toConverse(says("What is the weather?"))
			input.Messages = append(input.Messages,
				types.Message{Role: "assistant", Content: []types.ContentBlock{&types.ContentBlockMemberToolUse{Value: call}}},
				types.Message{Role: "user", Content: last})
			if withTools {
				input.ToolConfig = toToolConfig(ask{tools: []tool{weather}})
			}
			_, err := openRuntime(options{}).Converse(background, input)
			isRefused(converseAdapter, err, refusal{400, "ValidationException", text})
		})
	}
	result := toToolResult(toolResult{"tooluse_conformance", "Sunny"})
	surplus := toToolResult(toolResult{"tooluse_surplus", "Sunny"})
	refused("error.tool-config", false, []types.ContentBlock{result}, textToolConfig)
	refused("error.tool-result", true, []types.ContentBlock{&types.ContentBlockMemberText{Value: "Well?"}}, textToolResult)
	refused("error.tool-result-surplus", true, []types.ContentBlock{result, surplus}, textToolResultSurplus)
}

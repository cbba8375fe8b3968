// The plain vocabulary in the language of Anthropic Messages, and back, as an app without Anthropic's SDK has to.
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
)

type object = map[string]any

func toMessages(asked ask) []byte {
	messages := []object{}
	for _, each := range asked.turns {
		messages = append(messages, object{"role": each.role, "content": toContent(each)})
	}
	body := object{"anthropic_version": "bedrock-2023-05-31", "max_tokens": asked.maxTokens, "messages": messages}
	if asked.system != "" {
		body["system"] = asked.system
	}
	if asked.cache != "" {
		kept := object{"type": "ephemeral", "ttl": asked.cache}
		body["system"] = []object{{"type": "text", "text": asked.system, "cache_control": kept}}
	}
	if asked.stop != nil {
		body["stop_sequences"] = asked.stop
	}
	tools := []object{}
	for _, each := range asked.tools {
		tools = append(tools, object{"name": each.name, "description": each.description, "input_schema": each.schema})
	}
	if len(tools) > 0 {
		body["tools"] = tools
	}
	if asked.choice == "any" {
		body["tool_choice"] = object{"type": "any"}
	} else if asked.choice != "" {
		body["tool_choice"] = object{"type": "tool", "name": asked.choice}
	}
	if asked.thinking > 0 {
		body["thinking"] = object{"type": "enabled", "budget_tokens": asked.thinking}
	}
	maps.Copy(body, asked.more)
	return toJSON(body)
}

// hello is a small body of InvokeModel with some fields changed; nil takes one away.
func hello(change object) []byte {
	var body object
	must(json.Unmarshal(toMessages(says("Hello")), &body))
	maps.Copy(body, change)
	maps.DeleteFunc(body, func(_ string, value any) bool { return value == nil })
	return toJSON(body)
}

func toJSON(value any) []byte {
	bytes, err := json.Marshal(value)
	must(err)
	return bytes
}

func toContent(one turn) any {
	if one.answer != nil {
		return one.answer.raw
	}
	blocks := []object{}
	for _, each := range one.results {
		blocks = append(blocks, object{"type": "tool_result", "tool_use_id": each.id, "content": each.text})
	}
	for _, each := range one.files {
		blocks = append(blocks, toBlock(each))
	}
	if one.text != "" {
		blocks = append(blocks, object{"type": "text", "text": one.text})
	}
	return blocks
}

func toBlock(one file) object {
	data := base64.StdEncoding.EncodeToString(one.bytes)
	switch one.kind {
	case "image":
		return object{"type": "image", "source": object{"type": "base64", "media_type": "image/png", "data": data}}
	case "pdf":
		return object{"type": "document", "source": object{"type": "base64", "media_type": "application/pdf", "data": data}}
	default:
		source := object{"type": "text", "media_type": "text/plain", "data": string(one.bytes)}
		return object{"type": "document", "source": source, "citations": object{"enabled": one.citations}}
	}
}

type message struct {
	Type         string         `json:"type"`
	Role         string         `json:"role"`
	Content      []messageBlock `json:"content"`
	StopReason   string         `json:"stop_reason"`
	StopSequence *string        `json:"stop_sequence"`
	Usage        struct {
		Input  int `json:"input_tokens"`
		Output int `json:"output_tokens"`
		Read   int `json:"cache_read_input_tokens"`
		Write  int `json:"cache_creation_input_tokens"`
	} `json:"usage"`
}

type messageBlock struct {
	Type      string     `json:"type"`
	Text      string     `json:"text,omitempty"`
	ID        string     `json:"id,omitempty"`
	Name      string     `json:"name,omitempty"`
	Input     object     `json:"input,omitzero"`
	Thinking  string     `json:"thinking,omitempty"`
	Signature string     `json:"signature,omitempty"`
	Data      string     `json:"data,omitempty"`
	Citations []citation `json:"citations,omitempty"`
}

type citation struct {
	CitedText string `json:"cited_text"`
}

func fromMessage(given message) *answer {
	expect(given.Type == "message" && given.Role == "assistant", "not a message: %s, %s", given.Type, given.Role)
	result := answer{
		stop: given.StopReason, sequence: given.StopSequence,
		input: given.Usage.Input, output: given.Usage.Output, raw: given.Content,
		cacheRead: given.Usage.Read, cacheWrite: given.Usage.Write,
	}
	for _, block := range given.Content {
		switch block.Type {
		case "text":
			result.text += block.Text
		case "thinking":
			result.signature = block.Signature
		case "tool_use":
			result.calls = append(result.calls, toolCall{block.ID, block.Name, block.Input})
		}
		for _, each := range block.Citations {
			result.citations = append(result.citations, each.CitedText)
		}
	}
	return &result
}

// gather puts a message together from its events.
func gather(events [][]byte) (message, error) {
	var whole message
	partial := ""
	for index, bytes := range events {
		var event struct {
			Type    string       `json:"type"`
			Index   int          `json:"index"`
			Message message      `json:"message"`
			Block   messageBlock `json:"content_block"`
			Delta   struct {
				Type         string   `json:"type"`
				Text         string   `json:"text"`
				Partial      string   `json:"partial_json"`
				Thinking     string   `json:"thinking"`
				Signature    string   `json:"signature"`
				Citation     citation `json:"citation"`
				StopReason   string   `json:"stop_reason"`
				StopSequence *string  `json:"stop_sequence"`
			} `json:"delta"`
			Usage struct {
				Output int `json:"output_tokens"`
			} `json:"usage"`
		}
		if err := json.Unmarshal(bytes, &event); err != nil {
			return whole, err
		}
		if (index == 0) != (event.Type == "message_start") || (index == len(events)-1) != (event.Type == "message_stop") {
			return whole, fmt.Errorf("event %d of %d is %s", index, len(events), event.Type)
		}
		var open *messageBlock
		if event.Type == "content_block_delta" || event.Type == "content_block_stop" {
			if event.Index != len(whole.Content)-1 {
				return whole, fmt.Errorf("%s of block %d", event.Type, event.Index)
			}
			open = &whole.Content[event.Index]
		}
		switch event.Type {
		case "message_start":
			whole = event.Message
		case "content_block_start":
			whole.Content = append(whole.Content, event.Block)
			partial = ""
		case "content_block_delta":
			open.Text += event.Delta.Text
			open.Thinking += event.Delta.Thinking
			open.Signature += event.Delta.Signature
			partial += event.Delta.Partial
			if event.Delta.Type == "citations_delta" {
				open.Citations = append(open.Citations, event.Delta.Citation)
			}
		case "content_block_stop":
			if partial != "" {
				if err := json.Unmarshal([]byte(partial), &open.Input); err != nil {
					return whole, err
				}
				partial = ""
			}
		case "message_delta":
			whole.StopReason, whole.StopSequence = event.Delta.StopReason, event.Delta.StopSequence
			whole.Usage.Output = event.Usage.Output
		}
	}
	if len(events) == 0 {
		return whole, fmt.Errorf("a stream without events")
	}
	return whole, nil
}

// anthropic-sdk-go with its bedrock package.
package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"sync/atomic"

	"github.com/anthropics/anthropic-sdk-go/v2"
	"github.com/anthropics/anthropic-sdk-go/v2/bedrock"
	"github.com/anthropics/anthropic-sdk-go/v2/option"
)

func openAnthropic(how options, more ...option.RequestOption) anthropic.Client {
	// This client sends a bearer key to whatever endpoint it is given, so it needs no TLS.
	how.plain = true
	loaded := loadConfig(how)
	endpoint := target.URLs["strict"]
	if how.url != "" {
		endpoint = how.url
	}
	all := append([]option.RequestOption{bedrock.WithConfig(loaded), option.WithBaseURL(endpoint)}, more...)
	if how.attempts > 0 {
		all = append(all, option.WithMaxRetries(how.attempts-1))
	}
	return anthropic.NewClient(all...)
}

var anthropicAdapter = adapter{
	// Half a frame at the end is no frame here: an app has to look for the stop reason.
	broken: broken{
		exception: `^\*apierror\.Error: .*200 OK \{"type":"error","error":\{"type":"throttlingException","message":"Slow down, quarry\."\}\}$`,
		halfFrame: `^answered "Seven words", stopped by ""$`,
		drop:      `^\*errors\.errorString: unexpected EOF$`,
	},
	// The service's own name for the error is not shown (WIRE §11).
	describe: func(err error) refusal {
		var service *anthropic.Error
		expect(errors.As(err, &service), "an anthropic.Error, not %v", err)
		var body struct {
			Message string `json:"message"`
		}
		if json.Unmarshal([]byte(service.RawJSON()), &body) != nil || body.Message == "" {
			return refusal{service.StatusCode, "", service.Error()}
		}
		return refusal{service.StatusCode, "", body.Message}
	},
	connect: func(how options) connection {
		var requests atomic.Int32
		client := openAnthropic(how, option.WithMiddleware(func(request *http.Request, next option.MiddlewareNext) (*http.Response, error) {
			requests.Add(1)
			return next(request)
		}))
		return connection{
			ask: func(asked ask) (*answer, error) {
				given, err := client.Messages.New(background, toParams(asked))
				if err != nil {
					return nil, err
				}
				return fromAnthropic(given), nil
			},
			stream: func(asked ask) (*answer, error) {
				stream := client.Messages.NewStreaming(background, toParams(asked))
				defer stream.Close()
				var whole anthropic.Message
				for stream.Next() {
					if err := whole.Accumulate(stream.Current()); err != nil {
						return nil, err
					}
				}
				if stream.Err() != nil {
					return nil, stream.Err()
				}
				return fromAnthropic(&whole), nil
			},
			attempts: func() int { return int(requests.Load()) },
		}
	},
}

func toParams(asked ask) anthropic.MessageNewParams {
	params := anthropic.MessageNewParams{
		Model: anthropic.Model(asked.model), MaxTokens: int64(asked.maxTokens), StopSequences: asked.stop,
	}
	for _, each := range asked.turns {
		params.Messages = append(params.Messages, toMessageParam(each))
	}
	if asked.system != "" {
		params.System = []anthropic.TextBlockParam{{Text: asked.system}}
	}
	if asked.cache != "" {
		params.System[0].CacheControl = anthropic.CacheControlEphemeralParam{TTL: anthropic.CacheControlEphemeralTTL(asked.cache)}
	}
	for _, each := range asked.tools {
		required, _ := each.schema["required"].([]string)
		schema := anthropic.ToolInputSchemaParam{Properties: each.schema["properties"], Required: required}
		if closed, ok := each.schema["additionalProperties"]; ok {
			schema.ExtraFields = object{"additionalProperties": closed}
		}
		one := anthropic.ToolParam{Name: each.name, Description: anthropic.String(each.description), InputSchema: schema}
		params.Tools = append(params.Tools, anthropic.ToolUnionParam{OfTool: &one})
	}
	if asked.choice == "any" {
		params.ToolChoice = anthropic.ToolChoiceUnionParam{OfAny: &anthropic.ToolChoiceAnyParam{}}
	} else if asked.choice != "" {
		params.ToolChoice = anthropic.ToolChoiceUnionParam{OfTool: &anthropic.ToolChoiceToolParam{Name: asked.choice}}
	}
	if asked.thinking > 0 {
		params.Thinking = anthropic.ThinkingConfigParamOfEnabled(int64(asked.thinking))
	}
	if asked.more != nil {
		params.SetExtraFields(asked.more)
	}
	if asked.schema != nil {
		params.OutputConfig = anthropic.OutputConfigParam{Format: anthropic.JSONOutputFormatParam{Schema: asked.schema}}
	}
	return params
}

func toMessageParam(one turn) anthropic.MessageParam {
	if one.answer != nil {
		return one.answer.raw.(anthropic.MessageParam)
	}
	var blocks []anthropic.ContentBlockParamUnion
	for _, each := range one.results {
		blocks = append(blocks, anthropic.NewToolResultBlock(each.id, each.text, false))
	}
	for _, each := range one.files {
		data := base64.StdEncoding.EncodeToString(each.bytes)
		switch each.kind {
		case "image":
			blocks = append(blocks, anthropic.NewImageBlockBase64("image/png", data))
		case "pdf":
			blocks = append(blocks, anthropic.NewDocumentBlock(anthropic.Base64PDFSourceParam{Data: data}))
		default:
			block := anthropic.NewDocumentBlock(anthropic.PlainTextSourceParam{Data: string(each.bytes)})
			if each.citations {
				block.OfDocument.Citations = anthropic.CitationsConfigParam{Enabled: anthropic.Bool(true)}
			}
			blocks = append(blocks, block)
		}
	}
	if one.text != "" {
		blocks = append(blocks, anthropic.NewTextBlock(one.text))
	}
	if one.role == "assistant" {
		return anthropic.NewAssistantMessage(blocks...)
	}
	return anthropic.NewUserMessage(blocks...)
}

func fromAnthropic(given *anthropic.Message) *answer {
	expect(given.Type == "message" && given.Role == "assistant", "not a message: %s, %s", given.Type, given.Role)
	result := answer{
		stop: string(given.StopReason), input: int(given.Usage.InputTokens), output: int(given.Usage.OutputTokens),
		cacheRead: int(given.Usage.CacheReadInputTokens), cacheWrite: int(given.Usage.CacheCreationInputTokens),
		raw: given.ToParam(),
	}
	if given.StopSequence != "" {
		result.sequence = &given.StopSequence
	}
	for _, block := range given.Content {
		switch block.Type {
		case "text":
			result.text += block.Text
		case "thinking":
			result.signature = block.Signature
		case "tool_use":
			var input object
			must(json.Unmarshal(block.Input, &input))
			result.calls = append(result.calls, toolCall{block.ID, block.Name, input})
		}
		for _, each := range block.Citations {
			result.citations = append(result.citations, each.CitedText)
		}
	}
	return &result
}

func checkAnthropic() {
	requirement("invoke.metadata", func() {
		var response *http.Response
		client := openAnthropic(options{})
		given, err := client.Messages.New(background, toParams(says("Hello")), option.WithResponseInto(&response))
		must(err)
		id := response.Header.Get("x-amzn-requestid")
		expect(requestID.MatchString(id), "request id %q", id)
		equal(response.Header.Get("x-amzn-bedrock-input-token-count"), string(toJSON(given.Usage.InputTokens)))
		equal(response.Header.Get("x-amzn-bedrock-output-token-count"), string(toJSON(given.Usage.OutputTokens)))
		expect(response.Header.Get("x-amzn-bedrock-invocation-latency") != "", "a latency")
	})
	requirement("invoke.stream.metrics", func() {
		client := openAnthropic(options{})
		stream := client.Messages.NewStreaming(background, toParams(says("Hello")))
		defer stream.Close()
		var last anthropic.MessageStreamEventUnion
		var output int64
		for stream.Next() {
			last = stream.Current()
			if last.Type == "message_delta" {
				output = last.Usage.OutputTokens
			}
		}
		must(stream.Err())
		var raw struct {
			Metrics struct {
				Output int64 `json:"outputTokenCount"`
			} `json:"amazon-bedrock-invocationMetrics"`
		}
		must(json.Unmarshal([]byte(last.RawJSON()), &raw))
		equal(last.Type, "message_stop")
		equal(raw.Metrics.Output, output)
	})
	requirement("keep-alive", func() {
		var opened atomic.Int32
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.DialContext = counting(transport.DialContext, &opened)
		client := openAnthropic(options{}, option.WithHTTPClient(&http.Client{Transport: transport}))
		for range 5 {
			_, err := client.Messages.New(background, toParams(says("Hello")))
			must(err)
		}
		equal(opened.Load(), 1)
	})
}

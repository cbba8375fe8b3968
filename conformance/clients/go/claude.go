// What is Claude's own: what each model takes and refuses, thinking, caching, documents and the edge of its context.
package main

import (
	"crypto/rand"
	"fmt"
	"maps"
	"strings"
)

const (
	modelNewest = "global.anthropic.claude-opus-4-8"
	modelFable  = "global.anthropic.claude-fable-5-1"
	// Anthropic's own word for a test that wants redacted thinking.
	redactThinking = "ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING_" +
		"46C9A13E193C177646C7398A98432ECCCE4C1253D5E2D82641AC0E52CC2876CB"
)

func invalid(text string) refusal { return refusal{400, "ValidationException", text} }

// asks is a short question of a model with more of Claude's own fields.
func asks(model string, more object) ask {
	return says("Hi").with(func(a *ask) { a.model, a.more, a.maxTokens = model, more, 2048 })
}

func checkClaude(client adapter) {
	checkCapabilities(client)
	one := func() connection { return client.connect(options{}) }
	long := says(strings.Repeat("stone ", 260_000))
	requirement("context.too-long", func() {
		_, err := one().ask(long)
		isRefused(client, err, invalid("Input is too long for requested model."))
		_, err = one().ask(says(strings.Repeat("stone ", 1_300_000)).with(func(a *ask) { a.model = modelNewest }))
		isRefused(client, err, invalid(" tokens > 1000000 maximum"))
	})
	requirement("context.1m", func() {
		more := object{"anthropic_beta": []string{"context-1m-2025-08-07"}}
		given := sure(one().ask(long.with(func(a *ask) { a.more = more })))
		expect(given.input > 200_000, "%d tokens", given.input)
	})
	for _, ttl := range []string{"5m", "1h"} {
		requirement("cache."+ttl, func() {
			system := rand.Text()
			for stone := range 400 {
				system += fmt.Sprintf(" Stone %d is granite.", stone)
			}
			asked := says("Which stone is it?").with(func(a *ask) { a.system, a.cache = system, ttl })
			first := sure(one().ask(asked))
			expect(first.cacheWrite > 1024 && first.cacheRead == 0, "%d written, %d read", first.cacheWrite, first.cacheRead)
			second := sure(one().ask(asked))
			equal([3]int{second.cacheRead, second.cacheWrite, second.input}, [3]int{first.cacheWrite, 0, first.input})
		})
	}
	requirement("thinking.redacted", func() {
		asked := says(redactThinking).with(func(a *ask) { a.thinking, a.maxTokens = 1024, 2048 })
		given := sure(one().ask(asked))
		equal(given.signature, "")
		asked.turns = append(asked.turns, turn{role: "assistant", answer: given}, turn{role: "user", text: "And now?"})
		expect(sure(one().ask(asked)).text != "", "an answer")
	})
	requirement("pdf.encrypted", func() {
		_, err := one().ask(reads("pdf", fixture("encryptedPdf"), false, "What does it say?"))
		isRefused(client, err, invalid("password protected"))
	})
	requirement("tls", func() {
		// Go looks for more authorities in SSL_CERT_FILE.
		secure := client.connect(options{url: target.URLs["secure"]})
		expect(sure(secure.ask(says("Hello"))).text != "", "an answer")
		equal(sure(secure.stream(says("Hello"))).stop, "end_turn")
		plain := options{url: strings.Replace(target.URLs["secure"], "https:", "http:", 1), attempts: 1}
		_, err := client.connect(plain).ask(says("Hello"))
		expect(err != nil, "plain HTTP was answered")
	})
}

// The version that Anthropic's newest SDKs send by themselves is not known to models up to 4.6: there, an older one is asked for.
func older(client adapter, asked ask) ask {
	if client.converse || asked.model == modelNewest || asked.model == modelFable || asked.more["anthropic_version"] != nil {
		return asked
	}
	more := object{"anthropic_version": "bedrock-2023-05-31"}
	maps.Copy(more, asked.more)
	asked.more = more
	return asked
}

func checkCapabilities(client adapter) {
	measured := client.connect
	refuses := func(id, text string, refused, taken ask) {
		requirement(id, func() {
			how := options{url: target.URLs["measured"]}
			_, err := measured(how).ask(older(client, refused))
			isRefused(client, err, invalid(text))
			expect(sure(measured(how).ask(older(client, taken))).output > 0, "an answer")
		})
	}
	refuses("refuses.temperature", "`temperature` is deprecated for this model.",
		asks(modelNewest, object{"temperature": 0.5}), asks(modelGuide, object{"temperature": 0.5}))
	refuses("refuses.temperature-and-top-p", "`temperature` and `top_p` cannot both be specified for this model. Please use only one.",
		asks(modelMain, object{"temperature": 0.5, "top_p": 0.9}), asks(modelMain, object{"top_p": 0.9}))
	for _, model := range []string{modelGuide, modelNewest} {
		refuses("refuses.beta", "invalid beta flag",
			asks(model, object{"anthropic_beta": []string{"oauth-2025-04-20"}}),
			asks(model, object{"anthropic_beta": []string{"context-1m-2025-08-07"}}))
	}
	schema := object{"type": "object", "properties": object{}, "additionalProperties": false}
	form := object{"output_config": object{"format": object{"type": "json_schema", "schema": schema}}}
	refuses("refuses.structured", "output_config.format: Extra inputs are not permitted", asks(modelNewest, form), asks(modelMain, form))
	adaptive := object{"thinking": object{"type": "adaptive"}}
	refuses("refuses.thinking", `"thinking.type.enabled" is not supported for this model.`,
		asks(modelNewest, object{"thinking": object{"type": "enabled", "budget_tokens": 1024}}), asks(modelNewest, adaptive))
	refuses("refuses.thinking", "adaptive thinking is not supported on this model",
		asks(modelMain, adaptive), asks(modelGuide, adaptive))
	offered := asks(modelFable, nil).with(func(a *ask) { a.tools = []tool{weather} })
	refuses("refuses.tool-choice", "tool_choice: forcing tool use is not supported for this model.",
		offered.with(func(a *ask) { a.choice = "any" }), offered)
	if client.converse {
		return
	}
	newer := object{"anthropic_version": "2026-10-21"}
	refuses("refuses.version", "2026-10-21 is not a valid enum value", asks(modelGuide, newer), asks(modelNewest, newer))
	strict := object{"tools": []object{{"name": "look", "description": "Look", "input_schema": schema, "strict": true}}}
	refuses("refuses.strict", "tools.0.custom.strict: Extra inputs are not permitted", asks(modelNewest, strict), asks(modelMain, strict))
}

// The requirements of the runtime in a plain vocabulary; each client translates it into its own API.
package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

type file struct {
	kind      string // pdf, text or image
	bytes     []byte
	citations bool
}

type toolResult struct{ id, text string }

type turn struct {
	role    string
	text    string
	files   []file
	results []toolResult
	answer  *answer
}

type tool struct {
	name, description string
	schema            map[string]any
}

type ask struct {
	model, system string
	turns         []turn
	maxTokens     int
	stop          []string
	tools         []tool
	choice        string // any, or a name
	thinking      int
	schema        map[string]any
	more          map[string]any // Claude's own fields that have no word here
	cache         string         // how long the system prompt is kept: 5m or 1h
}

type toolCall struct {
	id, name string
	input    map[string]any
}

type answer struct {
	text, stop           string
	sequence             *string
	input, output, total int
	cacheRead            int
	cacheWrite           int
	calls                []toolCall
	signature            string
	citations            []string
	raw                  any
}

type options struct {
	who      *identity
	url      string
	region   string
	attempts int
	plain    bool // a bearer key without TLS
}

// connection is one client, set up for one identity.
type connection struct {
	ask      func(ask) (*answer, error)
	stream   func(ask) (*answer, error)
	attempts func() int
}

type refusal struct {
	status     int
	code, text string
}

type adapter struct {
	converse bool
	connect  func(options) connection
	describe func(error) refusal
	broken   broken
}

const story = "Write a story of 400 words about a quarry."

var weather = tool{
	name:        "get_weather",
	description: "Get the current weather of a city",
	schema: map[string]any{
		"type": "object",
		"properties": map[string]any{
			"city": map[string]any{"type": "string"},
			"unit": map[string]any{"type": "string", "enum": []string{"celsius", "fahrenheit"}},
		},
		"required":             []string{"city", "unit"},
		"additionalProperties": false,
	},
}

func says(text string) ask {
	return ask{model: modelMain, turns: []turn{{role: "user", text: text}}, maxTokens: 300}
}

func reads(kind string, bytes []byte, citations bool, text string) ask {
	one := file{kind, bytes, citations}
	return ask{model: modelMain, turns: []turn{{role: "user", text: text, files: []file{one}}}, maxTokens: 400}
}

func (a ask) with(change func(*ask)) ask {
	change(&a)
	return a
}

func sure(given *answer, err error) *answer {
	must(err)
	return given
}

// isRefused compares a refusal with what is expected, as far as this client shows it; the text in part.
func isRefused(client adapter, err error, expected refusal) {
	expect(err != nil, "expected a refusal: %s", expected.text)
	shown := client.describe(err)
	if expected.code != "" && shown.code != "" {
		expect(shown.code == expected.code, "expected %+v, shown %+v", expected, shown)
	}
	expect(shown.status == expected.status, "expected %+v, shown %+v", expected, shown)
	contains(shown.text, expected.text)
}

func checkRuntime(client adapter) {
	for _, streamed := range []bool{false, true} {
		checkAnswers(client, streamed)
	}
	if !client.converse {
		requirement("invoke.guide", func() {
			greeting := says("Hello, world").with(func(a *ask) { a.model, a.maxTokens = modelGuide, 256 })
			expect(sure(client.connect(options{}).ask(greeting)).text != "", "an answer")
		})
	}
	checkTurns(client)
	checkFiles(client)
	checkErrors(client)
	checkIdentity(client)
	checkTraffic(client)
	checkFaults(client)
	checkClaude(client)
}

func checkAnswers(client adapter, streamed bool) {
	suffix := ""
	way := func(one connection) func(ask) (*answer, error) { return one.ask }
	if streamed {
		suffix = ".stream"
		way = func(one connection) func(ask) (*answer, error) { return one.stream }
	}
	whole := "invoke"
	if client.converse {
		whole = "converse"
	}
	requirement(whole+suffix, func() {
		one := client.connect(options{})
		long := says(story).with(func(a *ask) { a.maxTokens = 600 })
		given := sure(way(one)(long))
		expect(len(given.text) > 100, "a story, not %q", given.text)
		equal(given.stop, "end_turn")
		expect(given.input > 5 && given.output > 20, "usage %d, %d", given.input, given.output)
		if client.converse {
			equal(given.total, given.input+given.output)
		}
		if streamed {
			other := sure(one.ask(long))
			equal(given.text, other.text)
			equal([2]int{given.input, given.output}, [2]int{other.input, other.output})
		}
	})
	requirement("tools"+suffix, func() { roundTrip(way(client.connect(options{}))) })
	requirement("stop.sequence"+suffix, func() {
		exactly := says("Say exactly: granite, basalt, marble and slate").with(func(a *ask) { a.stop = []string{"marble"} })
		given := sure(way(client.connect(options{}))(exactly))
		contains(given.text, "granite, basalt")
		expect(!strings.Contains(given.text, "marble"), "leaked: %q", given.text)
		equal(given.stop, "stop_sequence")
		expect(given.sequence != nil && *given.sequence == "marble", "stop_sequence %v", given.sequence)
	})
	requirement("error.unknown-model"+suffix, func() {
		_, err := way(client.connect(options{}))(says("Hello").with(func(a *ask) { a.model = modelUnknown }))
		isRefused(client, err, refusal{400, "ValidationException", textUnknownModel})
	})
}

func checkTurns(client adapter) {
	requirement("conversation", func() {
		one := client.connect(options{})
		alone := sure(one.ask(says("And which is the softest?")))
		all := says("Which stone is the hardest?")
		all.turns = append(all.turns,
			turn{role: "assistant", text: "Diamond is the hardest."}, turn{role: "user", text: "And which is the softest?"})
		given := sure(one.ask(all))
		expect(given.text != "", "an answer")
		expect(given.input > alone.input+5, "%d input tokens against %d", given.input, alone.input)
	})
	requirement("system", func() {
		one := client.connect(options{})
		without := sure(one.ask(says("Hello")))
		given := sure(one.ask(says("Hello").with(func(a *ask) { a.system = "You are a geologist and answer briefly." })))
		expect(given.text != "" && given.input > without.input, "%d input tokens against %d", given.input, without.input)
	})
	requirement("stop.max-tokens", func() {
		for _, most := range []int{1, 12} {
			given := sure(client.connect(options{}).ask(says(story).with(func(a *ask) { a.maxTokens = most })))
			equal(given.stop, "max_tokens")
			equal(given.output, most)
		}
	})
	requirement("tools.choice", func() {
		empty := map[string]any{"type": "object", "properties": map[string]any{}}
		search := tool{"search", "Search the archive", empty}
		one := client.connect(options{})
		named := sure(one.ask(says("Hello").with(func(a *ask) { a.tools, a.choice = []tool{search, weather}, "get_weather" })))
		equal(named.stop, "tool_use")
		expect(len(named.calls) == 1, "%d calls", len(named.calls))
		isWeather(named.calls[0])
		any := sure(one.ask(says("Hello").with(func(a *ask) { a.tools, a.choice = []tool{search}, "any" })))
		expect(len(any.calls) == 1 && any.calls[0].name == "search", "calls %v", any.calls)
	})
	requirement("thinking", func() {
		one := client.connect(options{})
		first := says("How many stones fit in a cart?").with(func(a *ask) { a.thinking, a.maxTokens = 1024, 2048 })
		given := sure(one.ask(first))
		expect(given.text != "" && len(given.signature) > 20, "text %q, signature %q", given.text, given.signature)
		next := first
		next.turns = append(next.turns, turn{role: "assistant", answer: given}, turn{role: "user", text: "And in two carts?"})
		expect(sure(one.ask(next)).text != "", "an answer")
	})
	requirement("structured", func() {
		schema := map[string]any{
			"type":       "object",
			"properties": map[string]any{"city": map[string]any{"type": "string"}, "tonnes": map[string]any{"type": "integer"}},
			"required":   []string{"city", "tonnes"}, "additionalProperties": false,
		}
		asked := says("Which city sold how many tonnes?").with(func(a *ask) { a.schema = schema })
		var value struct {
			City   *string `json:"city"`
			Tonnes *int    `json:"tonnes"`
		}
		decoder := json.NewDecoder(strings.NewReader(sure(client.connect(options{}).ask(asked)).text))
		decoder.DisallowUnknownFields()
		must(decoder.Decode(&value))
		expect(value.City != nil && value.Tonnes != nil, "city and tonnes")
	})
}

func roundTrip(way func(ask) (*answer, error)) {
	asked := says("What is the weather in Paris in celsius?").with(func(a *ask) { a.tools, a.maxTokens = []tool{weather}, 500 })
	first := sure(way(asked))
	equal(first.stop, "tool_use")
	expect(len(first.calls) == 1, "%d calls", len(first.calls))
	isWeather(first.calls[0])
	result := toolResult{first.calls[0].id, "Sunny, 21 degrees, measured at station Bernina"}
	asked.turns = append(asked.turns, turn{role: "assistant", answer: first}, turn{role: "user", results: []toolResult{result}})
	last := sure(way(asked))
	equal(last.stop, "end_turn")
	equal(len(last.calls), 0)
	contains(last.text, "Bernina")
}

func isWeather(call toolCall) {
	equal(call.name, "get_weather")
	_, isText := call.input["city"].(string)
	unit := call.input["unit"]
	expect(isText && (unit == "celsius" || unit == "fahrenheit") && len(call.input) == 2, "tool input %v", call.input)
}

func checkFiles(client adapter) {
	// Every sentence of the fixtures holds a word that no question holds.
	const question = "What does the report say?"
	id := "pdf.invoke"
	if client.converse {
		id = "pdf.converse"
		requirement("pdf.modes", func() {
			one := client.connect(options{})
			asText := sure(one.ask(reads("pdf", fixture("pdf"), false, question)))
			seen := sure(one.ask(reads("pdf", fixture("pdf"), true, question)))
			expect(asText.input > 500 && asText.input < 2000, "%d tokens as text", asText.input)
			expect(seen.input > 5000 && seen.input < 10_000, "%d tokens as pages", seen.input)
		})
	}
	requirement(id, func() {
		contains(sure(client.connect(options{}).ask(reads("pdf", fixture("pdf"), false, question))).text, "Kestrel")
	})
	requirement("pdf.broken", func() {
		_, err := client.connect(options{}).ask(reads("pdf", fixture("brokenPdf"), false, question))
		isRefused(client, err, refusal{400, "ValidationException", "PDF"})
	})
	requirement("document.text", func() {
		given := sure(client.connect(options{}).ask(reads("text", fixture("text"), false, "What do the notes say?")))
		contains(strings.ToLower(given.text), "gneiss")
	})
	requirement("document.citations", func() {
		given := sure(client.connect(options{}).ask(reads("text", fixture("text"), true, "What do the notes say?")))
		contains(strings.ToLower(given.text), "gneiss")
		expect(len(given.citations) > 0, "at least one citation")
		for _, cited := range given.citations {
			expect(cited != "", "a cited text")
			contains(string(fixture("text")), cited)
		}
	})
	requirement("image", func() {
		one := client.connect(options{})
		without := sure(one.ask(says("What is in the picture?")))
		given := sure(one.ask(reads("image", fixture("image"), false, "What is in the picture?")))
		expect(given.text != "", "an answer")
		expect(given.input >= without.input+50, "%d input tokens against %d", given.input, without.input)
	})
}

func checkErrors(client adapter) {
	refused := func(id string, how options, asked ask, expected refusal) {
		requirement(id, func() {
			_, err := client.connect(how).ask(asked)
			isRefused(client, err, expected)
		})
	}
	of := func(model string) ask { return says("Hi").with(func(a *ask) { a.model = model }) }
	measured := options{url: target.URLs["measured"]}
	invalid := func(text string) refusal { return refusal{400, "ValidationException", text} }
	refused("error.unavailable-scope", options{}, of(modelNoScope), invalid(textUnknownModel))
	refused("error.on-demand", measured, of(modelBare), invalid(textOnDemand))
	refused("error.end-of-life", measured, of(modelRetired), refusal{404, "ResourceNotFoundException", textEndOfLife})
	refused("error.too-large", options{attempts: 1}, says(strings.Repeat("stone ", 3_600_000)), refusal{413, "", "20"})
	if !client.converse {
		return
	}
	backwards := says("Hi").with(func(a *ask) { a.turns[0].role = "assistant" })
	refused("error.first-role", options{}, backwards, invalid(textFirstRole))
	refused("error.blank-text", options{}, says("   "), invalid(textBlank))
	refused("error.max-tokens", options{}, says("Hi").with(func(a *ask) { a.maxTokens = 500_000 }), invalid(textMaxTokens))
}

func checkIdentity(client adapter) {
	pair, temporary := target.Keys, target.Temporary
	as := func(keys keyPair) options { return options{who: &identity{keys: keys}, attempts: 1} }
	bearing := func(token string) options { return options{who: &identity{bearer: token}, attempts: 1} }
	refused := func(id string, how options, expected refusal) {
		requirement(id, func() {
			_, err := client.connect(how).ask(says("Hello"))
			isRefused(client, err, expected)
		})
	}
	accepted := func(id string, how options, model string, streamed bool) {
		requirement(id, func() {
			one := client.connect(how)
			way := one.ask
			if streamed {
				way = one.stream
			}
			expect(sure(way(says("Hello").with(func(a *ask) { a.model = model }))).text != "", "an answer")
		})
	}
	skewed := func(id string, offset time.Duration, text string) {
		requirement(id, func() {
			setClock(offset)
			_, err := client.connect(options{attempts: 1}).ask(says("Hello"))
			isRefused(client, err, refusal{403, "InvalidSignatureException", text})
		})
	}
	denied := func(code, text string) refusal { return refusal{403, code, text} }
	unknown, wrong, other := pair, pair, temporary
	unknown.AccessKeyID, wrong.SecretAccessKey, other.SessionToken = "AKIAUNKNOWNUNKNOWN77", "wrong", "wrong"
	refused("auth.missing", as(keyPair{}), denied("MissingAuthenticationTokenException", textMissing))
	refused("auth.unknown-key", as(unknown), denied("UnrecognizedClientException", textUnknownKey))
	refused("auth.wrong-secret", as(wrong), denied("InvalidSignatureException", textWrongSecret))
	refused("auth.wrong-session-token", as(other), denied("UnrecognizedClientException", textUnknownKey))
	skewed("auth.skewed-clock", -6*time.Minute, textExpired)
	skewed("auth.skewed-clock.future", 6*time.Minute, textEarly)
	accepted("auth.session-token", as(temporary), modelMain, false)
	accepted("auth.other-region", options{region: "eu-west-1"}, "eu.anthropic.claude-sonnet-4-5-20250929-v1:0", false)

	plain := bearing(target.Bearer)
	plain.plain = true
	accepted("key.long-term", plain, modelMain, false)
	accepted("key.tls", bearing(target.Bearer), modelMain, false)
	accepted("key.stream", bearing(target.Bearer), modelMain, true)
	refused("key.wrong", bearing(wrongBearer()), denied("AccessDeniedException", textWrongKey))
	refused("key.format", bearing("sk-ant-something"), denied("AccessDeniedException", textKeyFormat))

	accepted("id.profile-arn", options{}, profileArn(modelMain), false)
	accepted("id.model-arn", options{}, modelArn(modelBare), false)
}

func wrongBearer() string {
	name := "BedrockAPIKey-wrong-at-" + target.Account + ":wrong"
	return "ABSK" + base64.StdEncoding.EncodeToString([]byte(name))
}

func checkTraffic(client adapter) {
	requirement("attempts", func() {
		one := client.connect(options{})
		sure(one.ask(says("Hello")))
		equal(one.attempts(), 1)
	})
	requirement("streams.concurrent", func() {
		one := client.connect(options{})
		var all sync.WaitGroup
		answers := make([]*answer, 20)
		errs := make([]error, 20)
		for index := range answers {
			all.Go(func() {
				answers[index], errs[index] = one.stream(says(story).with(func(a *ask) { a.maxTokens = 600 }))
			})
		}
		all.Wait()
		for index, err := range errs {
			must(err)
			equal(answers[index].text, answers[0].text)
			equal(answers[index].stop, "end_turn")
			equal(answers[index].output, answers[0].output)
		}
		expect(len(answers[0].text) > 100, "a story")
	})
}

// isNow tells whether a `Date` header is this machine's time.
func isNow(date string) {
	at, err := time.Parse(time.RFC1123, date)
	must(err)
	expect(time.Since(at).Abs() < 5*time.Second, "Date: %s", date)
}

var userID = regexp.MustCompile(`^(A[A-Z0-9]+|\d{12}:)`)

type dialer = func(ctx context.Context, network, address string) (net.Conn, error)

func counting(dial dialer, opened *atomic.Int32) dialer {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		opened.Add(1)
		return dial(ctx, network, address)
	}
}

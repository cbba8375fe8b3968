// anthropic-sdk-go itself and its Mantle client: Anthropic's Messages API on the runtime, on mantle, and plain.
package main

import (
	"errors"
	"net/http"
	"slices"

	"github.com/anthropics/anthropic-sdk-go/v2"
	"github.com/anthropics/anthropic-sdk-go/v2/bedrock"
	"github.com/anthropics/anthropic-sdk-go/v2/option"
)

type surface struct {
	name, path, model string
	unknown, denied   int // the status of an unknown model, and of a wrong key
	counts            bool
}

const modelMantle = "anthropic.claude-haiku-4-5"

var surfaces = []surface{
	{"runtime", "/anthropic", modelMain, 400, 403, false},
	{"mantle", "/mantle/anthropic", modelMantle, 404, 401, true},
	{"plain", "", "claude-opus-4-6", 404, 401, true},
}

func (s surface) open(key option.RequestOption) anthropic.Client {
	return anthropic.NewClient(
		option.WithBaseURL(target.URLs["strict"]+s.path), key, option.WithMaxRetries(0))
}

func (s surface) hello() anthropic.MessageNewParams {
	return toParams(ask{model: s.model, turns: says("Hello").turns, maxTokens: 100})
}

// isStatus compares a refusal's status, which is all that this SDK tells them apart by.
func isStatus(err error, status int) {
	var service *anthropic.Error
	expect(errors.As(err, &service), "an anthropic.Error, not %v", err)
	equal(service.StatusCode, status)
}

func gatherAnthropic(client anthropic.MessageService, params anthropic.MessageNewParams) *answer {
	stream := client.NewStreaming(background, params)
	defer stream.Close()
	var whole anthropic.Message
	for stream.Next() {
		must(whole.Accumulate(stream.Current()))
	}
	must(stream.Err())
	return fromAnthropic(&whole)
}

func checkSurfaces() {
	keys := []option.RequestOption{option.WithAPIKey(target.Bearer), option.WithAuthToken(target.Bearer)}
	each := func(id string, check func(surface)) {
		requirement(id, func() {
			for _, one := range surfaces {
				check(one)
			}
		})
	}
	each("messages.surfaces", func(one surface) {
		for _, key := range keys {
			client := one.open(key)
			var response *http.Response
			given, err := client.Messages.New(background, one.hello(), option.WithResponseInto(&response))
			must(err)
			expect(fromAnthropic(given).text != "" && given.StopReason == "end_turn", "%s: %s", one.name, given.RawJSON())
			expect(requestID.MatchString(response.Header.Get("x-amzn-requestid")), "%s: a request id", one.name)
		}
	})
	each("messages.stream", func(one surface) {
		client := one.open(keys[0])
		whole, err := client.Messages.New(background, one.hello())
		must(err)
		streamed := gatherAnthropic(client.Messages, one.hello())
		equal(streamed.text, fromAnthropic(whole).text)
		equal(streamed.output, fromAnthropic(whole).output)
	})
	each("messages.errors", func(one surface) {
		unknown := one.hello()
		unknown.Model = modelUnknown
		client := one.open(keys[0])
		_, err := client.Messages.New(background, unknown)
		isStatus(err, one.unknown)
		stranger := one.open(option.WithAPIKey("ABSKnobody"))
		_, err = stranger.Messages.New(background, one.hello())
		isStatus(err, one.denied)
		bad := one.hello()
		bad.MaxTokens = 0
		_, err = client.Messages.New(background, bad)
		isStatus(err, 400)
		contains(err.Error(), "max_tokens")
	})
	each("messages.count", func(one surface) {
		if !one.counts {
			return
		}
		client := one.open(keys[0])
		asked := anthropic.MessageCountTokensParams{Model: anthropic.Model(one.model), Messages: one.hello().Messages}
		counted, err := client.Messages.CountTokens(background, asked)
		must(err)
		given, err := client.Messages.New(background, one.hello())
		must(err)
		equal(counted.InputTokens, given.Usage.InputTokens)
	})
	requirement("messages.models", func() {
		client := surfaces[2].open(keys[0])
		pages := client.Models.ListAutoPaging(background, anthropic.ModelListParams{Limit: anthropic.Int(5)})
		var names []string
		for pages.Next() {
			names = append(names, pages.Current().ID)
		}
		must(pages.Err())
		expect(len(names) > 5 && slices.Contains(names, "claude-opus-4-6"), "%v", names)
	})
	requirement("messages.mantle", func() {
		open := func(change func(*bedrock.MantleClientConfig)) *bedrock.MantleClient {
			how := bedrock.MantleClientConfig{AWSRegion: target.Region, BaseURL: target.URLs["strict"] + "/mantle/anthropic"}
			change(&how)
			client, err := bedrock.NewMantleClient(background, how, option.WithMaxRetries(0))
			must(err)
			return client
		}
		signing := func(secret string) func(*bedrock.MantleClientConfig) {
			return func(how *bedrock.MantleClientConfig) {
				how.AWSAccessKey, how.AWSSecretAccessKey = target.Keys.AccessKeyID, secret
			}
		}
		setEnvironment(identity{}, target.Region, target.URLs["strict"])
		client := open(signing(target.Keys.SecretAccessKey))
		whole, err := client.Messages.New(background, surfaces[1].hello())
		must(err)
		equal(gatherAnthropic(client.Messages, surfaces[1].hello()).text, fromAnthropic(whole).text)
		_, err = open(signing("not the secret")).Messages.New(background, surfaces[1].hello())
		isStatus(err, 401)
		keyed := open(func(how *bedrock.MantleClientConfig) { how.APIKey = target.Bearer })
		_, err = keyed.Messages.New(background, surfaces[1].hello())
		must(err)
	})
}

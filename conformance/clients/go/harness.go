// What every Go runner shares: the target, the list of checks, and one line of JSON for each of them.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "unsafe" // for linkname
)

type keyPair struct {
	AccessKeyID     string `json:"accessKeyId"`
	SecretAccessKey string `json:"secretAccessKey"`
	SessionToken    string `json:"sessionToken"`
}

// identity is a pair of keys, a bearer token, or, when empty, nobody.
type identity struct {
	keys   keyPair
	bearer string
}

var target struct {
	Region    string            `json:"region"`
	Account   string            `json:"account"`
	URLs      map[string]string `json:"urls"`
	Users     map[string]string `json:"users"`
	Keys      keyPair           `json:"keys"`
	Temporary keyPair           `json:"temporary"`
	Bearer    string            `json:"bearer"`
	Fixtures  map[string]string `json:"fixtures"`
}

const (
	modelMain    = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
	modelBare    = "anthropic.claude-sonnet-4-5-20250929-v1:0"
	modelGuide   = "global.anthropic.claude-opus-4-6-v1"
	modelRetired = "us.anthropic.claude-sonnet-4-20250514-v1:0"
	modelNoScope = "eu.anthropic.claude-opus-4-1-20250805-v1:0"
	modelUnknown = "us.anthropic.claude-nonesuch-9-v1:0"

	textUnknownModel = "The provided model identifier is invalid."
	textOnDemand     = "Invocation of model ID " + modelBare + " with on-demand throughput isn’t supported. " +
		"Retry your request with the ID or ARN of an inference profile that contains this model."
	textEndOfLife        = "This model version has reached the end of its life."
	textMaxTokensMissing = "Malformed input request: #: required key [max_tokens] not found, " +
		"please reformat your input and try again."
	textExtraneousModel = "#: extraneous key [model] is not permitted"
	textFirstRole       = "A conversation must start with a user message. " +
		"Try again with a conversation that starts with a user message."
	textBlank = "The text field in the ContentBlock object at messages.0.content.0 is blank. " +
		"Add text to the text field, and try again."
	textToolConfig        = "The toolConfig field must be defined when using toolUse and toolResult content blocks."
	textToolResult        = "Expected toolResult blocks at messages.2.content for the following Ids: tooluse_conformance"
	textToolResultSurplus = "The number of toolResult blocks at messages.2.content exceeds the number of toolUse blocks " +
		"of previous turn."
	textMaxTokens   = "The maximum tokens you requested exceeds the model limit of "
	textPattern     = "1 validation error detected: Value 'not a model' at 'modelId' failed to satisfy constraint: "
	textUnknownKey  = "The security token included in the request is invalid."
	textWrongSecret = "The request signature we calculated does not match the signature you provided. " +
		"Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
	textExpired   = "Signature expired: "
	textEarly     = "Signature not yet current: "
	textMissing   = "Missing Authentication Token"
	textWrongKey  = "Authentication failed: Please make sure your API Key is valid."
	textKeyFormat = "Invalid API Key format: Must start with pre-defined prefix"
)

var requestID = regexp.MustCompile(`^[0-9a-f-]{36}$`)

func profileArn(id string) string {
	return fmt.Sprintf("arn:aws:bedrock:%s:%s:inference-profile/%s", target.Region, target.Account, id)
}

func modelArn(id string) string {
	return fmt.Sprintf("arn:aws:bedrock:%s::foundation-model/%s", target.Region, id)
}

func fixture(name string) []byte {
	bytes, err := os.ReadFile(target.Fixtures[name])
	must(err)
	return bytes
}

// failure is what a check that does not hold panics with.
type failure string

func expect(holds bool, format string, args ...any) {
	if !holds {
		panic(failure(fmt.Sprintf(format, args...)))
	}
}

func must(err error) {
	expect(err == nil, "%v", err)
}

func equal[T comparable](actual, expected T) {
	expect(actual == expected, "%v !== %v", actual, expected)
}

func contains(text, part string) {
	expect(strings.Contains(text, part), "expected %q, shown %q", part, text)
}

type requirementChecks struct {
	id     string
	checks []func()
}

var requirements []*requirementChecks

// requirement adds a check; all checks of one requirement have to pass.
func requirement(id string, check func()) {
	for _, each := range requirements {
		if each.id == id {
			each.checks = append(each.checks, check)
			return
		}
	}
	requirements = append(requirements, &requirementChecks{id, []func(){check}})
}

func runAll(client string) {
	only := os.Getenv("CONFORMANCE_IDS")
	for _, each := range requirements {
		if only != "" && !slices.Contains(strings.Split(only, ","), each.id) {
			continue
		}
		started := time.Now()
		detail := ""
		for _, check := range each.checks {
			if detail == "" {
				detail = runOne(check)
			}
		}
		setClock(0)
		outcome := "pass"
		if detail != "" {
			outcome = "fail"
		}
		line := struct {
			ID      string `json:"id"`
			Client  string `json:"client"`
			Outcome string `json:"outcome"`
			Detail  string `json:"detail"`
			MS      int64  `json:"ms"`
		}{each.id, client, outcome, detail, time.Since(started).Milliseconds()}
		bytes, err := json.Marshal(line)
		must(err)
		fmt.Println(string(bytes))
	}
}

// runOne returns why a check failed, or nothing.
func runOne(check func()) string {
	done := make(chan string, 1)
	go func() {
		defer func() {
			if problem := recover(); problem != nil {
				text := strings.Join(strings.Fields(fmt.Sprint(problem)), " ")
				done <- "Error: " + string([]rune(text)[:min(len([]rune(text)), 400)])
			}
		}()
		check()
		done <- ""
	}()
	select {
	case detail := <-done:
		return detail
	case <-time.After(60 * time.Second):
		return "no end after 60 s"
	}
}

// The SDK asks this variable for the time, so a wrong clock needs no change to it.
//
//go:linkname sdkNow github.com/aws/aws-sdk-go-v2/internal/sdk.NowTime
var sdkNow func() time.Time

func setClock(offset time.Duration) {
	sdkNow = func() time.Time { return time.Now().Add(offset) }
}

// setEnvironment puts identity, region and endpoints where the SDK looks for them by itself.
func setEnvironment(who identity, region, endpoint string) {
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if regexp.MustCompile(`^AWS_(ACCESS|SECRET|SESSION|BEARER|REGION|DEFAULT|ENDPOINT)`).MatchString(name) {
			must(os.Unsetenv(name))
		}
	}
	variables := map[string]string{
		"AWS_REGION":                       region,
		"AWS_ENDPOINT_URL_BEDROCK_RUNTIME": endpoint,
		"AWS_ENDPOINT_URL_BEDROCK":         endpoint,
		"AWS_ENDPOINT_URL_STS":             endpoint,
		"AWS_BEARER_TOKEN_BEDROCK":         who.bearer,
		"AWS_ACCESS_KEY_ID":                who.keys.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY":            who.keys.SecretAccessKey,
		"AWS_SESSION_TOKEN":                who.keys.SessionToken,
	}
	for name, value := range variables {
		if value != "" {
			must(os.Setenv(name, value))
		}
	}
}

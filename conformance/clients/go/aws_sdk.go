// aws-sdk-go-v2, service/bedrockruntime: everything it needs to know comes from the environment.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/document"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

var background = context.Background()

// loadConfig reads the environment as any Go program does.
func loadConfig(how options, more ...func(*config.LoadOptions) error) aws.Config {
	who := identity{keys: target.Keys}
	if how.who != nil {
		who = *how.who
	}
	region, endpoint := target.Region, target.URLs["strict"]
	if how.region != "" {
		region = how.region
	}
	if how.url != "" {
		endpoint = how.url
	}
	if who.bearer != "" && !how.plain {
		// This SDK sends a bearer key over TLS alone.
		endpoint = target.URLs["secure"]
	}
	if who == (identity{}) {
		who.keys = keyPair{AccessKeyID: "unused", SecretAccessKey: "unused"}
	}
	if how.attempts > 0 {
		more = append(more, config.WithRetryMaxAttempts(how.attempts))
	}
	setEnvironment(who, region, endpoint)
	loaded, err := config.LoadDefaultConfig(background, more...)
	must(err)
	return loaded
}

func openRuntime(how options) *bedrockruntime.Client {
	return bedrockruntime.NewFromConfig(loadConfig(how), func(own *bedrockruntime.Options) {
		// aws.AnonymousCredentials end in a nil pointer inside of this SDK (it tries its bearer scheme without a token),
		// so a call without credentials is one whose signer adds nothing.
		if how.who != nil && *how.who == (identity{}) {
			own.HTTPSignerV4 = unsigned{}
		}
	})
}

type unsigned struct{}

func (unsigned) SignHTTP(
	context.Context, aws.Credentials, *http.Request, string, string, string, time.Time, ...func(*v4.SignerOptions),
) error {
	return nil
}

func describeAws(err error) refusal {
	var service smithy.APIError
	var response *awshttp.ResponseError
	expect(errors.As(err, &service) && errors.As(err, &response), "not an answer of the service: %v", err)
	return refusal{response.HTTPStatusCode(), service.ErrorCode(), service.ErrorMessage()}
}

// attemptsOf reads how often a call was tried.
func attemptsOf(metadata middleware.Metadata) int {
	results, _ := retry.GetAttemptResults(metadata)
	return len(results.Results)
}

// This SDK takes half a frame, and a cut connection too, for the end of a stream: an app has to look for the last event.
var brokenSdk = broken{
	exception: `^\*types\.ThrottlingException: ThrottlingException: Slow down, quarry\.$`,
	halfFrame: `(event 3 of 4 is content_block_delta|messageStop before metadata)`,
	drop:      `(event 3 of 4 is content_block_delta|messageStop before metadata)`,
}

var invokeAdapter = adapter{
	broken:   brokenSdk,
	describe: describeAws,
	connect: func(how options) connection {
		runtime := openRuntime(how)
		attempts := 0
		return connection{
			ask: func(asked ask) (*answer, error) {
				output, err := runtime.InvokeModel(background, toInvoke(asked.model, toMessages(asked)))
				if err != nil {
					return nil, err
				}
				attempts = attemptsOf(output.ResultMetadata)
				var given message
				if err := json.Unmarshal(output.Body, &given); err != nil {
					return nil, err
				}
				return fromMessage(given), nil
			},
			stream: func(asked ask) (*answer, error) {
				events, err := streamEvents(runtime, asked)
				if err != nil {
					return nil, err
				}
				given, err := gather(events)
				return fromMessage(given), err
			},
			attempts: func() int { return attempts },
		}
	},
}

func toInvoke(model string, body []byte) *bedrockruntime.InvokeModelInput {
	return &bedrockruntime.InvokeModelInput{ModelId: &model, ContentType: aws.String("application/json"), Body: body}
}

func streamEvents(runtime *bedrockruntime.Client, asked ask) ([][]byte, error) {
	input := &bedrockruntime.InvokeModelWithResponseStreamInput{
		ModelId: &asked.model, ContentType: aws.String("application/json"), Body: toMessages(asked),
	}
	output, err := runtime.InvokeModelWithResponseStream(background, input)
	if err != nil {
		return nil, err
	}
	stream := output.GetStream()
	defer stream.Close()
	var events [][]byte
	for event := range stream.Events() {
		if chunk, ok := event.(*types.ResponseStreamMemberChunk); ok {
			events = append(events, chunk.Value.Bytes)
		}
	}
	return events, endOf(stream.Err())
}

// endOf says what ended a stream. `net.ErrClosed` means that this process closed its own connection, as the SDK does now
// and then while its reader still waits for the end; a server's close is an end or a reset. What has come tells whether
// the answer is whole, and every check asks for the last event.
func endOf(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// checkSdk adds what only this SDK's own types can show.
func checkSdk() {
	requirement("endpoint.environment", func() {
		// No endpoint in the code: `AWS_ENDPOINT_URL_BEDROCK_RUNTIME` alone, and nothing without it.
		sure(invokeAdapter.connect(options{}).ask(says("Hello")))
		sure(converseAdapter.connect(options{}).stream(says("Hello")))
		_, err := openRuntime(options{url: "http://127.0.0.1:1", attempts: 1}).InvokeModel(background, toInvoke(modelMain, hello(nil)))
		expect(err != nil, "an endpoint where nothing listens")
	})
	requirement("invoke.metadata", func() {
		output, err := openRuntime(options{}).InvokeModel(background, toInvoke(modelMain, hello(nil)))
		must(err)
		id, _ := awsmiddleware.GetRequestIDMetadata(output.ResultMetadata)
		expect(requestID.MatchString(id), "request id %q", id)
		var given message
		must(json.Unmarshal(output.Body, &given))
		headers := rawHeaders(output.ResultMetadata)
		equal(headers.Get("x-amzn-bedrock-input-token-count"), string(toJSON(given.Usage.Input)))
		equal(headers.Get("x-amzn-bedrock-output-token-count"), string(toJSON(given.Usage.Output)))
		expect(headers.Get("x-amzn-bedrock-invocation-latency") != "", "a latency")
	})
	requirement("invoke.stream.metrics", func() {
		events, err := streamEvents(openRuntime(options{}), says("Hello"))
		must(err)
		given, err := gather(events)
		must(err)
		var last struct {
			Metrics *struct {
				Input  int  `json:"inputTokenCount"`
				Output int  `json:"outputTokenCount"`
				Whole  *int `json:"invocationLatency"`
				First  *int `json:"firstByteLatency"`
			} `json:"amazon-bedrock-invocationMetrics"`
		}
		must(json.Unmarshal(events[len(events)-1], &last))
		expect(last.Metrics != nil && last.Metrics.Whole != nil && last.Metrics.First != nil, "metrics")
		equal([2]int{last.Metrics.Input, last.Metrics.Output}, [2]int{given.Usage.Input, given.Usage.Output})
	})
	requirement("count-tokens", func() {
		runtime := openRuntime(options{})
		count := func(model string, input types.CountTokensInput) (int, error) {
			output, err := runtime.CountTokens(background, &bedrockruntime.CountTokensInput{ModelId: &model, Input: input})
			if err != nil {
				return 0, err
			}
			return int(aws.ToInt32(output.InputTokens)), nil
		}
		body := &types.CountTokensInputMemberInvokeModel{Value: types.InvokeModelTokensRequest{Body: hello(nil)}}
		counted, err := count(modelBare, body)
		must(err)
		equal(counted, sure(invokeAdapter.connect(options{}).ask(says("Hello"))).input)
		asked := toConverse(says("Hello"))
		prompt := &types.CountTokensInputMemberConverse{Value: types.ConverseTokensRequest{Messages: asked.Messages}}
		counted, err = count(modelBare, prompt)
		must(err)
		equal(counted, sure(converseAdapter.connect(options{}).ask(says("Hello"))).input)
		_, err = count(modelMain, prompt)
		isRefused(converseAdapter, err, invalid("The provided model doesn't support counting tokens."))
	})
	requirement("guardrail.unknown", func() {
		id, version := "conformance1", "1"
		input := toConverse(says("Hello"))
		input.GuardrailConfig = &types.GuardrailConfiguration{GuardrailIdentifier: &id, GuardrailVersion: &version}
		_, err := openRuntime(options{}).Converse(background, input)
		missing := invalid("The guardrail identifier or version provided in the request does not exist.")
		isRefused(converseAdapter, err, missing)
		posted := toInvoke(modelMain, hello(nil))
		posted.GuardrailIdentifier, posted.GuardrailVersion = &id, &version
		_, err = openRuntime(options{}).InvokeModel(background, posted)
		isRefused(invokeAdapter, err, missing)
	})
	requirement("error.malformed", func() { refusesBody(options{}, object{"max_tokens": nil}, textMaxTokensMissing) })
	requirement("error.extraneous", func() {
		refusesBody(options{url: target.URLs["measured"]}, object{"model": "x"}, textExtraneousModel)
	})
	for _, client := range []adapter{invokeAdapter, converseAdapter} {
		requirement("error.model-id-pattern", func() {
			_, err := client.connect(options{}).ask(says("Hello").with(func(a *ask) { a.model = "not a model" }))
			isRefused(client, err, refusal{400, "ValidationException", textPattern})
		})
	}
	requirement("error.metadata", func() {
		_, err := openRuntime(options{}).InvokeModel(background, toInvoke(modelUnknown, hello(nil)))
		var typed *types.ValidationException
		var response *awshttp.ResponseError
		expect(errors.As(err, &typed) && errors.As(err, &response), "a ValidationException, not %v", err)
		equal(typed.ErrorFault(), smithy.FaultClient)
		expect(requestID.MatchString(response.ServiceRequestID()), "request id %q", response.ServiceRequestID())
		equal(response.Response.Header.Get("x-amzn-errortype"),
			"ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/")
	})
	requirement("auth.clock-corrected", func() {
		setClock(-6 * time.Minute)
		output, err := openRuntime(options{}).InvokeModel(background, toInvoke(modelMain, hello(nil)))
		must(err)
		equal(attemptsOf(output.ResultMetadata), 2)
	})
	requirement("date", func() {
		output, err := openRuntime(options{}).InvokeModel(background, toInvoke(modelMain, hello(nil)))
		must(err)
		isNow(rawHeaders(output.ResultMetadata).Get("date"))
		_, err = openRuntime(options{}).InvokeModel(background, toInvoke(modelUnknown, hello(nil)))
		var response *awshttp.ResponseError
		expect(errors.As(err, &response), "a refusal, not %v", err)
		isNow(response.Response.Header.Get("date"))
	})
	requirement("keep-alive", func() {
		var opened atomic.Int32
		own := awshttp.NewBuildableClient().WithTransportOptions(func(transport *http.Transport) {
			transport.DialContext = counting(transport.DialContext, &opened)
		})
		runtime := bedrockruntime.NewFromConfig(loadConfig(options{}, config.WithHTTPClient(own)))
		for range 5 {
			_, err := runtime.InvokeModel(background, toInvoke(modelMain, hello(nil)))
			must(err)
		}
		equal(opened.Load(), 1)
	})
	checkConverse()
}

func rawHeaders(metadata middleware.Metadata) http.Header {
	response, ok := awsmiddleware.GetRawResponse(metadata).(*smithyhttp.Response)
	expect(ok, "a raw response")
	return response.Header
}

func refusesBody(how options, change object, text string) {
	_, err := openRuntime(how).InvokeModel(background, toInvoke(modelMain, hello(change)))
	isRefused(invokeAdapter, err, refusal{400, "ValidationException", text})
}

func toDocument(value any) document.Interface { return document.NewLazyDocument(value) }

func fromDocument(value document.Interface) object {
	if value == nil {
		return nil
	}
	bytes, err := value.MarshalSmithyDocument()
	must(err)
	var result object
	must(json.Unmarshal(bytes, &result))
	return result
}

// What a script answers, and what a client makes of an endpoint that fails in each of the ways of docs/reference/scripts.md.
package main

import (
	"fmt"
	"os"
	"regexp"
)

// broken is what a broken stream ends in, as the client tells it.
type broken struct{ exception, halfFrame, drop string }

var faultErrors = []struct {
	kind, code string
	status     int
}{
	{"modelTimeout", "ModelTimeoutException", 408},
	{"modelError", "ModelErrorException", 424},
	{"modelNotReady", "ModelNotReadyException", 429},
	{"internal", "InternalServerException", 500},
	{"unavailable", "ServiceUnavailableException", 503},
}

func checkFaults(client adapter) {
	scripted := options{url: target.URLs["scripted"]}
	once := options{url: target.URLs["scripted"], attempts: 1}
	for _, way := range []func(connection) func(ask) (*answer, error){
		func(one connection) func(ask) (*answer, error) { return one.ask },
		func(one connection) func(ask) (*answer, error) { return one.stream },
	} {
		requirement("script.answer", func() {
			asked := says("script: everything").with(func(a *ask) { a.tools, a.thinking, a.maxTokens = []tool{weather}, 1024, 2048 })
			given := sure(way(client.connect(scripted))(asked))
			equal(given.text, "Let me look at the gauge.")
			equal(given.stop, "tool_use")
			expect(len(given.calls) == 1 && given.calls[0].input["city"] == "Bernina", "calls %v", given.calls)
			expect(len(given.signature) > 20, "signature %q", given.signature)
			equal([2]int{given.input, given.output}, [2]int{1234, 56})
		})
	}
	requirement("fault.retry", func() {
		one := client.connect(scripted)
		equal(sure(one.ask(says("throttle once: "+os.Getenv("CONFORMANCE_CLIENT")+"."))).text, "At last.")
		equal(one.attempts(), 2)
	})
	requirement("fault.errors", func() {
		for _, each := range faultErrors {
			_, err := client.connect(once).ask(says("fault: " + each.kind + "."))
			isRefused(client, err, refusal{each.status, each.code, ""})
		}
	})
	for _, each := range [][3]string{
		{"fault.exception", "fault: exception", client.broken.exception},
		{"fault.half-frame", "fault: half frame", client.broken.halfFrame},
		{"fault.drop", "fault: drop", client.broken.drop},
	} {
		requirement(each[0], func() {
			given, err := client.connect(once).stream(says(each[1]))
			told := fmt.Sprintf("%T: %v", err, err)
			if err == nil {
				told = fmt.Sprintf("answered %q, stopped by %q", given.text, given.stop)
			}
			expect(regexp.MustCompile(each[2]).MatchString(told), "expected %s, told %s", each[2], told)
		})
	}
}

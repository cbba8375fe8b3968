// Real Go clients: `conformance-go aws-sdk-go`, `anthropic-go` or `anthropic-messages-go`.
package main

import (
	"encoding/json"
	"os"
)

func main() {
	bytes, err := os.ReadFile(os.Getenv("CONFORMANCE_TARGET"))
	must(err)
	must(json.Unmarshal(bytes, &target))
	setClock(0)
	switch client := os.Args[1]; client {
	case "aws-sdk-go":
		checkRuntime(invokeAdapter)
		checkRuntime(converseAdapter)
		checkSdk()
		checkControl()
		checkSts()
		runAll(client)
	case "anthropic-go":
		checkRuntime(anthropicAdapter)
		checkAnthropic()
		runAll(client)
	case "anthropic-messages-go":
		checkSurfaces()
		runAll(client)
	default:
		panic("no client is called " + client)
	}
}

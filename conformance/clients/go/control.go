// aws-sdk-go-v2, service/bedrock and service/sts: the control plane and who am I.
package main

import (
	"slices"
	"strings"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/bedrock"
	"github.com/aws/aws-sdk-go-v2/service/bedrock/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func openControl(how options) *bedrock.Client { return bedrock.NewFromConfig(loadConfig(how)) }

func listModels(how options, input bedrock.ListFoundationModelsInput) ([]types.FoundationModelSummary, error) {
	output, err := openControl(how).ListFoundationModels(background, &input)
	if err != nil {
		return nil, err
	}
	return output.ModelSummaries, nil
}

func checkControl() {
	anthropic := "anthropic"
	requirement("models.list", func() {
		models, err := listModels(options{}, bedrock.ListFoundationModelsInput{ByProvider: &anthropic})
		must(err)
		for _, id := range []string{
			"anthropic.claude-opus-4-6-v1", "anthropic.claude-sonnet-4-6", "anthropic.claude-sonnet-4-5-20250929-v1:0",
			"anthropic.claude-haiku-4-5-20251001-v1:0",
		} {
			index := slices.IndexFunc(models, func(each types.FoundationModelSummary) bool { return *each.ModelId == id })
			expect(index >= 0, "no %s among %d models", id, len(models))
			equal(*models[index].ModelArn, modelArn(id))
			equal(*models[index].ProviderName, "Anthropic")
			equal(*models[index].ResponseStreamingSupported, true)
			equal(models[index].ModelLifecycle.Status, types.FoundationModelLifecycleStatusActive)
		}
	})
	requirement("guardrail.list", func() {
		output, err := openControl(options{}).ListGuardrails(background, &bedrock.ListGuardrailsInput{})
		must(err)
		equal(len(output.Guardrails), 0)
	})
	requirement("models.filter", func() {
		nobody := "Nobody"
		text, err := listModels(options{}, bedrock.ListFoundationModelsInput{ByOutputModality: types.ModelModalityText})
		must(err)
		expect(len(text) > 0, "models that write text")
		for _, none := range []bedrock.ListFoundationModelsInput{
			{ByOutputModality: types.ModelModalityEmbedding}, {ByProvider: &nobody},
		} {
			found, err := listModels(options{}, none)
			must(err)
			equal(len(found), 0)
		}
		_, err = listModels(options{}, bedrock.ListFoundationModelsInput{ByOutputModality: "SMELL"})
		isRefused(invokeAdapter, err, refusal{400, "ValidationException", "SMELL"})
	})
	requirement("models.get", func() {
		get := func(id string) (*bedrock.GetFoundationModelOutput, error) {
			return openControl(options{}).GetFoundationModel(background, &bedrock.GetFoundationModelInput{ModelIdentifier: &id})
		}
		for _, id := range []string{modelBare, modelArn(modelBare)} {
			output, err := get(id)
			must(err)
			equal(*output.ModelDetails.ModelId, modelBare)
			equal(*output.ModelDetails.ModelName, "Claude Sonnet 4.5")
		}
		_, err := get("anthropic.claude-nonesuch-9")
		isRefused(invokeAdapter, err, refusal{400, "ValidationException", textUnknownModel})
	})
	checkProfiles()
	requirement("control.bearer", func() {
		models, err := listModels(options{who: &identity{bearer: target.Bearer}}, bedrock.ListFoundationModelsInput{})
		must(err)
		expect(len(models) > 0, "models")
	})
	requirement("control.errors", func() {
		refused := func(who identity, code, text string) {
			_, err := listModels(options{who: &who}, bedrock.ListFoundationModelsInput{})
			isRefused(invokeAdapter, err, refusal{403, code, text})
		}
		unknown, wrong := target.Keys, target.Keys
		unknown.AccessKeyID, wrong.SecretAccessKey = "AKIAUNKNOWNUNKNOWN77", "wrong"
		refused(identity{keys: unknown}, "UnrecognizedClientException", textUnknownKey)
		refused(identity{keys: wrong}, "InvalidSignatureException", textWrongSecret)
		refused(identity{bearer: wrongBearer()}, "AccessDeniedException", textWrongKey)
	})
}

func checkProfiles() {
	system := bedrock.ListInferenceProfilesInput{TypeEquals: types.InferenceProfileTypeSystemDefined}
	requirement("profiles.list", func() {
		output, err := openControl(options{}).ListInferenceProfiles(background, &system)
		must(err)
		index := slices.IndexFunc(output.InferenceProfileSummaries, func(each types.InferenceProfileSummary) bool {
			return *each.InferenceProfileId == modelMain
		})
		expect(index >= 0, "%s among the profiles", modelMain)
		found := output.InferenceProfileSummaries[index]
		equal(*found.InferenceProfileArn, profileArn(modelMain))
		equal(found.Type, types.InferenceProfileTypeSystemDefined)
		equal(found.Status, types.InferenceProfileStatusActive)
		expect(len(found.Models) > 0, "models of the profile")
	})
	requirement("profiles.pages", func() {
		whole, err := openControl(options{}).ListInferenceProfiles(background, &bedrock.ListInferenceProfilesInput{})
		must(err)
		three := int32(3)
		pages := bedrock.NewListInferenceProfilesPaginator(openControl(options{}), &bedrock.ListInferenceProfilesInput{MaxResults: &three})
		count := 0
		var paged []string
		for pages.HasMorePages() {
			page, err := pages.NextPage(background)
			must(err)
			count++
			expect(len(page.InferenceProfileSummaries) <= 3, "%d in a page", len(page.InferenceProfileSummaries))
			paged = append(paged, profileIDs(page.InferenceProfileSummaries)...)
		}
		expect(count > 1, "%d pages", count)
		equal(strings.Join(paged, " "), strings.Join(profileIDs(whole.InferenceProfileSummaries), " "))
	})
	requirement("profiles.get", func() {
		get := func(id string) (*bedrock.GetInferenceProfileOutput, error) {
			return openControl(options{}).GetInferenceProfile(background, &bedrock.GetInferenceProfileInput{InferenceProfileIdentifier: &id})
		}
		for _, id := range []string{modelMain, profileArn(modelMain)} {
			profile, err := get(id)
			must(err)
			equal(*profile.InferenceProfileId, modelMain)
			equal(*profile.InferenceProfileArn, profileArn(modelMain))
			contains(*profile.InferenceProfileName, "Claude Sonnet 4.5")
		}
		_, err := get("us.anthropic.claude-nonesuch-9")
		expect(err != nil, "a refusal")
		// WIRE §13 does not know which of the two it is.
		code := describeAws(err).code
		expect(code == "ResourceNotFoundException" || code == "ValidationException", "%s", code)
	})
}

func profileIDs(profiles []types.InferenceProfileSummary) []string {
	var ids []string
	for _, each := range profiles {
		ids = append(ids, *each.InferenceProfileId)
	}
	return ids
}

func checkSts() {
	identify := func(keys keyPair) (*sts.GetCallerIdentityOutput, error) {
		client := sts.NewFromConfig(loadConfig(options{who: &identity{keys: keys}}))
		return client.GetCallerIdentity(background, &sts.GetCallerIdentityInput{})
	}
	known := func(keys keyPair, user string) {
		output, err := identify(keys)
		must(err)
		equal(*output.Account, target.Account)
		expect(strings.HasPrefix(*output.Arn, "arn:aws:"), "%s", *output.Arn)
		contains(*output.Arn, ":"+target.Account+":")
		contains(*output.Arn, user)
		expect(userID.MatchString(*output.UserId), "user id %s", *output.UserId)
		id, _ := awsmiddleware.GetRequestIDMetadata(output.ResultMetadata)
		expect(requestID.MatchString(id), "request id %q", id)
	}
	requirement("sts.identity", func() { known(target.Keys, target.Users["keys"]) })
	requirement("sts.session", func() { known(target.Temporary, target.Users["temporary"]) })
	requirement("sts.error", func() {
		unknown, wrong := target.Keys, target.Keys
		unknown.AccessKeyID, wrong.SecretAccessKey = "AKIAUNKNOWNUNKNOWN77", "wrong"
		_, err := identify(unknown)
		isRefused(invokeAdapter, err, refusal{403, "InvalidClientTokenId", textUnknownKey})
		_, err = identify(wrong)
		isRefused(invokeAdapter, err, refusal{403, "SignatureDoesNotMatch", textWrongSecret})
	})
}

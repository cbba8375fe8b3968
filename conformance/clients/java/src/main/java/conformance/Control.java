package conformance;

import static conformance.Harness.contains;
import static conformance.Harness.equal;
import static conformance.Harness.expect;
import static conformance.Harness.refusal;
import static conformance.Harness.requirement;

import conformance.Plain.Options;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.bedrock.BedrockClient;
import software.amazon.awssdk.services.bedrock.model.FoundationModelSummary;
import software.amazon.awssdk.services.bedrock.model.GetInferenceProfileResponse;
import software.amazon.awssdk.services.bedrock.model.InferenceProfileSummary;
import software.amazon.awssdk.services.bedrock.model.ListInferenceProfilesResponse;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;

/** The control plane and who am I. */
final class Control {
    private Control() {}

    private static BedrockClient open(Options how) {
        return Sdk.set(BedrockClient.builder().httpClientBuilder(ApacheHttpClient.builder()), how, new Sdk.Counter()).build();
    }

    private static BedrockClient open() {
        return open(Options.USUAL);
    }

    static void add() {
        models();
        profiles();
        Callable<?> bearer = () -> open(Options.bearing(Harness.TARGET.path("bearer").asText())).listFoundationModels(all -> {});
        requirement("control.bearer", () -> expect(bearer.call() != null, "models"));
        Harness.Keys keys = Harness.Keys.of("keys");
        denied(Options.as(keys.unknown()), "UnrecognizedClientException", Harness.UNKNOWN_KEY);
        denied(Options.as(keys.wrong()), "InvalidSignatureException", Harness.WRONG_SECRET);
        denied(Options.bearing(Checks.wrongBearer()), "AccessDeniedException", Harness.WRONG_KEY);
        sts();
    }

    private static void denied(Options how, String code, String text) {
        Sdk.refused("control.errors", () -> open(how).listFoundationModels(all -> {}), 403, code, text);
    }

    private static void models() {
        requirement("guardrail.list", () -> equal(open().listGuardrails(all -> {}).guardrails(), List.of()));
        requirement(
            "models.list",
            () -> {
                List<FoundationModelSummary> models =
                    open().listFoundationModels(filter -> filter.byProvider("anthropic")).modelSummaries();
                for (String id :
                    List.of(
                        "anthropic.claude-opus-4-6-v1", "anthropic.claude-sonnet-4-6",
                        "anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic.claude-haiku-4-5-20251001-v1:0")) {
                    FoundationModelSummary found =
                        models.stream().filter(each -> each.modelId().equals(id)).findFirst().orElseThrow();
                    equal(found.modelArn(), Harness.modelArn(id));
                    equal(found.providerName(), "Anthropic");
                    equal(found.responseStreamingSupported(), true);
                    equal(found.modelLifecycle().statusAsString(), "ACTIVE");
                }
            });
        requirement(
            "models.filter",
            () -> {
                expect(open().listFoundationModels(by -> by.byOutputModality("TEXT")).modelSummaries().size() > 0, "text");
                equal(open().listFoundationModels(by -> by.byOutputModality("EMBEDDING")).modelSummaries().size(), 0);
                equal(open().listFoundationModels(by -> by.byProvider("Nobody")).modelSummaries().size(), 0);
            });
        Sdk.refused(
            "models.filter",
            () -> open().listFoundationModels(by -> by.byOutputModality("SMELL")),
            400,
            "ValidationException",
            "SMELL");
        requirement(
            "models.get",
            () -> {
                for (String id : List.of(Harness.BARE, Harness.modelArn(Harness.BARE))) {
                    var details = open().getFoundationModel(of -> of.modelIdentifier(id)).modelDetails();
                    equal(details.modelId(), Harness.BARE);
                    equal(details.modelName(), "Claude Sonnet 4.5");
                }
            });
        Sdk.refused(
            "models.get",
            () -> open().getFoundationModel(of -> of.modelIdentifier("anthropic.claude-nonesuch-9")),
            400,
            "ValidationException",
            Harness.UNKNOWN_MODEL);
    }

    private static List<String> ids(List<InferenceProfileSummary> profiles) {
        return profiles.stream().map(InferenceProfileSummary::inferenceProfileId).toList();
    }

    private static void profiles() {
        requirement(
            "profiles.list",
            () -> {
                List<InferenceProfileSummary> all =
                    open().listInferenceProfiles(of -> of.typeEquals("SYSTEM_DEFINED")).inferenceProfileSummaries();
                InferenceProfileSummary found =
                    all.stream().filter(each -> each.inferenceProfileId().equals(Harness.MAIN)).findFirst().orElseThrow();
                equal(found.inferenceProfileArn(), Harness.profileArn(Harness.MAIN));
                equal(found.typeAsString(), "SYSTEM_DEFINED");
                equal(found.statusAsString(), "ACTIVE");
                expect(!found.models().isEmpty(), "models of the profile");
            });
        requirement(
            "profiles.pages",
            () -> {
                List<String> paged = new ArrayList<>();
                int pages = 0;
                for (ListInferenceProfilesResponse page : open().listInferenceProfilesPaginator(of -> of.maxResults(3))) {
                    pages++;
                    expect(page.inferenceProfileSummaries().size() <= 3, "three in a page");
                    paged.addAll(ids(page.inferenceProfileSummaries()));
                }
                expect(pages > 1, pages + " pages");
                equal(paged, ids(open().listInferenceProfiles(of -> {}).inferenceProfileSummaries()));
            });
        requirement(
            "profiles.get",
            () -> {
                for (String id : List.of(Harness.MAIN, Harness.profileArn(Harness.MAIN))) {
                    GetInferenceProfileResponse profile = open().getInferenceProfile(of -> of.inferenceProfileIdentifier(id));
                    equal(profile.inferenceProfileId(), Harness.MAIN);
                    equal(profile.inferenceProfileArn(), Harness.profileArn(Harness.MAIN));
                    contains(profile.inferenceProfileName(), "Claude Sonnet 4.5");
                }
                String unknown = "us.anthropic.claude-nonesuch-9";
                AwsServiceException error =
                    (AwsServiceException)
                        refusal(() -> open().getInferenceProfile(of -> of.inferenceProfileIdentifier(unknown)));
                // WIRE §13 does not know which of the two it is.
                String code = error.awsErrorDetails().errorCode();
                expect(List.of("ResourceNotFoundException", "ValidationException").contains(code), code);
            });
    }

    private static GetCallerIdentityResponse identify(Harness.Keys keys) {
        return Sdk.set(StsClient.builder().httpClientBuilder(ApacheHttpClient.builder()), Options.as(keys), new Sdk.Counter())
            .build()
            .getCallerIdentity();
    }

    private static void sts() {
        for (String name : List.of("keys", "temporary")) {
            requirement(
                name.equals("keys") ? "sts.identity" : "sts.session",
                () -> {
                    GetCallerIdentityResponse known = identify(Harness.Keys.of(name));
                    equal(known.account(), Harness.ACCOUNT);
                    expect(known.arn().startsWith("arn:aws:"), known.arn());
                    contains(known.arn(), ":" + Harness.ACCOUNT + ":");
                    contains(known.arn(), Harness.TARGET.path("users").path(name).asText());
                    expect(known.userId().matches("A[A-Z0-9]+.*|\\d{12}:.*"), known.userId());
                    expect(known.responseMetadata().requestId().matches("[0-9a-f-]{36}"), "a request id");
                });
        }
        Harness.Keys keys = Harness.Keys.of("keys");
        Sdk.refused("sts.error", () -> identify(keys.unknown()), 403, "InvalidClientTokenId", Harness.UNKNOWN_KEY);
        Sdk.refused("sts.error", () -> identify(keys.wrong()), 403, "SignatureDoesNotMatch", Harness.WRONG_SECRET);
    }
}

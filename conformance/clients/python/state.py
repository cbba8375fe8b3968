"""What the control plane keeps and what it does to calls, asked through any client that knows the service models."""

import json
import re
from dataclasses import dataclass
from typing import Any, Callable, Protocol

from harness import Identity, Refusal, contains, equal, expect, refused, requirement, target

HAIKU = "anthropic.claude-haiku-4-5-20251001-v1:0"
SONNET = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
QUIET = "us.anthropic.claude-sonnet-4-6"
FORM = {
    "companyName": "Quarry", "companyWebsite": "https://quarry.example", "intendedUsers": "0",
    "industryOption": "Mining", "otherIndustryOption": "", "useCases": "Counting stones.",
}


class State(Protocol):
    """A client of the control plane, by the names of its operations and their members."""

    def call(self, service: str, operation: str, **members: Any) -> dict[str, Any]: ...

    def pages(self, service: str, operation: str, size: int, **members: Any) -> list[Any]: ...

    def blob(self, data: bytes) -> Any: ...

    def unblob(self, data: Any) -> bytes: ...

    def describe(self, error: Exception) -> Refusal: ...


@dataclass
class Tenant:
    """An account that one client has for itself."""

    identity: Identity
    account: str


def tenant(client: str, which: str = "first") -> Tenant:
    found = target["tenants"][client][which]
    keys = found["keys"]
    return Tenant(Identity(access=keys["accessKeyId"], secret=keys["secretAccessKey"]), found["account"])


def obtain(state: State, *models: str) -> None:
    """Gets an account access, as everybody has to here."""
    state.call("bedrock", "PutUseCaseForModelAccess", formData=state.blob(json.dumps(FORM).encode()))
    for model in models:
        offers = state.call("bedrock", "ListFoundationModelAgreementOffers", modelId=model)["offers"]
        state.call("bedrock", "CreateFoundationModelAgreement", modelId=model, offerToken=offers[0]["offerToken"])


HELLO = [{"role": "user", "content": [{"text": "Hello"}]}]


def check_state(open_state: Callable[[Tenant], State], client: str) -> None:
    """Adds every check of state; each call goes to the endpoint whose accounts have to ask for models."""
    first, second = tenant(client), tenant(client, "second")
    region = target["region"]

    def converse(state: State, model: str) -> dict[str, Any]:
        return state.call("bedrock-runtime", "Converse", modelId=model, messages=HELLO)

    @requirement("access.flow")
    def _():
        state = open_state(first)
        before = state.call("bedrock", "GetFoundationModelAvailability", modelId=HAIKU)
        equal(before["agreementAvailability"]["status"], "NOT_AVAILABLE")
        haiku = f"us.{HAIKU}"
        refused(state, lambda: converse(state, haiku), 404, "ResourceNotFoundException",
                "Model use case details have not been submitted for this account.")
        refused(state, lambda: state.call("bedrock", "GetUseCaseForModelAccess"), 404, "ResourceNotFoundException",
                "You have not filled out the request form. Fill out the form before getting access.")
        state.call("bedrock", "PutUseCaseForModelAccess", formData=state.blob(json.dumps(FORM).encode()))
        kept = state.call("bedrock", "GetUseCaseForModelAccess")["formData"]
        equal(json.loads(state.unblob(kept)), FORM)
        refused(state, lambda: converse(state, haiku), 403, "AccessDeniedException", "access")
        offers = state.call("bedrock", "ListFoundationModelAgreementOffers", modelId=HAIKU)["offers"]
        card = offers[0]["termDetails"]["usageBasedPricingTerm"]["rateCard"]
        expect(any([rate["dimension"], rate["price"]] == ["USE1_InputTokenCount", "1.1"] for rate in card), card)
        newer = state.call("bedrock", "ListFoundationModelAgreementOffers", modelId="anthropic.claude-opus-4-8")["offers"]
        card = newer[0]["termDetails"]["usageBasedPricingTerm"]["rateCard"]
        expect(any((rate["dimension"], rate["price"]) == ("USE1_input_tokens_standard", "5.5") for rate in card), card)
        token = offers[0]["offerToken"]
        equal(state.call("bedrock", "CreateFoundationModelAgreement", modelId=HAIKU, offerToken=token)["modelId"], HAIKU)
        after = state.call("bedrock", "GetFoundationModelAvailability", modelId=HAIKU)
        equal(after["agreementAvailability"]["status"], "AVAILABLE")
        equal(after["authorizationStatus"], "AUTHORIZED")
        equal(converse(state, haiku)["stopReason"], "end_turn")
        state.call("bedrock", "DeleteFoundationModelAgreement", modelId=HAIKU)
        refused(state, lambda: converse(state, haiku), 403, "AccessDeniedException", "access")

    @requirement("access.errors")
    def _():
        state = open_state(first)
        refused(state, lambda: state.call("bedrock", "CreateFoundationModelAgreement", modelId=HAIKU, offerToken="mine"),
                400, "ValidationException", "")
        refused(state, lambda: state.call("bedrock", "GetFoundationModelAvailability", modelId="anthropic.claude-nonesuch-9"),
                None, None, "")

    @requirement("application.life")
    def _():
        state = open_state(second)
        obtain(state, SONNET[3:])
        source = f"arn:aws:bedrock:{region}:{second.account}:inference-profile/{SONNET}"
        new = {
            "inferenceProfileName": "quarry app", "description": "Stones: all of them",
            "modelSource": {"copyFrom": source}, "tags": [{"key": "team", "value": "quarry"}],
        }
        made = state.call("bedrock", "CreateInferenceProfile", clientRequestToken="once", **new)
        equal(made["status"], "ACTIVE")
        arn = made["inferenceProfileArn"]
        expect(re.fullmatch(
            rf"arn:aws:bedrock:{region}:{second.account}:application-inference-profile/[a-z0-9]{{12}}", arn), arn)
        again = state.call("bedrock", "CreateInferenceProfile", clientRequestToken="once", **new)
        equal(again["inferenceProfileArn"], arn)
        for name in (arn, arn.split("/")[1]):
            got = state.call("bedrock", "GetInferenceProfile", inferenceProfileIdentifier=name)
            equal([got["type"], got["status"], got["inferenceProfileName"]], ["APPLICATION", "ACTIVE", "quarry app"])
            expect(all(SONNET[3:] in each["modelArn"] for each in got["models"]) and got["models"], got)
        equal(converse(state, arn)["stopReason"], "end_turn")
        listed = state.call("bedrock", "ListInferenceProfiles", typeEquals="APPLICATION")["inferenceProfileSummaries"]
        equal([each["inferenceProfileArn"] for each in listed], [arn])
        other = open_state(first)
        equal(other.call("bedrock", "ListInferenceProfiles", typeEquals="APPLICATION")["inferenceProfileSummaries"], [])
        refused(other, lambda: other.call("bedrock", "GetInferenceProfile", inferenceProfileIdentifier=arn), None, None, "")
        state.call("bedrock", "DeleteInferenceProfile", inferenceProfileIdentifier=arn)
        refused(state, lambda: state.call("bedrock", "GetInferenceProfile", inferenceProfileIdentifier=arn),
                404, "ResourceNotFoundException", "")
        refused(state, lambda: converse(state, arn), None, None, "")

    @requirement("application.pages")
    def _():
        state = open_state(second)
        source = f"arn:aws:bedrock:{region}::foundation-model/{SONNET[3:]}"
        made = {
            state.call("bedrock", "CreateInferenceProfile", inferenceProfileName=f"page {number}",
                       modelSource={"copyFrom": source})["inferenceProfileArn"]
            for number in range(5)
        }
        paged = state.pages("bedrock", "ListInferenceProfiles", 2, typeEquals="APPLICATION")
        found = [each["inferenceProfileArn"] for each in paged]
        equal(len(found), len(set(found)))
        expect(made <= set(found), found)
        for arn in made:
            state.call("bedrock", "DeleteInferenceProfile", inferenceProfileIdentifier=arn)

    @requirement("application.tags")
    def _():
        state = open_state(second)
        source = f"arn:aws:bedrock:{region}:{second.account}:inference-profile/{SONNET}"
        arn = state.call("bedrock", "CreateInferenceProfile", inferenceProfileName="tagged",
                         modelSource={"copyFrom": source}, tags=[{"key": "team", "value": "a"}])["inferenceProfileArn"]
        state.call("bedrock", "TagResource", resourceARN=arn,
                   tags=[{"key": "team", "value": "b"}, {"key": "stage", "value": "test"}])
        state.call("bedrock", "UntagResource", resourceARN=arn, tagKeys=["stage"])
        equal(state.call("bedrock", "ListTagsForResource", resourceARN=arn)["tags"], [{"key": "team", "value": "b"}])
        state.call("bedrock", "DeleteInferenceProfile", inferenceProfileIdentifier=arn)
        refused(state, lambda: state.call("bedrock", "ListTagsForResource", resourceARN=arn), 404,
                "ResourceNotFoundException", "")

    @requirement("application.errors")
    def _():
        state = open_state(second)
        bad = {"inferenceProfileName": "two  blanks", "modelSource": {"copyFrom": "arn:aws:bedrock:us-east-1::foundation-model/x.y"}}
        refused(state, lambda: state.call("bedrock", "CreateInferenceProfile", **bad), 400, "ValidationException",
                "inferenceProfileName")
        system = f"arn:aws:bedrock:{region}:{second.account}:inference-profile/{SONNET}"
        refused(state, lambda: state.call("bedrock", "DeleteInferenceProfile", inferenceProfileIdentifier=system),
                None, None, "")

    @requirement("logging.configuration")
    def _():
        state = open_state(second)
        expect("loggingConfig" not in state.call("bedrock", "GetModelInvocationLoggingConfiguration"))
        config = {
            "cloudWatchConfig": {"logGroupName": "bedrock", "roleArn": f"arn:aws:iam::{second.account}:role/logs"},
            "textDataDeliveryEnabled": True, "imageDataDeliveryEnabled": False, "embeddingDataDeliveryEnabled": False,
        }
        state.call("bedrock", "PutModelInvocationLoggingConfiguration", loggingConfig=config)
        kept = state.call("bedrock", "GetModelInvocationLoggingConfiguration")["loggingConfig"]
        equal({key: kept[key] for key in config}, config)
        expect("loggingConfig" not in open_state(first).call("bedrock", "GetModelInvocationLoggingConfiguration"))
        state.call("bedrock", "DeleteModelInvocationLoggingConfiguration")
        expect("loggingConfig" not in state.call("bedrock", "GetModelInvocationLoggingConfiguration"))
        wrong = {"cloudWatchConfig": {"logGroupName": "bedrock", "roleArn": "nobody"}}
        refused(state, lambda: state.call("bedrock", "PutModelInvocationLoggingConfiguration", loggingConfig=wrong),
                400, "ValidationException", "roleArn")

    @requirement("quota.throttled")
    def _():
        state = open_state(second)
        obtain(state, QUIET[3:])
        converse(state, QUIET)
        refused(state, lambda: converse(state, QUIET), 429, "ThrottlingException",
                "Too many requests, please wait before trying again.")

    @requirement("quota.list")
    def _():
        state = open_state(second)
        quotas = state.pages("service-quotas", "ListServiceQuotas", 1, ServiceCode="bedrock")
        expect(len(quotas) > 1, quotas)
        expect(any(quota["Value"] == 1 and "Claude Sonnet 4.6" in quota["QuotaName"] for quota in quotas), quotas)
        code = quotas[0]["QuotaCode"]
        got = state.call("service-quotas", "GetServiceQuota", ServiceCode="bedrock", QuotaCode=code)["Quota"]
        equal(got["QuotaName"], quotas[0]["QuotaName"])

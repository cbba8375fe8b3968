"""Batch inference over a real S3, asked through any client that knows the service models; the files go by boto3's own S3."""

import json
import time
from typing import Any, Callable

import boto3

from harness import equal, expect, refused, requirement, target
from state import HAIKU, State, Tenant, obtain, tenant

MODEL = f"us.{HAIKU}"
PATIENCE_SECONDS = 60


def bucket() -> tuple[Any, str]:
    """The S3 of this run and the bucket that is in it."""
    found = target["s3"]
    expect("missing" not in found, found.get("missing"))
    keys = {"aws_access_key_id": found["accessKeyId"], "aws_secret_access_key": found["secretAccessKey"]}
    session = boto3.session.Session(region_name="us-east-1", **keys)
    return session.client("s3", endpoint_url=found["url"]), found["bucket"]


def record(name: str, **changes: Any) -> dict[str, Any]:
    body = {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 50,
        "messages": [{"role": "user", "content": f"Say {name}"}],
    }
    return {"recordId": name, "modelInput": {**body, **changes}}


def check_batch(open_state: Callable[[Tenant], State], client: str) -> None:
    """Adds every check of batch jobs; they run in an account that this client has for itself."""
    who = tenant(client, "second")
    good = record("one")
    bad = record("two")
    del bad["modelInput"]["max_tokens"]

    def entitled() -> State:
        """This account with access to the model; an agreement is made once."""
        state = open_state(who)
        found = state.call("bedrock", "GetFoundationModelAvailability", modelId=HAIKU)
        if found["agreementAvailability"]["status"] != "AVAILABLE":
            obtain(state, HAIKU)
        return state

    def order(name: str, place: str) -> dict[str, Any]:
        return {
            "jobName": name,
            "roleArn": f"arn:aws:iam::{who.account}:role/batch",
            "modelId": MODEL,
            "inputDataConfig": {"s3InputDataConfig": {"s3Uri": f"s3://{place}/in.jsonl", "s3InputFormat": "JSONL"}},
            "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": f"s3://{place}/out/"}},
        }

    def put(folder: str, *records: dict[str, Any]) -> str:
        s3, name = bucket()
        lines = "".join(f"{json.dumps(each)}\n" for each in records)
        s3.put_object(Bucket=name, Key=f"{client}/{folder}/in.jsonl", Body=lines.encode())
        return f"{name}/{client}/{folder}"

    def create(state: State, name: str, place: str, **more: Any) -> str:
        arn = state.call("bedrock", "CreateModelInvocationJob", **order(name, place), **more)["jobArn"]
        start = f"arn:aws:bedrock:{target['region']}:{who.account}:model-invocation-job/"
        expect(arn.startswith(start) and len(arn) == len(start) + 12, arn)
        return arn

    def get(state: State, job: str) -> dict[str, Any]:
        return state.call("bedrock", "GetModelInvocationJob", jobIdentifier=job)

    def until(state: State, job: str, status: str) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            found = get(state, job)
            if found["status"] == status:
                return found
            open_ = ("Submitted", "Validating", "Scheduled", "InProgress", "Stopping")
            expect(found["status"] in open_, f"{found['status']}, not {status}: {found.get('message')}")
            time.sleep(0.5)
        raise AssertionError(f"not {status} within {PATIENCE_SECONDS} s")

    def read(key: str) -> list[dict[str, Any]]:
        s3, name = bucket()
        text = s3.get_object(Bucket=name, Key=key)["Body"].read().decode()
        return [json.loads(line) for line in text.splitlines()]

    @requirement("batch.life")
    def _():
        state = entitled()
        arn = create(state, "life", put("life", good, bad, record("three")), clientRequestToken="life")
        equal(create(state, "life", f"{target['s3']['bucket']}/{client}/life", clientRequestToken="life"), arn)
        done = until(state, arn, "Completed")
        id_ = arn.split("/")[1]
        equal(get(state, id_)["jobArn"], arn)
        equal([done["jobName"], done["modelInvocationType"], done["timeoutDurationInHours"]], ["life", "InvokeModel", 24])
        counts = {"totalRecordCount": 3, "processedRecordCount": 3, "successRecordCount": 2, "errorRecordCount": 1}
        equal({name: done[name] for name in counts}, counts)
        lines = {each["recordId"]: each for each in read(f"{client}/life/out/{id_}/in.jsonl.out")}
        equal(sorted(lines), ["one", "three", "two"])
        answers = [lines[name]["modelOutput"] for name in ("one", "three")]
        equal([each["role"] for each in answers], ["assistant", "assistant"])
        equal(lines["one"]["modelInput"], good["modelInput"])
        equal([lines["two"]["error"]["errorCode"], "modelOutput" in lines["two"]], [400, False])
        expect("max_tokens" in lines["two"]["error"]["errorMessage"], lines["two"])
        [manifest] = read(f"{client}/life/out/{id_}/manifest.json.out")
        equal(manifest, {
            **counts,
            "inputTokenCount": sum(each["usage"]["input_tokens"] for each in answers),
            "outputTokenCount": sum(each["usage"]["output_tokens"] for each in answers),
        })

    @requirement("batch.pages")
    def _():
        state = entitled()
        place = put("pages", good)
        made = [create(state, f"page-{number}", place) for number in range(3)]
        other = create(state, "other", place)

        def found(**filters: str) -> list[str]:
            jobs = state.pages("bedrock", "ListModelInvocationJobs", 2, **filters)
            return [job["jobArn"] for job in jobs]

        equal(found(nameContains="page-", sortBy="CreationTime", sortOrder="Ascending"), made)
        equal(found(nameContains="page-", sortBy="CreationTime", sortOrder="Descending"), made[::-1])
        every = found()
        equal(len(every), len(set(every)))
        expect({*made, other} <= set(every), every)
        equal(found(nameContains="page-", submitTimeBefore="2020-01-01T00:00:00Z"), [])
        equal(sorted(found(nameContains="page-", submitTimeAfter="2020-01-01T00:00:00Z")), sorted(made))
        for arn in made:
            until(state, arn, "Completed")
        equal(found(nameContains="page-", statusEquals="Completed", sortOrder="Ascending"), made)
        equal(found(nameContains="page-", statusEquals="Failed"), [])

    @requirement("batch.stop")
    def _():
        state = entitled()
        arn = create(state, "stop", put("stop", good))
        state.call("bedrock", "StopModelInvocationJob", jobIdentifier=arn)
        stopped = until(state, arn, "Stopped")
        equal(stopped["successRecordCount"], 0)
        refused(state, lambda: state.call("bedrock", "StopModelInvocationJob", jobIdentifier=arn), 400,
                "ConflictException", "Stopped")

    @requirement("batch.errors")
    def _():
        state = entitled()
        right = order("errors", put("errors", good))
        for changes, text in [
            ({"jobName": "two words"}, "jobName"),
            ({"roleArn": "nobody"}, "roleArn"),
            ({"modelId": "us.anthropic.claude-nonesuch-9-v1:0"}, "The provided model identifier is invalid."),
        ]:
            wrong = {**right, **changes}
            refused(state, lambda: state.call("bedrock", "CreateModelInvocationJob", **wrong), 400,
                    "ValidationException", text)
        refused(state, lambda: get(state, "abcdefghijkl"), 404, "ResourceNotFoundException", "")
        arn = create(state, "nothing", f"{target['s3']['bucket']}/{client}/nothing")
        expect(until(state, arn, "Failed")["message"] != "")

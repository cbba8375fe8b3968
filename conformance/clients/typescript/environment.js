// What the guide types, in a shell that knows nothing but the output of `outcrop env`.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { requirement, run, target } from './harness.js'

const { node, python, aws, outcrop } = target.tools
const here = import.meta.dirname

/** Runs lines of sh after `eval "$(outcrop env)"`. @param {string} lines @param {Record<string, string>} [more] */
async function shell(lines, more = {}) {
  const script = `set -e\neval "$("${node}" "${outcrop}" env --shell sh --url ${target.urls.open})"\n${lines}`
  const { PATH, HOME, AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE, AWS_EC2_METADATA_DISABLED } = process.env
  const env = { PATH, HOME, AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE, AWS_EC2_METADATA_DISABLED, ...more }
  return (await promisify(execFile)('sh', ['-c', script], { env, cwd: here, timeout: 60_000 })).stdout
}

/** The guide's call in two languages, the region by its own rule. */
const inPython = `
from anthropic import AnthropicBedrock
client = AnthropicBedrock(aws_region="us-west-2")
message = client.messages.create(
    model="global.anthropic.claude-opus-4-6-v1", max_tokens=256, messages=[{"role": "user", "content": "Hello, world"}]
)
print(message.content[0].text)
`
const inTypeScript = `
import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk'
const client = new AnthropicBedrock({ awsRegion: 'us-west-2' })
const message = await client.messages.create({
  model: 'global.anthropic.claude-opus-4-6-v1',
  max_tokens: 256,
  messages: [{ role: 'user', content: 'Hello, world' }],
})
console.log(message.content[0].text)
`
/** The same with our client, and nothing changed but the import. */
const inOutcrop = inTypeScript.replace('@anthropic-ai/bedrock-sdk', '@outcrop/client')
const inBoto3 = `
import boto3, json
runtime = boto3.client("bedrock-runtime", region_name="us-west-2")
answer = runtime.converse(
    modelId="global.anthropic.claude-opus-4-6-v1", messages=[{"role": "user", "content": [{"text": "Hello, world"}]}]
)
print(answer["output"]["message"]["content"][0]["text"])
`

requirement('environment', async () => {
  const models = await shell(
    `"${aws}" bedrock list-foundation-models --region=us-west-2 --by-provider anthropic --query "modelSummaries[*].modelId"`,
  )
  assert.ok(JSON.parse(models).includes('anthropic.claude-opus-4-6-v1'), models)
})
requirement('environment', async () => {
  const { Account, Arn } = JSON.parse(await shell(`"${aws}" sts get-caller-identity --region us-west-2`))
  assert.equal(Account, target.account)
  assert.match(Arn, /^arn:aws:/)
})
requirement('environment', async () => {
  const files = { 'guide.py': inPython, 'boto.py': inBoto3, 'guide.mjs': inTypeScript, 'outcrop.mjs': inOutcrop }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(here, name), text)
  for (const line of [`"${python}" guide.py`, `"${python}" boto.py`, `"${node}" guide.mjs`, `"${node}" outcrop.mjs`]) {
    assert.ok((await shell(line)).trim().length > 0, line)
    // Whatever credential a shell already has is accepted, and named.
    const other = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'anything' }
    assert.ok((await shell(line, other)).trim().length > 0, `${line} with another key`)
    assert.ok((await shell(line, { AWS_BEARER_TOKEN_BEDROCK: 'anything' })).trim().length > 0, `${line} with a bearer`)
  }
})
requirement('environment', async () => {
  const call = `curl --silent --fail -d '${JSON.stringify({
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 256,
    messages: [{ role: 'user', content: 'Hello, world' }],
  })}' "$AWS_ENDPOINT_URL_BEDROCK_RUNTIME/model/global.anthropic.claude-opus-4-6-v1/invoke"`
  assert.equal(JSON.parse(await shell(call)).role, 'assistant')
})
requirement('environment', async () => {
  // A web page of another origin must not spend through an open endpoint (DESIGN 12).
  const answer = await fetch(`${target.urls.open}/foundation-models`, { headers: { origin: 'https://example.com' } })
  assert.equal(answer.status, 403)
})

await run('environment')

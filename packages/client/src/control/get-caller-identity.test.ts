import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { BedrockFailureError } from '../reliability/bedrock-failure.ts'
import { getCallerIdentity } from './get-caller-identity.ts'

const seen: Array<{ readonly headers: http.IncomingHttpHeaders; readonly body: string; readonly target: string }> = []
let answer: readonly [status: number, xml: string] = [200, '']
let url = ''
const server = http.createServer((request, response) => {
  let body = ''
  request.setEncoding('utf8').on('data', (text: string) => (body += text))
  request.on('end', () => {
    seen.push({ headers: request.headers, body, target: `${request.method} ${request.url}` })
    response.writeHead(answer[0], { 'content-type': 'text/xml', 'x-amzn-requestid': 'req-1' }).end(answer[1])
  })
})
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())
afterEach(() => {
  vi.unstubAllEnvs()
  seen.length = 0
})

const keys = { awsAccessKey: 'AKIDEXAMPLE', awsSecretKey: 'secret', awsRegion: 'eu-west-1' }

// As AWS writes it, line breaks included.
const identity = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult>
    <Arn>arn:aws:sts::123456789012:assumed-role/R&amp;D/dev</Arn>
    <UserId>AROAEXAMPLE:dev</UserId>
    <Account>123456789012</Account>
  </GetCallerIdentityResult>
</GetCallerIdentityResponse>
`

it('asks STS with a signature for it, and reads who that is', async () => {
  answer = [200, identity]
  expect(await getCallerIdentity({ ...keys, stsURL: url, now: () => Date.UTC(2026, 10, 25) })).toEqual({
    account: '123456789012',
    arn: 'arn:aws:sts::123456789012:assumed-role/R&D/dev',
    userId: 'AROAEXAMPLE:dev',
  })
  expect(seen).toEqual([
    expect.objectContaining({ target: 'POST /', body: 'Action=GetCallerIdentity&Version=2011-06-15' }),
  ])
  expect(seen[0]?.headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20261125\/eu-west-1\/sts\/aws4_request, SignedHeaders=content-type;host;x-amz-date, /,
  )
})

it("keeps STS's code and words of a refusal", async () => {
  answer = [
    403,
    '<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>The security token included in the request is invalid.</Message></Error></ErrorResponse>',
  ]
  const error = await getCallerIdentity({ ...keys, stsURL: url }).catch((cause: unknown) => cause)
  expect(error).toBeInstanceOf(BedrockFailureError)
  expect((error as BedrockFailureError).failure).toMatchObject({
    status: 403,
    awsCode: 'InvalidClientTokenId',
    message: 'The security token included in the request is invalid.',
    requestId: 'req-1',
    region: 'eu-west-1',
  })
})

it.each(['<p>Hello', identity.replace('Account', 'Acount'), '<Account></Account>'])(
  'does not take %j for STS',
  async (xml) => {
    answer = [200, xml]
    await expect(getCallerIdentity({ ...keys, stsURL: url })).rejects.toThrow(
      `${url} answered GetCallerIdentity with status 200, and without Account, Arn and UserId: is it STS?`,
    )
  },
)

it('does not ask without AWS keys', async () => {
  for (const options of [{ apiKey: 'ABSKabc' }, { skipAuth: true }]) {
    await expect(getCallerIdentity({ ...options, stsURL: url })).rejects.toThrow(
      'STS tells whose AWS keys sign a call: it takes neither a Bedrock API key nor a call without a signature',
    )
  }
  expect(seen).toEqual([])
})

it.each([
  ['eu-west-1', {}, {}, 'https://sts.eu-west-1.amazonaws.com/'],
  ['cn-north-1', {}, {}, 'https://sts.cn-north-1.amazonaws.com.cn/'],
  ['us-east-1', { fips: true }, {}, 'https://sts-fips.us-east-1.amazonaws.com/'],
  ['us-east-1', {}, { AWS_USE_FIPS_ENDPOINT: 'true' }, 'https://sts-fips.us-east-1.amazonaws.com/'],
  ['us-gov-west-1', { fips: true }, {}, 'https://sts.us-gov-west-1.amazonaws.com/'],
  ['us-east-1', { dualStack: true }, {}, 'https://sts.us-east-1.api.aws/'],
  ['us-east-1', { baseURL: 'https://proxy.example.com' }, {}, 'https://sts.us-east-1.amazonaws.com/'],
  ['us-east-1', {}, { AWS_ENDPOINT_URL: 'http://all.example.com/x/' }, 'http://all.example.com/x/'],
  ['us-east-1', {}, { AWS_ENDPOINT_URL: 'http://a', AWS_ENDPOINT_URL_STS: 'http://b' }, 'http://b/'],
])('finds STS of %s with %j and %j at %s', async (awsRegion, options, env, expected) => {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  const called: string[] = []
  const fetch: typeof globalThis.fetch = async (input) => {
    called.push(input instanceof Request ? input.url : input.toString())
    return new Response(identity)
  }
  await getCallerIdentity({ ...keys, awsRegion, fetch, ...options })
  expect(called).toEqual([expected])
})

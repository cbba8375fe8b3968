import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { type Outcrop, startOutcrop } from '@outcrop/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ConfigurationError, createControl, createInvocationLogging } from '../src/control.ts'

const noRules = '<Error><Code>NoSuchLifecycleConfiguration</Code><Message>none</Message></Error>'
let rules = ''
let files: Record<string, Uint8Array> = {}
let asked: string[] = []

/** As much of S3 as logging asks for. */
const bucket = http.createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://s3')
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    asked.push(`${request.method} ${url.pathname}${url.searchParams.has('lifecycle') ? '?lifecycle' : ''}`)
    if (url.searchParams.has('lifecycle')) {
      if (request.method === 'PUT') rules = Buffer.concat(chunks).toString()
      response.writeHead(rules === '' ? 404 : 200, { 'content-type': 'application/xml' }).end(rules || noRules)
      return
    }
    const key = decodeURIComponent(url.pathname.replace(/^\/logs\/?/, ''))
    if (key === '') {
      const prefix = url.searchParams.get('prefix') ?? ''
      const found = Object.keys(files).filter((name) => name.startsWith(prefix))
      const contents = found.map((name) => `<Contents><Key>${name}</Key><Size>1</Size></Contents>`).join('')
      response
        .writeHead(200, { 'content-type': 'application/xml' })
        .end(`<ListBucketResult><IsTruncated>false</IsTruncated>${contents}</ListBucketResult>`)
      return
    }
    const bytes = files[key]
    response.writeHead(bytes === undefined ? 404 : 200, { 'content-length': bytes?.byteLength ?? 0 }).end(bytes)
  })
})

let s3URL = ''
let outcrop: Outcrop
beforeAll(async () => {
  await new Promise<void>((resolve) => bucket.listen(0, '127.0.0.1', resolve))
  s3URL = `http://127.0.0.1:${(bucket.address() as AddressInfo).port}`
  outcrop = await startOutcrop({ auth: 'strict', region: 'eu-west-1' })
})
afterAll(async () => {
  bucket.closeAllConnections()
  bucket.close()
  await outcrop.close()
})
beforeEach(async () => {
  rules = ''
  files = {}
  asked = []
  await outcrop.reset()
})

const options = () => ({
  baseURL: outcrop.url,
  stsURL: outcrop.url,
  s3URL,
  awsRegion: 'eu-west-1',
  awsAccessKey: outcrop.env['AWS_ACCESS_KEY_ID'] ?? '',
  awsSecretKey: outcrop.env['AWS_SECRET_ACCESS_KEY'] ?? '',
  maxRetries: 0,
})

const prefix = 'claude/AWSLogs/123456789012/BedrockModelInvocationLogs/'
const rule = (id: string, own: string, days: number): string =>
  `<Rule><ID>${id}</ID><Filter><Prefix>${own}</Prefix></Filter><Status>Enabled</Status><Expiration><Days>${days}</Days></Expiration></Rule>`

describe('invocation logging', () => {
  it('is turned on in one call: records expire after 30 days, beside what the bucket does already', async () => {
    rules = `<LifecycleConfiguration>${rule('other', 'tmp/', 1)}</LifecycleConfiguration>`
    const state = await createInvocationLogging(options()).enable({ bucketName: 'logs', keyPrefix: 'claude' })
    expect(state).toEqual({
      loggingConfig: {
        s3Config: { bucketName: 'logs', keyPrefix: 'claude' },
        textDataDeliveryEnabled: true,
        imageDataDeliveryEnabled: true,
        embeddingDataDeliveryEnabled: false,
      },
      prefix,
      retentionDays: 30,
      warnings: [],
    })
    expect(rules).toContain(rule('other', 'tmp/', 1))
    expect(rules).toContain(rule(`invocation-logs ${prefix}`, prefix, 30))
    expect(await createControl(options()).getModelInvocationLoggingConfiguration()).toMatchObject(state.loggingConfig)
  })

  it('changes the bucket once, and again where the days differ', async () => {
    const logging = createInvocationLogging(options())
    await logging.enable({ bucketName: 'logs' })
    await logging.enable({ bucketName: 'logs' })
    expect(asked.filter((call) => call.startsWith('PUT'))).toEqual(['PUT /logs?lifecycle'])
    await logging.enable({ bucketName: 'logs', retentionDays: 90 })
    expect(rules.match(/<Days>\d+<\/Days>/g)).toEqual(['<Days>90</Days>'])
  })

  it('tells of rules that have records expire too early', async () => {
    rules = `<LifecycleConfiguration>${rule('all', '', 7)}</LifecycleConfiguration>`
    const { warnings } = await createInvocationLogging(options()).enable({ bucketName: 'logs', keyPrefix: 'claude' })
    expect(warnings).toEqual(['the rule all has records expire after 7 days'])
  })

  it('gives its records back', async () => {
    const logging = createInvocationLogging(options())
    await logging.enable({ bucketName: 'logs', keyPrefix: 'claude' })
    const record = {
      schemaType: 'ModelInvocationLog',
      schemaVersion: '1.0',
      timestamp: '2026-11-25T10:51:50Z',
      accountId: '123456789012',
      region: 'eu-west-1',
      requestId: '1f0e6f0e-2a0b-4c0a-8f55-1d1a1f8a9b10',
      operation: 'Converse',
      modelId: 'eu.anthropic.claude-sonnet-4-6',
      input: { inputTokenCount: 9 },
    }
    files = { [`${prefix}eu-west-1/2026/11/25/10/20261125T105200000Z_0a.json.gz`]: gzipSync(JSON.stringify(record)) }
    const read = []
    const range = { from: new Date('2026-11-25T10:00:00Z'), to: new Date('2026-11-25T11:00:00Z') }
    for await (const found of logging.records(range)) read.push(found)
    expect(read).toEqual([record])
  })

  it('is turned off', async () => {
    const logging = createInvocationLogging(options())
    await logging.enable({ bucketName: 'logs' })
    await logging.disable()
    expect(await createControl(options()).getModelInvocationLoggingConfiguration()).toBeUndefined()
    const reading = logging.records({ from: new Date(0) }).next()
    await expect(reading).rejects.toThrow(ConfigurationError)
    await expect(reading).rejects.toThrow('turn it on with enable({bucketName})')
  })
})

import { afterEach, describe, expect, it } from 'vitest'
import { defaultConfig } from '../src/config/config.ts'
import { createLoggingOperations } from '../src/control/logging-operations.ts'
import type { ControlCall } from '../src/control/control-call.ts'
import { type RunningServer, startServer } from '../src/start-server.ts'
import { createMemoryStore } from '../src/storage/memory-store.ts'
import { ObjectError, type Objects } from '../src/storage/objects.ts'

const running: RunningServer[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close(0)))
})

async function start() {
  const log = { info() {}, warn() {}, error() {} }
  const server = await startServer({ ...defaultConfig, listen: { host: '127.0.0.1', port: 0 } }, { log })
  running.push(server)
  return async (method: string, body?: object) => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) }
    const response = await fetch(`${server.url}/logging/modelinvocations`, { method, ...sent })
    return {
      status: response.status,
      error: response.headers.get('x-amzn-errortype')?.split(':')[0],
      warning: response.headers.get('x-outcrop-warning'),
      text: await response.text(),
    }
  }
}

const role = 'arn:aws:iam::123456789012:role/logs'
const s3Config = { bucketName: 'my-logs', keyPrefix: 'bedrock' }

describe('the invocation logging configuration', () => {
  it('is answered with an empty object while nobody has set it, and after it was deleted', async () => {
    const ask = await start()
    const unset = { status: 200, error: undefined, warning: null, text: '{}' }
    expect(await ask('GET')).toEqual(unset)
    expect(await ask('DELETE')).toEqual(unset)
    await ask('PUT', { loggingConfig: { s3Config } })
    expect((await ask('GET')).text).not.toBe('{}')
    expect(await ask('DELETE')).toEqual(unset)
    expect(await ask('GET')).toEqual(unset)
  })

  it('is kept, with what was left out as it counts, and says which parts nobody checked', async () => {
    const ask = await start()
    const loggingConfig = {
      audioDataDeliveryEnabled: false,
      s3Config: { ...s3Config, unknown: 1 },
      cloudWatchConfig: { roleArn: role, logGroupName: 'group', largeDataDeliveryS3Config: { bucketName: 'my-large' } },
    }
    expect(await ask('PUT', { loggingConfig })).toEqual({
      status: 200,
      error: undefined,
      warning:
        'the bucket my-logs was not checked: no S3 is configured; the bucket my-large was not checked: no S3 is configured; the log group was not checked: there is no CloudWatch Logs here',
      text: '{}',
    })
    expect((await ask('GET')).text).toBe(
      '{"loggingConfig":{"cloudWatchConfig":{"logGroupName":"group","roleArn":"arn:aws:iam::123456789012:role/logs","largeDataDeliveryS3Config":{"bucketName":"my-large"}},"s3Config":{"bucketName":"my-logs","keyPrefix":"bedrock"},"textDataDeliveryEnabled":true,"imageDataDeliveryEnabled":true,"embeddingDataDeliveryEnabled":true,"videoDataDeliveryEnabled":true,"audioDataDeliveryEnabled":false}}',
    )
  })

  it.each([
    [{}, 'ValidationException', "Value null at 'loggingConfig' failed"],
    [{ loggingConfig: {} }, 'ValidationException', 'must have a cloudWatchConfig or an s3Config'],
    [{ loggingConfig: { s3Config: {} } }, 'ValidationException', "Value null at 'loggingConfig.s3Config.bucketName'"],
    [{ loggingConfig: { s3Config: { bucketName: 'ab' } } }, 'ValidationException', 'greater than or equal to 3'],
    [{ loggingConfig: { s3Config: { bucketName: 'a/../b' } } }, 'ValidationException', 'The bucket name a/../b is'],
    [
      { loggingConfig: { s3Config: { ...s3Config, keyPrefix: 'x'.repeat(1025) } } },
      'ValidationException',
      'less than or equal to 1024',
    ],
    [
      { loggingConfig: { cloudWatchConfig: { logGroupName: '', roleArn: 'logs' } } },
      'ValidationException',
      "2 validation errors detected: Value '' at 'loggingConfig.cloudWatchConfig.logGroupName' failed",
    ],
    [
      { loggingConfig: { s3Config, textDataDeliveryEnabled: 'yes' } },
      'SerializationException',
      'STRING_VALUE cannot be converted to Boolean',
    ],
  ])('is refused as %j', async (body, error, text) => {
    const ask = await start()
    const answer = await ask('PUT', body)
    expect([answer.status, answer.error]).toEqual([400, error])
    expect(answer.text).toContain(text)
    expect((await ask('GET')).text).toBe('{}')
  })
})

const never = (): never => {
  throw new Error('nothing is read')
}

function setUp(write: Objects['write']) {
  const objects: Objects = { read: never, size: never, list: never, write }
  return createLoggingOperations({ store: createMemoryStore(), objects })
}

describe('where there is an S3', () => {
  const place = { account: '123456789012', region: 'us-east-1' }
  const who = { how: 'anonymous', user: 'anyone', arn: '', userId: '', accessKeyId: null } as const
  const caller = { ...place, identity: { ...place, ...who }, fidelity: 'aws', now: 0 } as const
  const warnings: string[] = []
  const put = (loggingConfig: object): ControlCall => ({
    caller,
    query: new URLSearchParams(),
    identifier: '',
    version: undefined,
    body: Buffer.from(JSON.stringify({ loggingConfig })),
    warn: (text) => void warnings.push(text),
  })
  it('the configuration is kept once the empty object of the check was written there', async () => {
    const written: unknown[] = []
    const operations = setUp((uri, body) => {
      written.push([uri, body])
      return Promise.resolve(0)
    })
    warnings.length = 0
    await operations.PutModelInvocationLoggingConfiguration(put({ s3Config }))
    expect(written).toEqual([
      [
        's3://my-logs/bedrock/AWSLogs/123456789012/BedrockModelInvocationLogs/amazon-bedrock-logs-permission-check',
        new Uint8Array(0),
      ],
    ])
    expect(warnings).toEqual([])
    expect(operations.GetModelInvocationLoggingConfiguration(put({}))).toMatchObject({ loggingConfig: { s3Config } })
  })

  it('a bucket that cannot be written is refused by its name, and nothing is kept', async () => {
    const operations = setUp(() => Promise.reject(new ObjectError('denied', 's3://my-large may not be written')))
    const cloudWatchConfig = {
      logGroupName: 'group',
      roleArn: role,
      largeDataDeliveryS3Config: { bucketName: 'my-large' },
    }
    await expect(operations.PutModelInvocationLoggingConfiguration(put({ cloudWatchConfig }))).rejects.toMatchObject({
      code: 'validation',
      message: `Failed to validate permissions for S3 bucket: my-large, with role: ${role}. s3://my-large may not be written`,
    })
    expect(operations.GetModelInvocationLoggingConfiguration(put({}))).toEqual({})
  })
})

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach } from 'vitest'
import { type Config, defaultConfig } from '../../src/config/config.ts'
import { type RunningServer, startServer, type StartOptions } from '../../src/start-server.ts'
import { folderObjects } from './folder-objects.ts'

const opened: Array<() => Promise<void>> = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

/** A folder of its own for one test. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'outcrop-batch-test-'))
  opened.push(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Starts an endpoint whose jobs wait as short as can be. */
export async function startBatchServer(
  batch: Partial<Config['batch']> = {},
  config: Partial<Config> = {},
  options: StartOptions = {},
): Promise<RunningServer> {
  const waits = { submitMs: 0, validateMs: 0, scheduleMs: 0 }
  const server = await startServer(
    {
      ...defaultConfig,
      listen: { host: '127.0.0.1', port: 0 },
      batch: { ...defaultConfig.batch, ...waits, ...batch },
      ...config,
    },
    { log: { info() {}, warn() {}, error() {} }, objects: folderObjects, ...options },
  )
  opened.push(() => server.close(0))
  return server
}

export interface Answer {
  readonly status: number
  readonly type: string | undefined
  readonly body: Readonly<Record<string, unknown>>
}

/** Asks the control plane. */
export async function ask(
  { url }: Pick<RunningServer, 'url'>,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(url + path, { method, ...(body !== undefined && { body: JSON.stringify(body) }) })
  const type = response.headers.get('x-amzn-errortype')?.split(':')[0]
  return { status: response.status, type, body: (await response.json()) as Answer['body'] }
}

export const haiku = 'us.anthropic.claude-haiku-4-5-20251001-v1:0'

/** What CreateModelInvocationJob is sent: the input at one URI, the output at another. */
export function orderOf(input: string, output: string, more: object = {}): Readonly<Record<string, unknown>> {
  return {
    jobName: 'nightly',
    roleArn: 'arn:aws:iam::123456789012:role/batch',
    modelId: haiku,
    inputDataConfig: { s3InputDataConfig: { s3Uri: input } },
    outputDataConfig: { s3OutputDataConfig: { s3Uri: output } },
    ...more,
  }
}

/** A line of the input for InvokeModel. */
export function recordOf(recordId: string | undefined, text: string, more: object = {}): string {
  const messages = [{ role: 'user', content: text }]
  const modelInput = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 50, messages, ...more }
  return JSON.stringify({ recordId, modelInput })
}

/** Writes a file of input and gives its URI. */
export async function writeInput(folder: string, name: string, lines: readonly string[]): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, lines.map((line) => `${line}\n`).join(''))
  return pathToFileURL(path).href
}

/** Makes a job and gives its id. */
export async function createJob(server: Pick<RunningServer, 'url'>, order: object): Promise<string> {
  const { status, body } = await ask(server, 'POST', '/model-invocation-job', order)
  if (status !== 200) throw new Error(JSON.stringify(body))
  return String(body['jobArn']).slice(-12)
}

/** Asks for a job until it has one of some statuses. */
export async function waitForJob(
  server: Pick<RunningServer, 'url'>,
  id: string,
  ...statuses: string[]
): Promise<Answer['body']> {
  const wanted = statuses.length > 0 ? statuses : ['Completed', 'PartiallyCompleted', 'Failed', 'Stopped', 'Expired']
  for (;;) {
    const { body } = await ask(server, 'GET', `/model-invocation-job/${id}`)
    if (wanted.includes(String(body['status']))) return body
    await wait(5)
  }
}

/** Reads a file of JSON lines. */
export async function readLinesOf(path: string): Promise<readonly Answer['body'][]> {
  const text = await readFile(path, 'utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Answer['body'])
}

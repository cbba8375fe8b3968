import { type Config, defaultConfig, type RunningServer, startServer } from '../../../src/index.ts'
import { exchangeBytes, readAnswers } from './wire.ts'

/** The credentials that strict servers know. */
export const known = {
  keys: { accessKeyId: 'AKIAOUTCROPFUZZING00', secretAccessKey: 'fuzzing/only' },
  temporary: { accessKeyId: 'ASIAOUTCROPFUZZING00', secretAccessKey: 'fuzzing/only', sessionToken: 'a/b+c==' },
  bearer: `ABSK${Buffer.from('BedrockAPIKey-fuzz-at-123456789012:hush').toString('base64')}`,
}

/** Endpoints of every fidelity, open and strict, with what went wrong inside them. */
export interface Servers {
  readonly ports: readonly number[]
  /** Throws when a server has noted a defect, or no longer answers what is right. */
  checkHealth(): Promise<void>
  /** Throws what a server has noted since it was last asked. */
  throwDefects(): void
  /** Closes them; throws when what they hold has grown. */
  close(): Promise<void>
}

const variants = [
  { fidelity: 'guide', mode: 'open' },
  { fidelity: 'aws', mode: 'open' },
  { fidelity: 'guide', mode: 'strict' },
  { fidelity: 'aws', mode: 'strict' },
] as const

const pace = { tokensPerSecond: 0, firstTokenMs: 0 }

/** Starts one endpoint of every kind in this process. */
export async function startServers(limits: Partial<Config['limits']> = {}): Promise<Servers> {
  const defects: unknown[] = []
  const log = {
    info: () => {},
    warn: () => {},
    error: (text: string, cause?: unknown) => defects.push(new Error(text, { cause })),
  }
  const credentials = [
    { user: 'ada', ...known.keys },
    { user: 'grace', ...known.temporary },
    { user: 'bot', bearer: known.bearer },
  ]
  const servers: RunningServer[] = []
  for (const { fidelity, mode } of variants) {
    const auth = { mode, credentials }
    const listen = { host: '127.0.0.1', port: 0 }
    const simulator = { ...pace, seed: 'fuzz' }
    const config = {
      ...defaultConfig,
      listen,
      fidelity,
      auth,
      limits: { ...defaultConfig.limits, ...limits },
      simulator,
    }
    // Recording reads what came once more.
    servers.push(await startServer(config, { log, onCall: () => {} }))
  }
  const heldBefore = process.memoryUsage().rss
  const throwDefects = (): void => {
    const [first] = defects.splice(0)
    if (first !== undefined) throw first
  }
  const checkHealth = async (): Promise<void> => {
    throwDefects()
    for (const { port } of servers) {
      const [answer] = readAnswers(await exchangeBytes(port, [soundRequest]))
      if (answer?.status !== 200)
        throw new Error(`a sound request is answered with ${answer?.status}: ${String(answer?.body)}`)
    }
  }
  return {
    ports: servers.map(({ port }) => port),
    checkHealth,
    throwDefects,
    async close() {
      try {
        await checkHealth()
        checkMemory(heldBefore)
      } finally {
        await Promise.all(servers.map((server) => server.close(0)))
      }
    },
  }
}

/** Far above what caches and the garbage of a run hold, far below what a leak would after some minutes. */
const mostGrowth = 1_000_000_000

function checkMemory(before: number): void {
  const growth = process.memoryUsage().rss - before
  if (growth > mostGrowth) throw new Error(`resident memory has grown by ${Math.round(growth / 1e6)} MB`)
}

const soundBody = JSON.stringify({
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 16,
  messages: [{ role: 'user', content: 'Are you there?' }],
})
const soundRequest = Buffer.from(
  `POST /model/us.anthropic.claude-opus-4-8/invoke HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${known.bearer}\r\n` +
    `content-length: ${soundBody.length}\r\nconnection: close\r\n\r\n${soundBody}`,
)

import { resolve } from 'node:path'
import {
  type Config,
  type CredentialConfig,
  defaultConfig,
  loadConfig,
  type QuotaConfig,
  type RecordedCall,
  type RunningServer,
  type Script,
  type Snapshot,
  startServer,
} from '@outcrop/server'
import { type SettledCall, toSettledCall } from './settled-call.ts'

/** What a test may want of its endpoint; nothing is needed. */
export interface OutcropOptions {
  /** What to answer first; the simulator answers the rest. */
  readonly script?: Script | readonly Script[]
  /** A folder of scripts in YAML and JSON, which come after those of `script`. */
  readonly scriptFolder?: string
  /** Whether a request that no script matches is refused. */
  readonly strict?: boolean
  /** Equal seeds give equal simulated answers. */
  readonly seed?: string
  /** `strict` verifies every signature and key; without credentials of your own it knows those of `env`. */
  readonly auth?: Config['auth']['mode'] | Config['auth']
  /** Who gets access to models; everybody unless told otherwise. */
  readonly access?: Config['access']['policy']
  readonly region?: string
  readonly account?: string
  readonly fidelity?: Config['fidelity']
  /** Limits of requests and tokens; none unless told otherwise. */
  readonly quotas?: readonly QuotaConfig[] | Config['quotas']
  /** How fast answers come; at once unless told otherwise. */
  readonly pace?: { readonly tokensPerSecond?: number; readonly firstTokenMs?: number }
  readonly faults?: Partial<Config['faults']>
  /** Where buckets are, for batch inference; without it there are none. */
  readonly s3?: NonNullable<Config['s3']>
  /** The folders whose files batch inference may read and write: the working directory and that of temporary files, unless told otherwise. */
  readonly folders?: readonly string[]
  /** When the endpoint's clock starts, in milliseconds of the epoch: now, unless told otherwise. */
  readonly now?: number
}

/** A running endpoint of a test. */
export interface Outcrop extends AsyncDisposable {
  /** Where it answers, such as `http://127.0.0.1:49152`. */
  readonly url: string
  /** The variables that point AWS and Anthropic clients at it, with keys that it accepts. */
  readonly env: Readonly<Record<string, string>>
  /** The calls received, in the order in which they were answered. */
  readonly calls: readonly RecordedCall[]
  /** The calls of models that are over, in the order in which they ended: what each used and cost. A stream is over at its end. */
  readonly settlements: readonly SettledCall[]
  /** Adds scripts before all others: what a test says last counts first. */
  script(...scripts: readonly Script[]): void
  /**
   * Forgets the calls, the settlements and everything that the endpoint holds: scripts added since the start, cached prompts, model access, quotas
   * used, application profiles, jobs. Its clock is where it was at the start. What is in memory alone is forgotten at once.
   */
  reset(): Promise<void>
  /** Everything that the endpoint holds, as JSON. */
  snapshot(): Promise<Snapshot>
  /** Makes the endpoint hold what a snapshot held, and nothing else. */
  restore(snapshot: Snapshot): Promise<void>
  /** Moves the endpoint's clock forward: models retire, quotas fill up, jobs go on. Signatures are checked by the machine's own. */
  advance(milliseconds: number): void
  /** Sets the endpoint's clock, to a `Date` or to milliseconds of the epoch. */
  setTime(time: Date | number): void
  /** Ends it and every connection to it; safe to call twice. */
  close(): Promise<void>
}

/** Starts an endpoint in this process on a free port of loopback. */
export async function startOutcrop(options: OutcropOptions = {}): Promise<Outcrop> {
  const calls: RecordedCall[] = []
  const settlements: SettledCall[] = []
  const config = await toConfig(options)
  const server: RunningServer = await startServer(config, {
    ...(options.now !== undefined && { ahead: options.now - Date.now() }),
    // A test's own output stays its own; what fails without an answer must be seen all the same.
    log: { info: ignore, warn: ignore, error: (text, cause) => console.error(`outcrop: ${text}`, cause) },
    scripts: [options.script ?? []].flat(),
    onCall: (call) => calls.push(call),
    onSettled: (settlement) => settlements.push(toSettledCall(settlement)),
  })
  const close = (): Promise<void> => server.close(0)
  return {
    url: server.url,
    env: toEnv(server.url, config),
    calls,
    settlements,
    script: (...scripts) => server.script(...scripts),
    async reset() {
      calls.length = 0
      settlements.length = 0
      await server.world.reset()
    },
    snapshot: () => server.world.snapshot(),
    restore: (snapshot) => server.world.restore(snapshot),
    advance: (milliseconds) => server.clock.advance(milliseconds),
    setTime: (time) => server.clock.set(typeof time === 'number' ? time : time.getTime()),
    close,
    [Symbol.asyncDispose]: close,
  }
}

function ignore(): void {}

/** The key pair of a strict endpoint that was given no other: made up, and of no use anywhere else. */
const testKeys: CredentialConfig = {
  user: 'test',
  accessKeyId: 'AKIAOUTCROPTESTONLY0',
  secretAccessKey: 'outcrop-testkit-secret-of-no-use-elsewhere',
}

async function toConfig(options: OutcropOptions): Promise<Config> {
  const { auth = 'open', folders, s3, scriptFolder, faults, pace, strict = false } = options
  const mode = typeof auth === 'string' ? auth : auth.mode
  const credentials = typeof auth === 'string' ? (auth === 'strict' ? [testKeys] : []) : auth.credentials
  const read = scriptFolder === undefined ? undefined : await loadConfig({ flags: { script: scriptFolder } })
  return {
    ...defaultConfig,
    listen: { host: '127.0.0.1', port: 0 },
    region: options.region ?? defaultConfig.region,
    account: options.account ?? defaultConfig.account,
    fidelity: options.fidelity ?? defaultConfig.fidelity,
    auth: { mode, credentials },
    access: { policy: options.access ?? defaultConfig.access.policy },
    quotas: toQuotas(options.quotas),
    simulator: { seed: options.seed ?? defaultConfig.simulator.seed, tokensPerSecond: 0, firstTokenMs: 0, ...pace },
    scripts: { strict, list: read?.scripts.list ?? [] },
    faults: { ...defaultConfig.faults, onRequest: mode === 'open', ...faults },
    batch: {
      ...defaultConfig.batch,
      ...(folders !== undefined && { folders: folders.map((folder) => resolve(folder)) }),
    },
    ...(s3 !== undefined && { s3 }),
  }
}

function toQuotas(quotas: OutcropOptions['quotas'] = []): Config['quotas'] {
  return 'limits' in quotas ? quotas : { ...defaultConfig.quotas, limits: quotas }
}

function toEnv(url: string, { auth, region }: Config): Readonly<Record<string, string>> {
  const [credential = placeholder] = auth.credentials
  const keys: Record<string, string> =
    'bearer' in credential
      ? { AWS_BEARER_TOKEN_BEDROCK: credential.bearer }
      : {
          AWS_ACCESS_KEY_ID: credential.accessKeyId,
          AWS_SECRET_ACCESS_KEY: credential.secretAccessKey,
          ...(credential.sessionToken !== undefined && { AWS_SESSION_TOKEN: credential.sessionToken }),
        }
  return {
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: url,
    AWS_ENDPOINT_URL_BEDROCK: url,
    AWS_ENDPOINT_URL_STS: url,
    AWS_ENDPOINT_URL_SERVICE_QUOTAS: url,
    ANTHROPIC_BEDROCK_BASE_URL: url,
    ANTHROPIC_BEDROCK_MANTLE_BASE_URL: `${url}/mantle/anthropic`,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...keys,
  }
}

/** SDKs refuse to call without keys; an open endpoint accepts any. */
const placeholder: CredentialConfig = { user: 'test', accessKeyId: 'outcrop', secretAccessKey: 'outcrop' }

import { type BatchConfig, defaultBatch } from './batch-config.ts'
import type { Calibration } from '../calibration/calibration.ts'
import type { FaultName } from '../faults.ts'
import type { AccessPolicy } from '../state/access.ts'
import type { QuotasConfig } from '../quota.ts'
import type { Script } from '../script.ts'
import type { S3Config } from './s3-config.ts'

/** What an operator can set, checked and complete: every stage reads this value and nothing else. */
export interface Config {
  readonly listen: ListenConfig
  /** Web pages that browsers may let call the endpoint. */
  readonly cors: CorsConfig
  /** Whether an open endpoint may listen beyond this machine. */
  readonly insecure: boolean
  /** The region of callers whose credentials name none. */
  readonly region: string
  /** The account of callers whose credentials name none: twelve digits. */
  readonly account: string
  /** The folder for what outlives a restart, as an absolute path, when somebody named one. */
  readonly data?: string
  /** Whether state is kept in memory alone, so that nothing touches the disk. */
  readonly ephemeral: boolean
  /** Whether Bedrock's documentation or its measured behaviour decides where the two differ. */
  readonly fidelity: 'guide' | 'aws'
  readonly auth: AuthConfig
  readonly access: AccessConfig
  readonly quotas: QuotasConfig
  readonly simulator: SimulatorConfig
  readonly scripts: ScriptsConfig
  readonly faults: FaultsConfig
  readonly limits: LimitsConfig
  readonly batch: BatchConfig
  /** Where buckets are; without it there are none, and AWS is not called. */
  readonly s3?: S3Config
}

interface ListenConfig {
  readonly host: string
  readonly port: number
  /** Files in PEM; with them the port speaks TLS, and nothing else. */
  readonly tls?: TlsConfig
}

/** Files in PEM, as absolute paths: a certificate with its chain, and the key to it. */
export interface TlsConfig {
  readonly cert: string
  readonly key: string
}

interface CorsConfig {
  /** Such as `https://app.example`; `*` is every page, and only a strict endpoint may let them in. */
  readonly origins: readonly string[]
}

interface AuthConfig {
  /** `open` accepts every caller and believes the name given; `strict` verifies signatures and keys. */
  readonly mode: 'open' | 'strict'
  readonly credentials: readonly CredentialConfig[]
}

interface AccessConfig {
  /** Who gets access to models: everybody, who has asked, whom an operator has granted it, or nobody. */
  readonly policy: AccessPolicy
}

/** A caller that the operator knows, by an AWS key pair or by a bearer key. */
export type CredentialConfig = KeyPairConfig | BearerConfig

interface CallerConfig {
  readonly user: string
  readonly account?: string
  readonly region?: string
  /** The models that the credential may call, by ids, aliases and patterns with `*`; all of them when absent. */
  readonly allow?: readonly string[]
  /** Whether it may use the admin API. */
  readonly admin?: boolean
}

interface KeyPairConfig extends CallerConfig {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

interface BearerConfig extends CallerConfig {
  readonly bearer: string
}

interface SimulatorConfig {
  /** Equal seeds give equal answers to equal requests. */
  readonly seed: string
  /** The pace of streamed answers; 0 sends them as fast as they are read. */
  readonly tokensPerSecond: number
  /** How long an answer waits before its first token. */
  readonly firstTokenMs: number
  /** What real calls taught about counting; without it the catalogue's estimates hold. */
  readonly calibration?: Calibration
}

interface ScriptsConfig {
  /** Whether a request that no script matches is refused instead of simulated. */
  readonly strict: boolean
  /** The scripts themselves, first come first served. */
  readonly list: readonly Script[]
}

interface FaultsConfig {
  /** Whether a request may ask for a fault, in a header or in its text; unless said, where every caller is let in. */
  readonly onRequest: boolean
  /** How many calls go wrong of themselves, from 0 to 1. */
  readonly rate: number
  /** What goes wrong with those. */
  readonly kinds: readonly FaultName[]
  /** Equal seeds give the same faults to the same row of calls. */
  readonly seed: string
}

/** What one caller, and all of them together, may take from the endpoint. */
export interface LimitsConfig {
  readonly headerBytes: number
  readonly bodyBytes: number
  /** Request bytes held in memory over all connections. */
  readonly bytesInFlight: number
  /** How long a request's head may take to arrive. */
  readonly headersMs: number
  /** How long a whole request may take to arrive. Answers may take as long as they need. */
  readonly requestMs: number
  /** How long a connection may stay open between requests. */
  readonly idleMs: number
  /** How long a shutdown waits for answers in progress. */
  readonly shutdownMs: number
}

/** The settings of a server that nobody configured. */
export const defaultConfig: Config = {
  listen: { host: '127.0.0.1', port: 5151 },
  cors: { origins: [] },
  insecure: false,
  region: 'us-east-1',
  account: '123456789012',
  ephemeral: false,
  fidelity: 'guide',
  auth: { mode: 'open', credentials: [] },
  access: { policy: 'granted' },
  quotas: { limits: [], retryAfter: false },
  simulator: { seed: 'outcrop', tokensPerSecond: 100, firstTokenMs: 0 },
  scripts: { strict: false, list: [] },
  faults: {
    onRequest: true,
    rate: 0,
    kinds: ['throttled', 'unavailable', 'internal', 'modelTimeout'],
    seed: 'outcrop',
  },
  limits: {
    headerBytes: 16_384,
    bodyBytes: 20_971_520, // M12: 20 MB [?]
    bytesInFlight: 536_870_912,
    headersMs: 15_000,
    requestMs: 300_000,
    idleMs: 75_000,
    shutdownMs: 30_000,
  },
  batch: defaultBatch,
}

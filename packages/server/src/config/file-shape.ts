import { batchShape } from './batch-shape.ts'
import type { Config, CredentialConfig, LimitsConfig, TlsConfig } from './config.ts'
import type { FaultKind } from '../faults.ts'
import type { S3Config } from './s3-config.ts'
import { s3Shape } from './s3-shape.ts'
import { list, map, value, type Shape } from './read-file.ts'
import { quotasShape } from './quotas-shape.ts'
import { either } from './script-values.ts'
import * as settings from './settings.ts'

/** What a file may say: every setting of the configuration, none of them required. */
export interface FileConfig {
  readonly listen: Partial<Omit<Config['listen'], 'tls'>> & { readonly tls?: Partial<TlsConfig> }
  readonly cors: Partial<Config['cors']>
  readonly insecure: boolean
  readonly region: string
  readonly account: string
  readonly data: string
  readonly ephemeral: boolean
  readonly fidelity: Config['fidelity']
  readonly auth: { readonly mode?: Config['auth']['mode']; readonly credentials?: readonly CredentialConfig[] }
  readonly access: Partial<Config['access']>
  readonly quotas: Partial<Config['quotas']>
  readonly simulator: Partial<WrittenSimulator>
  readonly scripts: { readonly folder?: string; readonly strict?: boolean }
  readonly faults: Partial<Config['faults']>
  readonly limits: Partial<LimitsConfig>
  readonly batch: Partial<Config['batch']>
  readonly s3: S3Config
}

/** A calibration is written as the name of its file. */
type WrittenSimulator = Omit<Config['simulator'], 'calibration'> & { readonly calibration: string }

interface WrittenCredential {
  readonly user: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly bearer: string
  readonly account: string
  readonly region: string
  readonly allow: readonly string[]
  readonly admin: boolean
}

const credentialFields = map<WrittenCredential>({
  user: value(settings.user),
  accessKeyId: value(settings.accessKeyId),
  secretAccessKey: value(settings.secretAccessKey),
  sessionToken: value(settings.sessionToken),
  bearer: value(settings.bearer),
  account: value(settings.account),
  region: value(settings.region),
  allow: list(value(settings.allowedModel)),
  admin: value(settings.switchedOn),
})

const credential: Shape<CredentialConfig> = (written, reading) => {
  const problemsBefore = reading.problems.length
  const read = credentialFields(written, reading)
  if (read === undefined || reading.problems.length > problemsBefore) return undefined
  const { user, bearer, accessKeyId, secretAccessKey, sessionToken, ...caller } = read
  const refuse = (message: string): undefined => {
    reading.problems.push({ place: written.at, setting: written.setting, message })
  }
  if (user === undefined) return refuse('expected a user: the name of whoever calls with this credential')
  if (bearer !== undefined) {
    if (accessKeyId ?? secretAccessKey ?? sessionToken) {
      return refuse('expected either a bearer or a key pair, found both: list them as two credentials')
    }
    return { user, bearer, ...caller }
  }
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    return refuse('expected an accessKeyId with its secretAccessKey, or a bearer')
  }
  return { user, accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }), ...caller }
}

const bytes = value(settings.wholeNumber(1024, 1_099_511_627_776, 'bytes'))
const milliseconds = value(settings.wholeNumber(1, 86_400_000, 'milliseconds'))

/** The configuration file's shape: its settings, how each is read, and nothing else. */
export const fileShape = map<FileConfig>({
  listen: map<{ host: string; port: number; tls: Partial<TlsConfig> }>({
    host: value(settings.host),
    port: value(settings.port),
    tls: map<TlsConfig>({ cert: value(settings.pemFile), key: value(settings.pemFile) }),
  }),
  cors: map<Config['cors']>({ origins: list(value(settings.origin)) }),
  insecure: value(settings.switchedOn),
  region: value(settings.region),
  account: value(settings.account),
  data: value(settings.folder),
  ephemeral: value(settings.switchedOn),
  fidelity: value(settings.fidelity),
  auth: map<Config['auth']>({ mode: value(settings.authMode), credentials: list(credential) }),
  access: map<Config['access']>({ policy: value(settings.accessPolicy) }),
  quotas: quotasShape,
  simulator: map<WrittenSimulator>({
    seed: value(settings.seed),
    tokensPerSecond: value(settings.pace),
    firstTokenMs: value(settings.firstTokenMs),
    calibration: value(settings.calibrationFile),
  }),
  // `scripts: ./folder` says what `scripts: {folder: ./folder}` does.
  scripts: either(
    (written, reading) => {
      const folder = value(settings.folder)(written, reading)
      return folder === undefined ? undefined : { folder }
    },
    map<{ folder: string; strict: boolean }>({ folder: value(settings.folder), strict: value(settings.switchedOn) }),
  ),
  faults: map<Config['faults']>({
    onRequest: value(settings.switchedOn),
    rate: value(settings.rate),
    kinds: list<FaultKind>(value(settings.fault)),
    seed: value(settings.seed),
  }),
  limits: map<LimitsConfig>({
    headerBytes: bytes,
    bodyBytes: bytes,
    bytesInFlight: bytes,
    headersMs: milliseconds,
    requestMs: milliseconds,
    idleMs: milliseconds,
    shutdownMs: value(settings.wholeNumber(0, 86_400_000, 'milliseconds')),
  }),
  batch: batchShape,
  s3: s3Shape,
})

import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { defaultConfig, type Config } from './config.ts'
import type { FileConfig } from './file-shape.ts'
import { isLoopback } from './is-loopback.ts'
import { ConfigError, printPlace, type Place, type Problem } from './problem.ts'
import { s3OfEnvironment } from './s3-config.ts'
import * as settings from './settings.ts'
import type { Setting } from './settings.ts'
import { whereStateIs } from './state-settings.ts'

/** Settings given on the command line, as their author wrote them: they win over the file. */
export interface ConfigFlags {
  readonly host?: string
  readonly port?: string
  readonly data?: string
  readonly ephemeral?: boolean
  readonly region?: string
  readonly fidelity?: string
  readonly auth?: string
  readonly access?: string
  readonly pace?: string
  readonly seed?: string
  readonly insecure?: boolean
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly script?: string
  readonly scriptStrict?: boolean
  readonly calibration?: string
}

export interface ConfigSources {
  /** The name of the configuration file: YAML or JSON. It is read from disk unless `text` brings its content. */
  readonly file?: string
  readonly text?: string
  readonly flags?: ConfigFlags
  /** Where `${NAME}` in the file is looked up. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** Everything that the sources say, before it is complete. */
interface Draft {
  readonly file: Partial<FileConfig>
  readonly problems: Problem[]
  /** Where each setting was written, by its name in the file. */
  readonly places: Map<string, Place>
}

/** Reads, checks and completes the configuration; throws a `ConfigError` with everything that is wrong at once. */
export async function loadConfig(sources: ConfigSources = {}): Promise<Config> {
  const draft = await readDraft(sources)
  const completed = complete(draft, sources)
  const calibration = await readCalibrationOf(draft, sources)
  const config = {
    ...completed,
    simulator: { ...completed.simulator, ...(calibration && { calibration }) },
    scripts: await readScripts(draft, sources),
  }
  if (draft.problems.length === 0) checkTogether(config, draft)
  if (draft.problems.length > 0) throw new ConfigError(draft.problems)
  return config
}

async function readDraft({ file, text, env = {} }: ConfigSources): Promise<Draft> {
  const nothing: Draft = { file: {}, problems: [], places: new Map() }
  if (file === undefined && text === undefined) return nothing
  const name = file ?? 'configuration'
  let source: string
  try {
    source = text ?? (await readFile(name, 'utf8'))
  } catch (cause) {
    return { ...nothing, problems: [{ place: { kind: 'flag', name }, setting: '', message: explainRead(cause) }] }
  }
  // A server that needs no file does not pay for the parser.
  const [{ readSource }, { fileShape }] = await Promise.all([import('./read-file.ts'), import('./file-shape.ts')])
  const { value, ...findings } = readSource(source, { file: name, env, shape: fileShape })
  return { file: value ?? {}, ...findings }
}

function explainRead(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EISDIR') return 'expected a file, found a folder'
  if (code === 'EACCES') return 'this file may not be read by the user that runs Outcrop'
  return `this file cannot be read (${String(code ?? cause)})`
}

/** The scripts of the folder that a flag or the file names, all read and checked. */
async function readScripts({ file, problems, places }: Draft, sources: ConfigSources): Promise<Config['scripts']> {
  const { file: name, flags = {} } = sources
  const strict = flags.scriptStrict ?? file.scripts?.strict ?? defaultConfig.scripts.strict
  const folder = flags.script ?? inFolderOf(name, file.scripts?.folder)
  if (folder === undefined) return { strict, list: [] }
  const written = places.get('scripts.folder') ?? places.get('scripts')
  const place: Place = flags.script === undefined && written ? written : { kind: 'flag', name: '--script' }
  const { readScriptFolder } = await import('./read-script-folder.ts')
  return { strict, list: await readScriptFolder(folder, place, problems) }
}

/** The calibration that a flag or the file names. */
async function readCalibrationOf(
  { file, problems, places }: Draft,
  { file: name, flags = {} }: ConfigSources,
): Promise<Config['simulator']['calibration']> {
  const source = flags.calibration ?? inFolderOf(name, file.simulator?.calibration)
  if (source === undefined) return undefined
  const written = places.get('simulator.calibration')
  const place: Place = flags.calibration === undefined && written ? written : { kind: 'flag', name: '--calibration' }
  const { readCalibration } = await import('./read-calibration.ts')
  return readCalibration(source, place, problems)
}

function complete(draft: Draft, { file: name, flags = {}, env = {} }: ConfigSources): Omit<Config, 'scripts'> {
  const { file, problems, places } = draft
  const flag = <T>(written: keyof ConfigFlags, setting: string, reader: Setting<T>): T | undefined => {
    const text = flags[written]
    if (typeof text !== 'string') return undefined
    const place: Place = {
      kind: 'flag',
      name: `--${written.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    }
    places.set(setting, place)
    const read = reader.read(text)
    if (read === undefined) problems.push({ place, setting, message: settings.mismatch(reader, text) })
    return read
  }
  const base = defaultConfig
  const mode = flag('auth', 'auth.mode', settings.authMode) ?? file.auth?.mode ?? base.auth.mode
  const { calibration: _, ...simulator } = file.simulator ?? {}
  return {
    listen: {
      host: flag('host', 'listen.host', settings.host) ?? file.listen?.host ?? base.listen.host,
      port: flag('port', 'listen.port', settings.port) ?? file.listen?.port ?? base.listen.port,
      ...toTls(
        flag('tlsCert', 'listen.tls.cert', settings.pemFile) ?? inFolderOf(name, file.listen?.tls?.cert),
        flag('tlsKey', 'listen.tls.key', settings.pemFile) ?? inFolderOf(name, file.listen?.tls?.key),
        draft,
      ),
    },
    cors: { ...base.cors, ...file.cors },
    insecure: flags.insecure ?? file.insecure ?? base.insecure,
    region: flag('region', 'region', settings.region) ?? file.region ?? base.region,
    account: file.account ?? base.account,
    ...whereStateIs(
      { data: flag('data', 'data', settings.folder), ephemeral: flags.ephemeral },
      { data: inFolderOf(name, file.data), ephemeral: file.ephemeral },
      draft,
    ),
    fidelity: flag('fidelity', 'fidelity', settings.fidelity) ?? file.fidelity ?? base.fidelity,
    auth: {
      mode,
      credentials: file.auth?.credentials ?? base.auth.credentials,
    },
    access: {
      policy: flag('access', 'access.policy', settings.accessPolicy) ?? file.access?.policy ?? base.access.policy,
    },
    quotas: { ...base.quotas, ...file.quotas },
    simulator: {
      ...base.simulator,
      ...simulator,
      ...optional('seed', flag('seed', 'simulator.seed', settings.seed)),
      ...optional('tokensPerSecond', flag('pace', 'simulator.tokensPerSecond', settings.pace)),
    },
    faults: { ...base.faults, onRequest: mode === 'open', ...file.faults },
    limits: { ...base.limits, ...file.limits },
    batch: { ...base.batch, ...file.batch, ...foldersOf(name, file.batch) },
    ...optional('s3', file.s3 ?? s3OfEnvironment(env)),
  }
}

function optional<Key extends string, T>(key: Key, value: T | undefined): { readonly [K in Key]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]: T })
}

/** A certificate is of no use without its key, nor a key without its certificate. */
function toTls(
  cert: string | undefined,
  key: string | undefined,
  { places, problems }: Draft,
): Pick<Config['listen'], 'tls'> {
  if (cert !== undefined && key !== undefined) return { tls: { cert: resolve(cert), key: resolve(key) } }
  if (cert === undefined && key === undefined) return {}
  const [given, missing] = cert === undefined ? ['key', 'cert'] : ['cert', 'key']
  const setting = `listen.tls.${given}`
  const place = places.get(setting) ?? { kind: 'flag', name: setting }
  problems.push({ place, setting, message: `expected listen.tls.${missing} (--tls-${missing}) with it` })
  return {}
}

function foldersOf(file: string | undefined, batch: FileConfig['batch'] | undefined): Pick<Config['batch'], 'folders'> {
  return optional(
    'folders',
    batch?.folders?.map((folder) => resolve(inFolderOf(file, folder) ?? folder)),
  )
}

/** A folder in a file is meant from where the file is, so that it means the same wherever the server is started. */
function inFolderOf(file: string | undefined, folder: string | undefined): string | undefined {
  return folder === undefined || file === undefined ? folder : resolve(dirname(file), folder)
}

/** Checks what no setting can be blamed for alone. */
function checkTogether({ auth, cors, insecure, limits, listen }: Config, { places, problems }: Draft): void {
  const complain = (setting: string, message: string): void => {
    const place = places.get(setting) ?? { kind: 'flag', name: setting }
    problems.push({ place, setting, message })
  }
  if (auth.mode === 'strict' && auth.credentials.length === 0) {
    complain(
      'auth.mode',
      'strict with no credentials would refuse every call: add at least one to auth.credentials, as in ' +
        '{user: me, accessKeyId: AKIA…, secretAccessKey: "${SECRET}"} or {user: me, bearer: "${KEY}"}',
    )
  }
  if (auth.mode === 'open' && !insecure && !isLoopback(listen.host)) {
    complain(
      'listen.host',
      `${listen.host} is reachable from other machines, and an open endpoint answers everyone. ` +
        'Listen on 127.0.0.1, or set auth.mode to strict with credentials, or say --insecure (insecure: true) if you mean it',
    )
  }
  if (auth.mode === 'open' && cors.origins.includes('*')) {
    complain(
      'cors.origins',
      '* would let every web page spend through an endpoint that asks for no credentials: ' +
        'list the origins that may call, or set auth.mode to strict',
    )
  }
  if (limits.bytesInFlight < limits.bodyBytes) {
    const setting = places.has('limits.bytesInFlight') ? 'limits.bytesInFlight' : 'limits.bodyBytes'
    complain(
      setting,
      `a request of limits.bodyBytes (${limits.bodyBytes}) could never be read: ` +
        `expected limits.bytesInFlight (${limits.bytesInFlight}) to be at least as much`,
    )
  }
  checkDuplicates(auth.credentials, places, problems)
}

function checkDuplicates(
  credentials: Config['auth']['credentials'],
  places: Draft['places'],
  problems: Problem[],
): void {
  const first = new Map<string, number>()
  for (const [index, credential] of credentials.entries()) {
    // A session token tells no two of them apart: a caller is found by its key id before its token is compared.
    const [member, key] =
      'bearer' in credential ? ['bearer', credential.bearer] : ['accessKeyId', credential.accessKeyId]
    const before = first.get(key)
    if (before === undefined) {
      first.set(key, index)
      continue
    }
    const setting = `auth.credentials[${index}].${member}`
    const earlier = `auth.credentials[${before}].${member}`
    const place = places.get(setting) ?? { kind: 'flag', name: setting }
    const at = places.get(earlier)
    const where = at === undefined ? earlier : `${earlier} (${printPlace(at)})`
    problems.push({ place, setting, message: `expected a credential of its own, found the same one as ${where}` })
  }
}

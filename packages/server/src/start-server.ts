import { randomUUID } from 'node:crypto'
import { access, constants, mkdir } from 'node:fs/promises'
import type { GatewayError } from '@outcrop/protocol'
import { createScripted, type ScriptedBackend } from './backends/scripted/scripted.ts'
import { createSimulator } from './backends/simulator/simulator.ts'
import type { Config } from './config/config.ts'
import { errorReply } from './edge/dialects/aws-json.ts'
import { withCors } from './edge/cors.ts'
import { surfaceErrorReply } from './edge/dialects/messages.ts'
import { createListener } from './edge/listener/listener.ts'
import { readTls } from './edge/listener/tls.ts'
import { surfaceOf } from './edge/messages-route.ts'
import type { Reply } from './exchange.ts'
import { createGateway } from './gateway.ts'
import { createGatekeeper } from './identity/gatekeeper.ts'
import { createLineLog, type Log } from './log.ts'
import { createRecorder, type RecordedCall } from './record-calls.ts'
import type { Script } from './script.ts'

export interface StartOptions {
  /** Where the process says what its operator should know; standard error when absent. */
  readonly log?: Log
  /** Milliseconds of the epoch. */
  readonly now?: () => number
  /** Scripts that come before those of the configuration. */
  readonly scripts?: readonly Script[]
  /** Told of every call as soon as its answer has begun. */
  readonly onCall?: (call: RecordedCall) => void
}

/** A running endpoint. */
export interface RunningServer {
  /** Where it answers, such as `http://127.0.0.1:5151`. */
  readonly url: string
  readonly host: string
  readonly port: number
  /** Stops taking calls, lets answers in progress finish for up to `graceMs`, then closes. Safe to call twice. */
  close(graceMs?: number): Promise<void>
  /** Adds scripts before all others: what is said last counts first. Throws when one has no answer. */
  script(...scripts: readonly Script[]): void
  /** Forgets the scripts added since the start and the prompts cached, and begins every sequence of replies again. */
  resetScripts(): void
}

/** Starts an endpoint; rejects with a sentence that says what to do when it cannot listen or use its data folder. */
export async function startServer(config: Config, options: StartOptions = {}): Promise<RunningServer> {
  const now = options.now ?? Date.now
  const log = options.log ?? createLineLog((line) => process.stderr.write(line), now)
  if (config.data !== undefined) await prepareFolder(config.data)
  const { host, port, tls } = config.listen
  const material = tls === undefined ? {} : { tls: await readTls(tls) }
  let ready = true
  const backend = createBackend(config, options.scripts ?? [], now)
  const gatekeeper = createGatekeeper({
    ...config.auth,
    region: config.region,
    account: config.account,
    listenHosts: [host],
    origins: config.cors.origins,
    now,
  })
  const recorder = options.onCall && createRecorder(options.onCall)
  const gateway = createGateway({
    gatekeeper: recorder?.gatekeeper(gatekeeper) ?? gatekeeper,
    backend,
    fidelity: config.fidelity,
    log,
    now,
    random: Math.random,
    newRequestId: randomUUID,
    isReady: () => ready,
  })
  const listener = await createListener({
    host,
    port,
    ...material,
    handle: withCors(recorder?.handle(gateway) ?? gateway, config.cors.origins),
    limits: config.limits,
    onDefect: (error) => log.error('a connection failed', error),
    renderFailure: refuseAtEdge,
  })
  return {
    url: listener.url,
    host: listener.host,
    port: listener.port,
    close: (graceMs = config.limits.shutdownMs) => {
      ready = false
      return listener.close(graceMs)
    },
    script: (...scripts) => backend.script(...scripts),
    resetScripts: () => backend.reset(),
  }
}

/** Refuses what no route was found for yet in the dialect of its path. */
function refuseAtEdge(error: GatewayError, requestId: string, rawPath = ''): Reply {
  const surface = surfaceOf(rawPath)
  return surface === undefined ? errorReply(requestId, error) : surfaceErrorReply(surface, requestId, error, [])
}

function createBackend(config: Config, scripts: readonly Script[], now: () => number): ScriptedBackend {
  const { seed } = config.simulator
  return createScripted({
    simulator: createSimulator({ seed, pace: config.simulator, now, calibration: config.simulator.calibration }),
    scripts: [...scripts, ...config.scripts.list],
    strict: config.scripts.strict,
    faultsOnRequest: config.faults.onRequest,
    chance: config.faults,
    seed,
  })
}

async function prepareFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    await access(folder, constants.W_OK)
  } catch (cause) {
    throw new Error(`the data folder ${folder} cannot be made or written: choose another with --data or "data:"`, {
      cause,
    })
  }
}

import { randomUUID } from 'node:crypto'
import type { GatewayError } from '@outcrop/protocol'
import { createAdmin } from './admin/admin.ts'
import { createWorld, type World } from './admin/world.ts'
import { createAdmission } from './admission/create-admission.ts'
import { createPermit } from './admission/permit.ts'
import { createQuotas } from './admission/quotas.ts'
import { createScripted, type ScriptedBackend } from './backends/scripted/scripted.ts'
import { createSimulator } from './backends/simulator/simulator.ts'
import { createClockPart, resumeClock } from './clock-part.ts'
import { type Clock, createClock } from './clock.ts'
import type { Config } from './config/config.ts'
import { createControl } from './control/control.ts'
import { errorReply } from './edge/dialects/aws-json.ts'
import { withCors } from './edge/cors.ts'
import { surfaceErrorReply } from './edge/dialects/messages.ts'
import { createListener, type Listener } from './edge/listener/listener.ts'
import { readTls } from './edge/listener/tls.ts'
import { surfaceOf } from './edge/messages-route.ts'
import type { Handle, Reply } from './exchange.ts'
import { createGateway } from './gateway.ts'
import { createGatekeeper, type Gatekeeper } from './identity/gatekeeper.ts'
import { createLineLog, type Log } from './log.ts'
import { createMetering } from './metering.ts'
import { openBatch } from './open-batch.ts'
import { createRecorder, type RecordedCall } from './record-calls.ts'
import { type OnSettled, safely } from './settlement.ts'
import type { Script } from './script.ts'
import { createModelAccess } from './state/model-access.ts'
import { createUsageLedger, type UsageLedger } from './state/usage.ts'
import type { Objects } from './storage/objects.ts'
import { openObjects } from './storage/objects/open-objects.ts'
import { openState, type State } from './storage/open-state.ts'

export interface StartOptions {
  /** Where the process says what its operator should know; standard error when absent. */
  readonly log?: Log
  /** The machine's clock, in milliseconds of the epoch; signatures and keys are checked by it, the endpoint's own clock follows it. */
  readonly now?: () => number
  /** How far the endpoint's own clock is ahead of the machine's at the start, in milliseconds. */
  readonly ahead?: number
  /**
   * The folder that keeps state when the configuration names none and does not ask for memory. When it cannot be used, the log says
   * why and state is kept in memory; when this is absent too, that is what was meant.
   */
  readonly defaultData?: string
  /** Where batch jobs find their input and leave their output, in place of what the configuration opens. */
  readonly objects?: Objects
  /** Scripts that come before those of the configuration. */
  readonly scripts?: readonly Script[]
  /** Told of every call as soon as its answer has begun. */
  readonly onCall?: (call: RecordedCall) => void
  /** Told of every call of a model once it is over: what it used, and what that costs. */
  readonly onSettled?: OnSettled
}

/** A running endpoint. */
export interface RunningServer {
  /** Where it answers, such as `http://127.0.0.1:5151`. */
  readonly url: string
  readonly host: string
  readonly port: number
  /** The folder that keeps its state; without one it ends with the process. */
  readonly data: string | undefined
  /** Stops taking calls, lets answers in progress finish for up to `graceMs`, then closes. Safe to call twice. */
  close(graceMs?: number): Promise<void>
  /** Adds scripts before all others: what is said last counts first. Throws when one has no answer. */
  script(...scripts: readonly Script[]): void
  readonly clock: Clock
  /** All state: forgotten, saved and brought back. */
  readonly world: World
}

/** Starts an endpoint; rejects with a sentence that says what to do when it cannot listen or use its data folder. */
export async function startServer(config: Config, options: StartOptions = {}): Promise<RunningServer> {
  const machine = options.now ?? Date.now
  const clock = createClock(machine, options.ahead)
  const log = options.log ?? createLineLog((line) => process.stderr.write(line), clock.now)
  const state = await openState({ defaultData: options.defaultData, ...config }, log, machine)
  try {
    return await startWith(state, config, options, { clock, machine, log })
  } catch (cause) {
    clock.stop()
    await state.close()
    throw cause
  }
}

interface Surroundings {
  readonly clock: Clock
  readonly machine: () => number
  readonly log: Log
}

async function startWith(
  state: State,
  config: Config,
  options: StartOptions,
  { clock, machine, log }: Surroundings,
): Promise<RunningServer> {
  const { now } = clock
  const { store } = state
  let ready = true
  const backend = createBackend(config, options.scripts ?? [], now)
  const quotas = createQuotas({ ...config.quotas, now })
  const usage = createUsageLedger({ store, log })
  const parts = [createClockPart(clock, options.ahead), usage.part, ...backend.parts, quotas.part]
  await state.keep(parts)
  resumeClock(clock, options.ahead, log)
  const access = createModelAccess({ store, clock, policy: config.access.policy })
  const admission = createAdmission({ access: createPermit({ access, fidelity: config.fidelity }), quotas })
  const onSettled = toListeners(usage, options, log)
  const metering = createMetering({ backend, admission, now, onSettled })
  const objects = options.objects ?? (await openObjects(config, state.folder))
  const batch = openBatch({ store, clock, log, objects, data: state.folder, config, admission, metering, backend })
  const world = createWorld(store, [...parts, batch.statePart], () => batch.resume())
  const gatekeeper = toGatekeeper(config, machine)
  const recorder = options.onCall && createRecorder(options.onCall)
  const gateway = createGateway({
    gatekeeper: recorder?.gatekeeper(gatekeeper) ?? gatekeeper,
    backend,
    admission,
    metering,
    store,
    control: createControl({ store, clock, access, objects, jobs: batch.service }),
    admin: createAdmin({ store, clock, world, access, quotas, usage }),
    quotas,
    mode: config.auth.mode,
    fidelity: config.fidelity,
    log,
    now,
    random: Math.random,
    newRequestId: randomUUID,
    isReady: () => ready,
  })
  const listener = await listen(config, recorder?.handle(gateway) ?? gateway, log)
  await batch.resume()
  state.announce(listener.url)
  return {
    url: listener.url,
    host: listener.host,
    port: listener.port,
    data: state.folder,
    close: (graceMs = config.limits.shutdownMs) => {
      ready = false
      return closeAll([listener, batch], graceMs, clock, state, usage)
    },
    script: (...scripts) => backend.script(...scripts),
    clock,
    world,
  }
}

async function listen(
  { listen: { host, port, tls }, cors, limits }: Config,
  handle: Handle,
  log: Log,
): Promise<Listener> {
  return createListener({
    host,
    port,
    ...(tls !== undefined && { tls: await readTls(tls) }),
    handle: withCors(handle, cors.origins),
    limits,
    onDefect: (error) => log.error('a connection failed', error),
    renderFailure: refuseAtEdge,
  })
}

function toGatekeeper({ auth, region, account, listen, cors }: Config, now: () => number): Gatekeeper {
  const { host } = listen
  return createGatekeeper({ ...auth, region, account, listenHosts: [host], origins: cors.origins, now })
}

/** The ledger hears of every call that is over first, and then whoever asked. */
function toListeners(usage: UsageLedger, { onSettled }: StartOptions, log: Log): readonly OnSettled[] {
  if (onSettled === undefined) return [usage.record]
  return [usage.record, safely(onSettled, (cause) => log.error('onSettled threw', cause))]
}

/** Answers come first: what they cost is still written down. */
async function closeAll(
  working: ReadonlyArray<{ close(graceMs: number): Promise<void> }>,
  graceMs: number,
  clock: Clock,
  state: State,
  usage: UsageLedger,
): Promise<void> {
  await Promise.all(working.map((one) => one.close(graceMs)))
  clock.stop()
  await usage.flush()
  await state.close()
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

/** What Node's fetch calls to send a request: undici's own, as far as it is used here. */
interface Dispatcher {
  dispatch(options: object, handler: object): boolean
  readonly isMockActive?: unknown
}

/** What is told of a request on its way. */
export interface DispatchEvents {
  /** The request waits for a connection. */
  waiting(): void
  /** It has one, and is being written. */
  connected(): void
  /** The answer is complete, or will not be. */
  ended(): void
}

// undici 5 to 7 and every Node from 18 to 24 keep their dispatcher under the first name; undici 8 under the second, and a
// wrapper for older handlers under the first.
const older = Symbol.for('undici.globalDispatcher.1')
const newer = Symbol.for('undici.globalDispatcher.2')

/**
 * A dispatcher for `init.dispatcher` that takes Node's own limits away, 300 s to the headers and between two pieces of a body, and
 * tells when the connection stands. Everything else stays with the dispatcher that the caller gave, or with the global one, which
 * Node creates with its first fetch: hence it is looked up when the request is sent. Where nobody reads `init.dispatcher`, as on
 * Deno, Bun and in browsers, nothing is ever told.
 */
export function createUnlimitedDispatcher(given: unknown, events: DispatchEvents): Dispatcher {
  return {
    get isMockActive() {
      return findDispatcher(given, false)?.isMockActive
    },
    dispatch(options, handler) {
      const base = findDispatcher(given, 'onRequestStart' in handler)
      if (base === undefined) throw new TypeError('This fetch asks for an undici dispatcher and has none of its own')
      events.waiting()
      return base.dispatch({ ...options, headersTimeout: 0, bodyTimeout: 0 }, listen(handler, events))
    },
  }
}

function findDispatcher(given: unknown, isNewer: boolean): Dispatcher | undefined {
  const globals: Readonly<Record<symbol, unknown>> = globalThis
  const candidates = [given, ...(isNewer ? [globals[newer], globals[older]] : [globals[older], globals[newer]])]
  return candidates.find(isDispatcher)
}

function isDispatcher(value: unknown): value is Dispatcher {
  return typeof value === 'object' && value !== null && 'dispatch' in value && typeof value.dispatch === 'function'
}

// By name of undici's callbacks, those of older handlers first.
const heard = {
  onConnect: 'connected',
  onRequestStart: 'connected',
  onComplete: 'ended',
  onResponseEnd: 'ended',
  onError: 'ended',
  onResponseError: 'ended',
} as const satisfies Record<string, keyof DispatchEvents>

/** The same handler, which also tells; its other callbacks and its own state are inherited. */
function listen(handler: object, events: DispatchEvents): object {
  const listening: Record<string, unknown> = Object.create(handler) as Record<string, unknown>
  for (const [name, event] of Object.entries(heard)) {
    const callback = listening[name]
    if (typeof callback !== 'function') continue
    listening[name] = function (this: unknown, ...values: unknown[]): unknown {
      events[event]()
      return Reflect.apply(callback, this, values)
    }
  }
  return listening
}

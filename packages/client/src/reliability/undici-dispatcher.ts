/** What Node's fetch calls to send a request: undici's own, as far as it is used here. */
interface Dispatcher {
  dispatch(options: object, handler: object): boolean
  readonly isMockActive?: unknown
}

/** Ends a request, wherever it is: its `fetch` or its body fails with the error, and its socket is free. */
export type Abort = (error: Error) => void

/** What is told of a request on its way. */
export interface DispatchEvents {
  /** The request waits for a connection. */
  waiting(abort: Abort): void
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
      const listening = listen(handler, events)
      events.waiting(listening.abort)
      return base.dispatch({ ...options, headersTimeout: 0, bodyTimeout: 0 }, listening.handler)
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
const heard: ReadonlyArray<readonly [name: string, event: 'connected' | 'ended']> = [
  ['onConnect', 'connected'],
  ['onRequestStart', 'connected'],
  ['onComplete', 'ended'],
  ['onResponseEnd', 'ended'],
  ['onError', 'ended'],
  ['onResponseError', 'ended'],
]

/** The same handler, which also tells, and the way to end its request; its other callbacks and its own state are inherited. */
function listen(handler: object, events: DispatchEvents): { readonly handler: object; readonly abort: Abort } {
  const listening: Record<string, unknown> = Object.create(handler) as Record<string, unknown>
  let cut: ((error: Error) => void) | undefined
  let aborted: Error | undefined
  for (const [name, event] of heard) {
    const callback = listening[name]
    if (typeof callback !== 'function') continue
    listening[name] = function (this: unknown, ...values: unknown[]): unknown {
      if (event === 'connected') {
        cut = cutterOf(values[0])
        // It was given up on before it had a connection.
        if (aborted !== undefined) return cut?.(aborted)
      } else if (aborted !== undefined && cut === undefined) return undefined
      events[event]()
      return Reflect.apply(callback, this, values)
    }
  }
  return {
    handler: listening,
    abort(error) {
      if (aborted !== undefined) return
      aborted = error
      if (cut === undefined) failBefore(handler, error)
      else cut(error)
    },
  }
}

/** What ends a request that has a connection: a function to older handlers, a controller to newer ones. */
function cutterOf(given: unknown): ((error: Error) => void) | undefined {
  if (typeof given === 'function') return (error) => void Reflect.apply(given, undefined, [error])
  if (typeof given !== 'object' || given === null || !('abort' in given)) return undefined
  const { abort } = given
  return typeof abort === 'function' ? (error) => void Reflect.apply(abort, given, [error]) : undefined
}

/** Tells a handler that its request failed, as undici itself would. */
function failBefore(handler: object, error: Error): void {
  if ('onResponseError' in handler && typeof handler.onResponseError === 'function') {
    Reflect.apply(handler.onResponseError, handler, [null, error])
  } else if ('onError' in handler && typeof handler.onError === 'function') {
    Reflect.apply(handler.onError, handler, [error])
  }
}

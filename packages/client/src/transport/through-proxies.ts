import type { Platform } from '../platform.ts'

/** A `fetch`, with whatever it takes beside. */
type FetchLike<Rest extends readonly unknown[]> = (
  url: string | URL | Request,
  init?: RequestInit,
  ...rest: Rest
) => Promise<Response>

/** Sends what a `fetch` sends through the proxies of the machine, where it has any; a dispatcher that a call names is kept. */
export function throughProxies<Rest extends readonly unknown[]>(
  fetch: FetchLike<Rest>,
  { loadDispatcher }: Pick<Platform, 'loadDispatcher'>,
): FetchLike<Rest> {
  if (loadDispatcher === undefined) return fetch
  return async (url, init, ...rest) => {
    const dispatcher = init !== undefined && 'dispatcher' in init ? init.dispatcher : await loadDispatcher()
    if (dispatcher === undefined) return fetch(url, init, ...rest)
    const through: RequestInit & { readonly dispatcher: unknown } = { ...init, dispatcher }
    return fetch(url, through, ...rest)
  }
}

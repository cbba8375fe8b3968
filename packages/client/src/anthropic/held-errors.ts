import type { APIError } from '@anthropic-ai/sdk/core/error'

const held = new WeakMap<Headers, APIError>()

/**
 * Carries an error that must not be repeated through the core, which judges whatever is thrown by words in its text and that
 * of its cause, and repeats or replaces it: as an answer that says so. Middleware sees what Anthropic would have answered.
 */
export function holdError(error: APIError, status: number): Response {
  const body = { type: 'error', error: { type: error.type ?? 'api_error', message: error.message } }
  const headers = { 'content-type': 'application/json', 'x-should-retry': 'false' }
  const response = new Response(JSON.stringify(body), { status, headers })
  held.set(response.headers, error)
  return response
}

/** The error of an answer that carries one. */
export function heldError(headers: Headers): APIError | undefined {
  return held.get(headers)
}

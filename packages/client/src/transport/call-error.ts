/** Anthropic's envelope of an error that is found before anything is sent, and the Region that would have been called. */
export function refuse(status: number, message: string, region?: string): Response {
  const type = status === 404 ? 'not_found_error' : status === 413 ? 'request_too_large' : 'invalid_request_error'
  return new Response(JSON.stringify({ type: 'error', error: { type, message } }), {
    status,
    // Repeating it cannot help: nothing but the request is to blame.
    headers: {
      'content-type': 'application/json',
      'x-should-retry': 'false',
      ...(region !== undefined && { 'x-outcrop-region': region }),
    },
  })
}

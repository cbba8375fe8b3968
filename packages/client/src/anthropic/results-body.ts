import { toSdkError } from './thrown-errors.ts'

/** Has the results of a batch, which the core reads by itself, break off with the errors of Anthropic's SDK; other answers stay. */
export function withSdkErrors(response: Response): Response {
  const { body, headers, status } = response
  if (body === null || headers.get('content-type') !== 'application/x-jsonl') return response
  const reader = body.getReader()
  const told = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { value, done } = await reader.read()
          if (done) controller.close()
          else controller.enqueue(value)
        } catch (error) {
          controller.error(toSdkError(error, headers))
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
  return new Response(told, { status, headers })
}

import type { TimeLimitError } from './time-limit-error.ts'
import type { TimeWatch } from './time-watch.ts'

/** Who keeps the clocks of a body. */
export interface BodyKeeper {
  readonly watch: TimeWatch
  /** Is told of the limit that runs out from now on. */
  readonly listen: (late: (error: TimeLimitError) => void) => void
  /** Nobody waits for the body any more. */
  readonly end: () => void
}

/** The same bytes; the time to the first and between two of them counts while somebody waits for the next. */
export function watchBody(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  { watch, listen, end }: BodyKeeper,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader()
  let hasBegun = false
  return new ReadableStream(
    {
      start(controller) {
        listen((error) => controller.error(error))
      },
      async pull(controller) {
        if (hasBegun) watch.start('idle')
        try {
          const { done, value } = await reader.read()
          watch.stop(hasBegun ? 'idle' : 'firstByte')
          hasBegun = true
          if (!done) return controller.enqueue(value)
          end()
          controller.close()
        } catch (error) {
          end()
          throw watch.expired ?? error
        }
      },
      async cancel(reason) {
        end()
        await reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
}

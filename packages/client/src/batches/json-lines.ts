/**
 * A body of JSON lines, made only as fast as it is read; leaving it ends what it is made from. What is thrown before there is a
 * first line is thrown here, while there is still a status to say it by.
 */
export async function toJsonLines(values: AsyncGenerator<object, void>): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder()
  let next: IteratorResult<object, void> | undefined = await values.next()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { value, done } = next ?? (await values.next())
          next = undefined
          if (done === true) controller.close()
          else controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`))
        } catch (error) {
          controller.error(error)
        }
      },
      async cancel() {
        await values.return()
      },
    },
    { highWaterMark: 0 },
  )
}

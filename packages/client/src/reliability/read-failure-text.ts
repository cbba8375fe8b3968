/** How much of a failure's body is waited for. */
export interface FailureTextLimits {
  readonly bytes?: number | undefined
  readonly ms?: number | undefined
}

/** The beginning of a failure's body, as much of it as comes in time; an answer that breaks off gives what came. */
export async function readFailureText(
  response: Response,
  { bytes: mostBytes = 64 * 1024, ms = 10_000 }: FailureTextLimits = {},
): Promise<string> {
  const reader = response.body?.getReader()
  if (reader === undefined) return ''
  // Cancelling ends the reading below, and frees the socket of a long body.
  const cancel = (): void => void reader.cancel().catch(() => {})
  const timer = setTimeout(cancel, ms)
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  try {
    while (bytes < mostBytes) {
      const { done, value } = await reader.read()
      if (done) break
      bytes += value.length
      const surplus = Math.max(0, bytes - mostBytes)
      text += decoder.decode(value.subarray(0, value.length - surplus), { stream: true })
    }
  } catch {
    // The status is the news; a body that breaks off adds less to it.
  }
  clearTimeout(timer)
  cancel()
  return text + decoder.decode()
}

/** The beginning of a failure's body, at most so many bytes of it; an answer that breaks off gives what came. */
export async function readFailureText(response: Response, mostBytes = 64 * 1024): Promise<string> {
  const reader = response.body?.getReader()
  if (reader === undefined) return ''
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  try {
    while (bytes < mostBytes) {
      const { done, value } = await reader.read()
      if (done) break
      bytes += value.length
      text += decoder.decode(bytes > mostBytes ? value.subarray(0, value.length - (bytes - mostBytes)) : value, {
        stream: true,
      })
    }
  } catch {
    // The status is the news; a body that breaks off adds less to it.
  }
  // Without this the rest of a long body holds its socket.
  void reader.cancel().catch(() => {})
  return text + decoder.decode()
}

/** Resolves in a later turn of the event loop: what others wait for comes between. */
export async function breathe(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve)
  })
}

/** Creates a pause for a long loop: most calls cost nothing, and no run of work between two pauses lasts much longer than so many milliseconds. */
export function createPause(longestMs = 4): () => Promise<void> | undefined {
  let since = performance.now()
  return () => {
    if (performance.now() - since < longestMs) return undefined
    return breathe().then(() => {
      since = performance.now()
    })
  }
}

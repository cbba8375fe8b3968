/** What others wait for too, until this caller's signal is aborted: he leaves with its reason, and they go on waiting. */
export function untilAborted<Value>(shared: Promise<Value>, signal: AbortSignal | null | undefined): Promise<Value> {
  if (signal === null || signal === undefined) return shared
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason as Error)
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave)
    shared.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
  })
}

/** An event of a stream whose JSON was broken on its way: no checksum of a frame has noticed. */
export class BrokenEventError extends Error {
  override readonly name = 'BrokenEventError'

  constructor(data: string, options?: ErrorOptions) {
    super(`An event of the stream is no JSON: ${data.slice(0, 100)}`, options)
  }
}

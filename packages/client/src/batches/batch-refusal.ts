/** A request that is refused before it is sent, or that a batch is not ready for: what is wrong and what to do. */
export class BatchRefusal extends Error {
  override readonly name = 'BatchRefusal'
  readonly status: 400 | 404 | 405 | 409 | 413

  constructor(status: BatchRefusal['status'], message: string) {
    super(message)
    this.status = status
  }
}

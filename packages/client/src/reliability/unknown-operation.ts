/** Tells cheaply whether an answer is worth reading as Bedrock's HTTP 200 for a path that it does not have (WIRE §1.4). */
export function mayBeUnknownOperation(status: number, bodyText: string): boolean {
  // A whole answer may be long, and may speak of this exception.
  return status === 200 && bodyText.length < 4096 && bodyText.includes('UnknownOperationException')
}

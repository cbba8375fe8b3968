import { CommandFailure } from '../failure.ts'
import { printable } from '../io.ts'
import { isRecord } from './is-record.ts'

/** What an answer of the client that is no success comes to: AWS's code, its words, and what to do. */
export async function readRefusal(response: Response): Promise<CommandFailure> {
  const code = response.headers.get('x-amzn-errortype') ?? `HTTP ${response.status}`
  return new CommandFailure(printable(`${code}: ${messageIn(await response.text())}`))
}

function messageIn(body: string): string {
  const { error } = parseObject(body)
  const message = isRecord(error) ? error['message'] : undefined
  return typeof message === 'string' ? message : 'no message'
}

/** A JSON object; an empty one for every other text. */
export function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text)
    return isRecord(parsed) ? parsed : {}
  } catch {
    return {}
  }
}

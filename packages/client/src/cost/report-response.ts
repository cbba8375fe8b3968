import { takeEvents, toStreamedResponse } from '../transport/streamed-answer.ts'
import type { AnswerReport } from './answer-report.ts'
import { reportEvents, reportMessage } from './report-answer.ts'

/** Hands a response of this client on, and tells of its answer: of a stream when that ends. Failures are not told of. */
export async function reportResponse(
  response: Response,
  now: () => number,
  tell: (report: AnswerReport) => void,
): Promise<Response> {
  const { ok, status, headers } = response
  if (!ok) return response
  const facts = { headers, now, tell }
  const events = takeEvents(response)
  if (events !== undefined) {
    const reported = reportEvents({ [Symbol.asyncIterator]: () => events }, facts)
    return toStreamedResponse(reported, { status, headers })
  }
  const text = await response.text()
  reportMessage(text, facts)
  return new Response(text, { status, headers })
}

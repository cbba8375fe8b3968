import { fail, type Finding, ok } from './check.ts'
import { explain } from './explain.ts'
import type { Patient } from './patient.ts'

/** Makes one real call of a few tokens. */
export async function checkCall(patient: Patient): Promise<readonly Finding[]> {
  try {
    return [ok(await patient.call())]
  } catch (cause) {
    const { found, todo } = explain(cause)
    return [fail(found, todo)]
  }
}

import type { Admission } from './admission.ts'

/** Joins who may call a model at all with how much may be called now. */
export function createAdmission(parts: {
  readonly access: Pick<Admission, 'permit' | 'authorizeUnknown'>
  readonly quotas: Pick<Admission, 'reserve'>
}): Admission {
  return { ...parts.access, reserve: parts.quotas.reserve }
}

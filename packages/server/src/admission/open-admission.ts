import type { Admission } from './admission.ts'

/** Lets every call run: no access is asked for, and no quota is set. */
export const openAdmission: Admission = { permit() {}, authorizeUnknown() {}, reserve: () => undefined }

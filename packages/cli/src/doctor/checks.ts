import type { Finding } from './check.ts'
import { checkAccess } from './check-access.ts'
import { checkCall } from './check-call.ts'
import { checkClock } from './check-clock.ts'
import { checkCredentials } from './check-credentials.ts'
import { checkEndpoint } from './check-endpoint.ts'
import { checkIdentity } from './check-identity.ts'
import { checkModel } from './check-model.ts'
import { checkProxy } from './check-proxy.ts'
import { checkQuota } from './check-quota.ts'
import { checkRegion } from './check-region.ts'
import type { Patient } from './patient.ts'

/** Looks at one thing; what it throws is a defect. */
export type Check = (patient: Patient) => Promise<readonly Finding[]>

/** Every check, in the order in which they are told; they run at the same time and share what they find. */
export const checks = {
  credentials: checkCredentials,
  identity: checkIdentity,
  region: checkRegion,
  endpoint: checkEndpoint,
  clock: checkClock,
  proxy: checkProxy,
  access: checkAccess,
  quota: checkQuota,
  model: checkModel,
  call: checkCall,
} as const satisfies Readonly<Record<string, Check>>

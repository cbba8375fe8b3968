import { createAdmin } from '../../src/admin/admin.ts'
import { createWorld } from '../../src/admin/world.ts'
import { createQuotas } from '../../src/admission/quotas.ts'
import { openAdmission } from '../../src/admission/open-admission.ts'
import { createClock } from '../../src/clock.ts'
import { createControl } from '../../src/control/control.ts'
import type { Handle } from '../../src/exchange.ts'
import { createGateway, type GatewayOptions } from '../../src/gateway.ts'
import { createMetering } from '../../src/metering.ts'
import { createModelAccess } from '../../src/state/model-access.ts'
import { createUsageLedger } from '../../src/state/usage.ts'
import { createMemoryStore } from '../../src/storage/memory-store.ts'

/** What a test says of its gateway; the rest is an endpoint that asks for no access, sets no quota and keeps all in memory. */
export type TestGatewayOptions = Partial<GatewayOptions> &
  Pick<GatewayOptions, 'gatekeeper' | 'backend' | 'fidelity' | 'log' | 'now' | 'random' | 'newRequestId' | 'isReady'>

/** Makes a gateway as `startServer` does, without a listener. */
export function createTestGateway(options: TestGatewayOptions): Handle {
  const { backend, now } = options
  const admission = options.admission ?? openAdmission
  const clock = createClock(now)
  const quotas = createQuotas({ limits: [], retryAfter: false, now })
  const store = createMemoryStore()
  const access = createModelAccess({ store, clock, policy: 'granted' })
  const usage = createUsageLedger({ store, log: options.log })
  return createGateway({
    admission,
    metering: createMetering({ backend, admission, now, onSettled: [] }),
    store,
    control: createControl({ store, clock, access }),
    admin: createAdmin({ store, clock, world: createWorld(store, []), access, quotas, usage }),
    quotas,
    mode: 'open',
    ...options,
  })
}

import { GatewayError, type Json } from '@outcrop/protocol'
import { accessOperations } from './access-operations.ts'
import { clockOperations } from './clock-operations.ts'
import type { AdminCall, AdminOperation, AdminServices } from './operation.ts'
import { quotaOperations } from './quota-operations.ts'
import { stateOperations } from './state-operations.ts'
import { usageOperations } from './usage-operations.ts'

/** By method and path below `/admin/`. */
const operations: ReadonlyMap<string, AdminOperation> = new Map(
  Object.entries({
    ...accessOperations,
    ...clockOperations,
    ...quotaOperations,
    ...stateOperations,
    ...usageOperations,
  }),
)
const paths = new Set([...operations.keys()].map((name) => name.replace(/^\S+ /, '')))

/** Answers an order or a question of the operator; `undefined` where there is no such path or not with this method. */
export type Admin = (request: {
  readonly method: string
  readonly path: string
  readonly rawQuery: string
  readonly body: Uint8Array
}) => Promise<object>

/** Opens the admin API. */
export function createAdmin(services: AdminServices): Admin {
  return async ({ method, path, rawQuery, body }) => {
    const operation = operations.get(`${method} ${path}`)
    if (operation === undefined) {
      const known = paths.has(path) ? `not with ${method}` : `its paths are ${[...paths].sort().join(', ')}`
      throw new GatewayError('notFound', `The admin API has no /admin/${path.slice(0, 100)}: ${known}.`)
    }
    const call: AdminCall = { services, query: new URLSearchParams(rawQuery), input: parse(body) }
    return operation(call)
  }
}

function parse(body: Uint8Array): Json | undefined {
  if (body.byteLength === 0) return undefined
  try {
    return JSON.parse(Buffer.from(body).toString()) as Json
  } catch (cause) {
    throw new GatewayError('validation', 'The body is not JSON.', { cause })
  }
}

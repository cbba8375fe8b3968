// What access, quotas and prices add to a call: the stages of the gateway with everything configured, with nothing, and without them.
import { createAdmission } from '../packages/server/dist/admission/create-admission.js'
import { openAdmission } from '../packages/server/dist/admission/open-admission.js'
import { createQuotas } from '../packages/server/dist/admission/quotas.js'
import { createPermit } from '../packages/server/dist/admission/permit.js'
import { createClock } from '../packages/server/dist/clock.js'
import { createMetering } from '../packages/server/dist/metering.js'
import { createModelAccess } from '../packages/server/dist/state/model-access.js'
import { createMemoryStore } from '../packages/server/dist/storage/memory-store.js'
import { findModel } from '@outcrop/protocol'
import { median, spread, twoKilobytes } from './lib.js'

const calls = 20_000
const rounds = 9
/** What the three may cost together. */
const budget = 15

/** @returns {Promise<string[]>} a table in Markdown */
export async function benchAdmission() {
  const { call, backend } = world()
  const floor = { permit() {}, complete: () => backend.complete() }
  const bare = stages(backend, openAdmission)
  const full = stages(backend, await everything())
  const costs = { floor: [], bare: [], full: [] }
  for (let round = -2; round < rounds; round += 1) {
    for (const [name, subject] of Object.entries({ floor, bare, full })) {
      const cost = await costOf(subject, call)
      if (round >= 0) costs[name].push(cost)
    }
  }
  const added = costs.full.map((cost, round) => cost - costs.floor[round])
  if (median(added) > budget) throw new Error(`access, quotas and prices cost ${median(added).toFixed(1)} µs a call`)
  return [
    `A call of ${Buffer.byteLength(twoKilobytes())} bytes, ${calls.toLocaleString('en')} a run, ${rounds} interleaved runs, a backend that answers at once.`,
    '',
    '| stages | CPU a call (µs) |',
    '|---|---|',
    row('the backend alone', costs.floor),
    row('nothing configured', costs.bare),
    row('access asked for, an allow list, three quotas', costs.full),
    row('beyond the backend alone', added),
  ]
}

function row(name, values) {
  return `| ${name} | ${median(values).toFixed(2)} (${spread(values, 2)}) |`
}

async function everything() {
  const clock = createClock()
  const access = createModelAccess({ store: createMemoryStore(), clock, policy: 'ask' })
  const key = { account: '123456789012', region: 'us-west-2', modelId: 'anthropic.claude-opus-4-6-v1' }
  await access.putForm(key.account, 'e30=')
  await access.agree(key)
  const limits = [{ requestsPerMinute: 1e9, tokensPerMinute: 1e12 }]
  const quotas = createQuotas({ limits, retryAfter: false, now: clock.now })
  return createAdmission({ access: createPermit({ access, fidelity: 'guide' }), quotas })
}

/** The stages that a call goes through between its route and its backend. */
function stages(backend, admission) {
  const metering = createMetering({ backend, admission, now: Date.now, onSettled: [] })
  return { permit: (call) => admission.permit(call), complete: (call) => metering.complete(call) }
}

/** Microseconds of CPU a call. */
async function costOf({ permit, complete }, call) {
  const { user, system } = process.cpuUsage()
  for (let count = 0; count < calls; count += 1) {
    permit(call)
    await complete(call)
  }
  const after = process.cpuUsage()
  return (after.user + after.system - user - system) / calls
}

function world() {
  const model = findModel('claude-opus-4-6')
  const message = {
    id: 'msg_bdrk_bench',
    type: 'message',
    role: 'assistant',
    model: model.anthropicName,
    content: [{ type: 'text', text: 'Good day.' }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 520, output_tokens: 64, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 },
  }
  const backend = { name: 'bench', headers: [], complete: () => Promise.resolve(message) }
  const caller = {
    how: 'sigv4',
    user: 'bench',
    arn: 'arn:aws:iam::123456789012:user/bench',
    userId: 'AIDABENCH',
    account: '123456789012',
    region: 'us-west-2',
    accessKeyId: 'AKIDEXAMPLE',
    allow: ['anthropic.claude-haiku-*', 'anthropic.claude-opus-*'],
  }
  const request = JSON.parse(twoKilobytes())
  const call = {
    requestId: '00000000-0000-0000-0000-000000000000',
    model,
    scope: 'us',
    modelId: 'us.anthropic.claude-opus-4-6-v1',
    wire: 'invoke',
    caller,
    headers: {},
    request,
    documentMode: 'visual',
    signal: new AbortController().signal,
    action: 'bedrock:InvokeModel',
  }
  return { call, backend }
}

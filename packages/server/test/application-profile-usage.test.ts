import { expect, it } from 'vitest'
import { openAdmission } from '../src/admission/open-admission.ts'
import { createSimulator } from '../src/backends/simulator/simulator.ts'
import { createGatekeeper } from '../src/identity/gatekeeper.ts'
import { createMetering } from '../src/metering.ts'
import type { Settlement } from '../src/settlement.ts'
import { createApplicationProfile } from '../src/state/application-profiles.ts'
import { deleteTags, putTags } from '../src/state/tags.ts'
import { createMemoryStore } from '../src/storage/memory-store.ts'
import { throughSocket } from './support/doors.ts'
import { createTestGateway } from './support/test-gateway.ts'

const owner = { account: '123456789012', region: 'us-east-1' }
const profileId = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'

it('carries the tags of the moment into usage, and costs what its model costs', async () => {
  const now = Date.now
  const store = createMemoryStore()
  const settled: Settlement[] = []
  const backend = createSimulator({ seed: 'test', pace: { tokensPerSecond: 0, firstTokenMs: 0 }, now })
  const onSettled = [(settlement: Settlement) => void settled.push(settlement)]
  const handle = createTestGateway({
    gatekeeper: createGatekeeper({ mode: 'open', credentials: [], ...owner, now }),
    backend,
    metering: createMetering({ backend, admission: openAdmission, now, onSettled }),
    store,
    fidelity: 'aws',
    log: { info: () => {}, warn: () => {}, error: () => {} },
    now,
    random: () => 0.05,
    newRequestId: () => crypto.randomUUID(),
    isReady: () => true,
  })
  const { arn } = await store.transact((transaction) =>
    createApplicationProfile(transaction, owner, {
      id: '1arbu5hu2sjr',
      name: 'team',
      copyFrom: `arn:aws:bedrock:us-east-1:123456789012:inference-profile/${profileId}`,
      modelArns: [],
      createdAt: 0,
      tags: [{ key: 'team', value: 'a' }],
    }),
  )
  const door = await throughSocket(handle)
  const call = async (modelId: string): Promise<Settlement | undefined> => {
    await door.ask({
      method: 'POST',
      path: `/model/${encodeURIComponent(modelId)}/converse`,
      body: JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Hello' }] }] }),
    })
    return settled.pop()
  }
  const plain = await call(profileId)
  const first = await call(arn)
  await store.transact((transaction) => putTags(transaction, { ...owner, arn }, [{ key: 'team', value: 'b' }]))
  const second = await call(arn)
  await store.transact((transaction) => deleteTags(transaction, { ...owner, arn }, ['team']))
  const third = await call(arn)
  await door.close()
  expect(plain?.application).toBeUndefined()
  expect([first, second, third].map((settlement) => settlement?.application)).toEqual([
    { arn, tags: { team: 'a' } },
    { arn, tags: { team: 'b' } },
    { arn, tags: {} },
  ])
  expect([first?.modelId, first?.model.modelId, first?.scope]).toEqual([arn, profileId.slice('us.'.length), 'us'])
  expect(plain?.cost?.total).toMatchObject({ kind: 'known' })
  expect(first?.cost).toEqual(plain?.cost)
})

// Run with `NODE_OPTIONS=--experimental-vm-modules npx jest`: Jest needs that flag for every module that is ESM.
import { startOutcrop } from '@outcrop/testkit'

/* global afterAll, beforeAll, beforeEach, expect, test */

/** @type {import('@outcrop/testkit').Outcrop} */
let outcrop
beforeAll(async () => {
  outcrop = await startOutcrop()
})
afterAll(() => outcrop.close())
beforeEach(() => outcrop.reset())

test('a script answers, and the call is there to look at', async () => {
  outcrop.script({ match: { text: 'Hello' }, reply: { text: 'Good day.' } })

  const answer = await fetch(`${outcrop.url}/model/us.anthropic.claude-opus-4-6-v1/converse`, {
    method: 'POST',
    body: JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Hello' }] }] }),
  })

  expect(await answer.json()).toMatchObject({ output: { message: { content: [{ text: 'Good day.' }] } } })
  expect(outcrop.calls).toHaveLength(1)
})

import { startOutcrop } from '@outcrop/testkit'
import { afterAll, beforeEach, expect, test } from 'vitest'

const outcrop = await startOutcrop({ strict: true })
afterAll(() => outcrop.close())
beforeEach(() => outcrop.reset())

test('a script answers, and the call is there to look at', async () => {
  outcrop.script({ match: { text: 'Hello' }, reply: { text: 'Good day.' } })

  const answer = await fetch(`${outcrop.url}/model/us.anthropic.claude-opus-4-6-v1/converse`, {
    method: 'POST',
    body: JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Hello' }] }] }),
  })

  expect(await answer.json()).toMatchObject({ output: { message: { content: [{ text: 'Good day.' }] } } })
  expect(outcrop.calls).toMatchObject([{ operation: 'Converse', status: 200 }])
})

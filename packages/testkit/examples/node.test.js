// Run with `node --test`: nothing else is needed.
import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { startOutcrop } from '@outcrop/testkit'

const outcrop = await startOutcrop()
after(() => outcrop.close())
beforeEach(() => outcrop.reset())

/** The code under test: asks Claude, and asks again when it is told to slow down. */
async function ask(url, text) {
  for (;;) {
    const answer = await fetch(`${url}/model/us.anthropic.claude-opus-4-6-v1/converse`, {
      method: 'POST',
      body: JSON.stringify({ messages: [{ role: 'user', content: [{ text }] }] }),
    })
    if (answer.status === 429) continue
    const { output } = await answer.json()
    return output.message.content[0].text
  }
}

test('a script answers, and the call is there to look at', async () => {
  outcrop.script({ match: { text: /^hello/i }, reply: { text: 'Good day.' } })
  assert.equal(await ask(outcrop.url, 'Hello'), 'Good day.')
  assert.equal(outcrop.calls[0]?.operation, 'Converse')
  assert.equal(outcrop.calls[0]?.modelId, 'us.anthropic.claude-opus-4-6-v1')
})

test('a reply may be made from the request', async () => {
  outcrop.script({ match: ({ turn }) => turn === 1, reply: ({ text }) => ({ text: `You said: ${text}` }) })
  assert.equal(await ask(outcrop.url, 'Hi'), 'You said: Hi')
})

test('a client that is told to slow down asks again', async () => {
  outcrop.script({ replies: [{ fault: 'ThrottlingException' }, { text: 'At last.' }] })
  assert.equal(await ask(outcrop.url, 'Hello'), 'At last.')
  assert.deepEqual(
    outcrop.calls.map((call) => call.status),
    [429, 200],
  )
})

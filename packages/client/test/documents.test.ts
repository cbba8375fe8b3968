import { type Outcrop, startOutcrop } from '@outcrop/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { pdfBlock } from '../src/documents/pdf-block.ts'
import { makePdf } from '../src/documents/pdf.fixture.ts'
import { type ClientWire, createBedrockFetch } from '../src/transport.ts'

let outcrop: Outcrop
beforeAll(async () => {
  outcrop = await startOutcrop({ fidelity: 'aws', region: 'us-east-1' })
})
afterAll(() => outcrop.close())

const page = Array.from({ length: 30 }, (_, at) => `${at}. The quick brown fox jumps over the lazy dog.`).join('\n')
const pdf = makePdf([page, page, page])

async function inputTokens(wire: ClientWire, citations: boolean): Promise<number> {
  const fetch = createBedrockFetch({
    baseURL: outcrop.url,
    awsRegion: 'us-east-1',
    awsAccessKey: 'AKIDEXAMPLE',
    awsSecretKey: 'a-secret-of-this-test-alone',
    wire,
    onWarning: () => {},
  })
  const document = await pdfBlock(pdf, { title: 'Foxes', citations })
  const content = [document, { type: 'text', text: 'What does the fox do?' }]
  const response = await fetch('https://api.anthropic.com/v1/messages', {
    method: 'POST',
    body: JSON.stringify({ model: 'claude-opus-4-8', max_tokens: 256, messages: [{ role: 'user', content }] }),
  })
  const answer = (await response.json()) as { usage?: { input_tokens: number } }
  if (answer.usage === undefined) throw new Error(JSON.stringify(answer))
  return answer.usage.input_tokens
}

// M10: on Converse three pages are about 1,000 tokens as text and about 7,000 as they look; elsewhere always as they look.
it('reads a PDF on Converse as text alone without citations, and by its looks with them', async () => {
  const asText = await inputTokens('converse', false)
  const asSeen = await inputTokens('converse', true)
  expect(asText).toBeGreaterThan(500)
  expect(asText).toBeLessThan(2_000)
  expect(asSeen).toBeGreaterThan(5_000)
  expect(asSeen).toBeLessThan(9_000)
})

it.each(['invoke', 'runtime-messages', 'mantle'] as const)('sees its pages on %s either way', async (wire) => {
  expect(await inputTokens(wire, false)).toBeGreaterThan(5_000)
  expect(await inputTokens(wire, true)).toBeGreaterThan(5_000)
})

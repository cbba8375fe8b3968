import type { DocumentBlock, MessagesRequest } from '@outcrop/protocol'
import { expect, it } from 'vitest'

import { createDocumentReader } from '../media/document-reader.ts'
import { imageHeaders } from '../media/image.fixture.ts'
import { readMedia } from '../media/read-media.ts'
import { readPrompt } from '../prompt.ts'
import { seedRandom } from '../random.ts'
import { composeText } from './compose-text.ts'

const document: DocumentBlock = {
  type: 'document',
  title: 'Rocks',
  source: { type: 'text', media_type: 'text/plain', data: 'Granite is old. Chalk is soft.' },
}

it('quotes the document and describes the image that a tool returned', async () => {
  const data = imageHeaders.png(5, 7).toString('base64')
  const request: MessagesRequest = {
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 500,
    messages: [
      { role: 'user', content: 'Look it up' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'w', input: {} }] },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 't',
            content: [document, { type: 'image', source: { type: 'base64', media_type: 'image/png', data } }],
          },
        ],
      },
    ],
  }
  const media = await readMedia(request, {
    model: 'claude-opus-4-6',
    contextWindow: 200_000,
    documentMode: 'visual',
    wire: 'invoke',
    documents: createDocumentReader(),
    call: new AbortController(),
  })
  const parts = composeText({
    prompt: readPrompt(request),
    media,
    modelName: 'Claude',
    request,
    random: seedRandom('a'),
  })
  const text = parts.map((part) => part.text).join('')
  expect(text).toContain('The tool w returned 1 document and 1 image.')
  expect(text).toContain('Image 1 is a PNG of 5 x 7 pixels. The document "Rocks" says: "Granite is old.')
})

it.each([
  'What does it say about granite?',
  'Summarise it in 50 words.',
  'Write a short report.',
  'Give me three facts.',
])('quotes the document when asked: %s', async (question) => {
  const request: MessagesRequest = {
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: 500,
    messages: [{ role: 'user', content: [document, { type: 'text', text: question }] }],
  }
  const media = await readMedia(request, {
    model: 'claude-opus-4-6',
    contextWindow: 200_000,
    documentMode: 'visual',
    wire: 'invoke',
    documents: createDocumentReader(),
    call: new AbortController(),
  })
  const parts = composeText({
    request,
    prompt: readPrompt(request),
    media,
    modelName: 'Claude Opus 4.6',
    random: seedRandom('s'),
  })
  expect(parts.map(({ text }) => text).join('')).toMatch(/Granite is old\.|Chalk is soft\./)
})

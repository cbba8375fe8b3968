import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfig } from './load-config.ts'
import { ConfigError } from './problem.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outcrop-scripts-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function load(files: Readonly<Record<string, string>>) {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return (await loadConfig({ flags: { script: folder } })).scripts
}

async function complaints(files: Readonly<Record<string, string>>): Promise<string[]> {
  const error: unknown = await load(files).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof ConfigError)) throw new Error(`expected a ConfigError, got ${String(error)}`)
  return error.message.split('\n').map((line) => line.replace(`${folder}/`, ''))
}

describe('a folder of scripts', () => {
  it('is read file by file in the order of names, YAML and JSON, and nothing else', async () => {
    const scripts = await load({
      'b.json': '[{"name": "second", "reply": {"text": "b"}}]',
      'a.yaml': '- {name: first, reply: a}\n- fault: drop\n',
      'notes.md': 'not a script',
    })
    expect(scripts).toEqual({
      strict: false,
      list: [
        { name: 'first', reply: { text: 'a' } },
        { name: `${folder}/a.yaml:2:3`, fault: { kind: 'drop' } },
        { name: 'second', reply: { text: 'b' } },
      ],
    })
  })

  it('may be named in the configuration, from where that file is', async () => {
    await writeFile(join(folder, 's.yaml'), '- {name: one, reply: a}')
    for (const text of ['scripts: .', 'scripts: {folder: ., strict: true}']) {
      const { scripts } = await loadConfig({ file: join(folder, 'outcrop.cfg'), text })
      expect(scripts.list).toEqual([{ name: 'one', reply: { text: 'a' } }])
      expect(scripts.strict).toBe(text.includes('strict'))
    }
  })

  it('keeps the types of values in the input of tools, and ${NAME} as it is written', async () => {
    const input = '{n: 3, half: -0.5, yes: true, none: null, word: Paris, quoted: "3", list: [1, {deep: x}]}'
    const { list } = await load({ 'a.yaml': `- {name: "\${X}", reply: {toolCalls: [{name: t, input: ${input}}]}}` })
    expect(list).toEqual([
      {
        name: '${X}',
        reply: {
          toolCalls: [
            {
              name: 't',
              input: { n: 3, half: -0.5, yes: true, none: null, word: 'Paris', quoted: '3', list: [1, { deep: 'x' }] },
            },
          ],
        },
      },
    ])
  })

  it.each([
    ['- {reply: a, match: {txt: b}}', 'a.yaml:1:22: [0].match.txt: unknown setting: did you mean "text"?'],
    [
      '- {match: {wire: convers}, reply: a}',
      'a.yaml:1:18: [0].match.wire: expected invoke or converse or messages, found "convers": did you mean converse?',
    ],
    [
      '- {match: {turn: 0}, reply: a}',
      'a.yaml:1:18: [0].match.turn: expected a whole number from 1 to 1000000, found "0"',
    ],
    ['- {name: x}', 'a.yaml:1:3: [0]: expected an answer: a reply, replies or a fault'],
    ['- {reply: a, replies: [{text: b}]}', 'a.yaml:1:3: [0]: expected either a reply or replies, found both'],
    ['- {reply: {toolCalls: [{input: {}}]}}', 'a.yaml:1:24: [0].reply.toolCalls[0]: expected the name of a tool'],
    [
      '- {reply: {content: [{text: b}]}}',
      'a.yaml:1:22: [0].reply.content[0]: expected a type: text, thinking, redacted_thinking or tool_use',
    ],
    [
      '- {reply: {content: [{type: text}]}}',
      'a.yaml:1:22: [0].reply.content[0]: expected text in a block of type text',
    ],
    [
      '- {reply: {citations: [{type: page_location, cited_text: a, document_index: 0}]}}',
      'a.yaml:1:24: [0].reply.citations[0]: expected start_page_number, end_page_number for a page_location',
    ],
    ['reply: a', 'a.yaml:1:1: expected a list, found a map'],
    [
      '- {reply: {toolCalls: [{name: t, input: {}, inputText: "{"}]}}',
      'a.yaml:1:24: [0].reply.toolCalls[0]: expected either an input or an inputText, found both',
    ],
    [
      '- {match: {call: [1, two]}, reply: a}',
      'a.yaml:1:22: [0].match.call[1]: expected a whole number from 1 to 1000000, found "two"',
    ],
    [
      '- {match: {toolResult: {name: t}}, reply: a}',
      'a.yaml:1:25: [0].match.toolResult.name: unknown setting: expected one of tool, text, failed',
    ],
    ['- {times: 0, reply: a}', 'a.yaml:1:11: [0].times: expected a whole number from 1 to 1000000, found "0"'],
  ])('says what is wrong with %s', async (text, expected) => {
    expect(await complaints({ 'a.yaml': text })).toEqual([expected])
  })

  it('takes several texts, more about a result, which calls, and faults by status with all they say', async () => {
    const { list } = await load({
      'a.yaml': `- name: all
  match: { text: [one, /two/], toolResult: { tool: t, text: x, failed: true }, call: [2, 3] }
  times: 2
  reply:
    redactedThinking: Hm.
    toolCalls: [{ name: t, inputText: '{"a": ' }]
- name: blocks
  match: { call: 2 }
  reply: { content: [{ type: redacted_thinking, data: c2VhbA== }] }
- name: fault
  fault: { kind: 529, retryAfter: 3, originalStatusCode: 500, resourceName: r, originalMessage: o }
`,
    })
    expect(list).toEqual([
      {
        name: 'all',
        match: { text: ['one', '/two/'], toolResult: { tool: 't', text: 'x', failed: true }, call: [2, 3] },
        times: 2,
        reply: { redactedThinking: 'Hm.', toolCalls: [{ name: 't', inputText: '{"a": ' }] },
      },
      { name: 'blocks', match: { call: 2 }, reply: { content: [{ type: 'redacted_thinking', data: 'c2VhbA==' }] } },
      {
        name: 'fault',
        fault: {
          kind: 'overloaded',
          retryAfter: 3,
          originalStatusCode: 500,
          resourceName: 'r',
          originalMessage: 'o',
        },
      },
    ])
  })

  it('says which faults there are, and which was probably meant', async () => {
    const [typo, other] = await complaints({ 'a.yaml': '- fault: ThrotlingException\n- fault: {after: 3}\n' })
    expect(typo).toMatch(/^a\.yaml:1:10: \[0\]\.fault: expected a fault: .*: did you mean ThrottlingException\?$/)
    expect(other).toMatch(/^a\.yaml:2:10: \[1\]\.fault: expected a kind: a fault: an AWS error/)
  })

  it('says that a regular expression is none', async () => {
    const [only] = await complaints({ 'a.yaml': '- {match: {text: "/(/"}, reply: a}' })
    expect(only).toMatch(
      /^a\.yaml:1:18: \[0\]\.match\.text: expected a text or a regular expression .*Unterminated group/,
    )
  })

  it('says everything at once, over all files', async () => {
    expect(await complaints({ 'a.yaml': '- {}', 'b.yaml': '- {}\n- {nam: x, reply: a}' })).toEqual([
      'a.yaml:1:3: [0]: expected an answer: a reply, replies or a fault',
      'b.yaml:1:3: [0]: expected an answer: a reply, replies or a fault',
      'b.yaml:2:4: [1].nam: unknown setting: did you mean "name"?',
    ])
  })

  it('has to be there, and to have a script in it', async () => {
    await expect(loadConfig({ flags: { script: '/nowhere' } })).rejects.toThrow(
      '--script: expected a folder of scripts, found nothing at /nowhere',
    )
    expect(await complaints({})).toEqual([
      `--script: expected scripts in files ending in .yaml, .yml or .json, found none in ${folder}`,
    ])
  })

  it('refuses values nested without end', async () => {
    const nested = `${'{a: '.repeat(80)}1${'}'.repeat(80)}`
    const [only] = await complaints({ 'a.yaml': `- {reply: {toolCalls: [{name: t, input: ${nested}}]}}` })
    expect(only).toContain('expected values nested at most 64 deep')
  })

  it('may be the example of its reference page', async () => {
    const page = await readFile(new URL('../../../../docs/reference/scripts.md', import.meta.url), 'utf8')
    const { list } = await load({ 'example.yaml': /```yaml\n([^]*?)```/.exec(page)?.[1] ?? '' })
    expect(list.map(({ name }) => name)).toEqual([
      'greeting',
      'weather, first the call',
      'weather, then the answer',
      'a client that tries again',
      'blocks in an order of their own',
      'the second time only',
      'an error of a tool, once',
      'thoughts that nobody may read, and an input that is no JSON',
    ])
    expect(list[3]).toEqual({
      name: 'a client that tries again',
      match: { system: 'You are patient' },
      replies: [{ fault: { kind: 'throttled' } }, { fault: { kind: 'half-frame', after: 4 } }, { text: 'At last.' }],
      atEnd: 'fail',
    })
  })
})

// The plain vocabulary of checks.js in the language of Anthropic Messages, and back.
import { models } from './harness.js'

/**
 * @typedef {import('./checks.js').Ask} Ask
 * @typedef {import('./checks.js').Answer} Answer
 * @typedef {import('./checks.js').Turn} Turn
 */

/** What the files of the run are. @type {Record<string, string>} */
export const mediaTypes = {
  pdf: 'application/pdf',
  image: 'image/png',
  text: 'text/plain',
  csv: 'text/csv',
  md: 'text/markdown',
  html: 'text/html',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  doc: 'application/msword',
  xls: 'application/vnd.ms-excel',
}

/** The body of InvokeModel, without model and stream. @param {Ask} ask @returns {Record<string, any>} */
export function toMessages(ask) {
  const { system, turns, maxTokens = 300, stop, tools, choice, thinking, schema, temperature, topP, more, cache } = ask
  const toolChoice = choice === 'any' ? { type: 'any' } : choice === undefined ? undefined : { type: 'tool', ...choice }
  return {
    anthropic_version: 'bedrock-2023-05-31',
    max_tokens: maxTokens,
    messages: turns.map((turn) => ({ role: turn.role, content: toContent(turn) })),
    ...(system === undefined ? {} : { system: cache === undefined ? system : cached(system, cache) }),
    ...(stop === undefined ? {} : { stop_sequences: stop }),
    ...(tools === undefined
      ? {}
      : { tools: tools.map(({ name, description, schema: input_schema }) => ({ name, description, input_schema })) }),
    ...(toolChoice === undefined ? {} : { tool_choice: toolChoice }),
    ...(thinking === undefined ? {} : { thinking: { type: 'enabled', budget_tokens: thinking } }),
    ...(schema === undefined ? {} : { output_config: { format: { type: 'json_schema', schema } } }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...more,
  }
}

/** A system prompt that is kept from its end on. @param {string} text @param {string} ttl */
const cached = (text, ttl) => [{ type: 'text', text, cache_control: { type: 'ephemeral', ttl } }]

/** What Anthropic's SDKs take: the same, with the model beside it and the version left to them. @param {Ask} ask */
export function toCreate(ask) {
  const { anthropic_version: _version, ...body } = toMessages({ ...ask, more: {} })
  return /** @type {any} */ ({ model: ask.model ?? models.main, ...body, ...ask.more })
}

/** @param {Turn} turn */
export function toContent(turn) {
  if (turn.role === 'assistant') return 'answer' in turn ? turn.answer.raw : turn.text
  const results = (turn.results ?? []).map(({ id, text }) => ({ type: 'tool_result', tool_use_id: id, content: text }))
  const files = (turn.files ?? []).map(({ kind, bytes, citations }) => ({
    type: kind === 'image' ? 'image' : 'document',
    source:
      kind === 'text'
        ? { type: 'text', media_type: 'text/plain', data: Buffer.from(bytes).toString('utf8') }
        : {
            type: 'base64',
            media_type: mediaTypes[kind],
            data: Buffer.from(bytes).toString('base64'),
          },
    ...(citations ? { citations: { enabled: true } } : {}),
  }))
  const blocks = turn.blocks ?? []
  if (results.length + files.length + blocks.length === 0) return turn.text
  return [...results, ...files, ...blocks, ...(turn.text === undefined ? [] : [{ type: 'text', text: turn.text }])]
}

/** @param {Record<string, any>} message @returns {Answer} */
export function fromAnswer({ type, role, content, stop_reason, stop_sequence, usage }) {
  if (type !== 'message' || role !== 'assistant') throw new Error(`not a message: ${type}, ${role}`)
  const names = { end_turn: 'end', max_tokens: 'length', stop_sequence: 'sequence', tool_use: 'tool' }
  /** @type {Array<Record<string, any>>} */
  const blocks = content
  const thinking = blocks.find((block) => block.type === 'thinking')
  return {
    text: blocks.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    stop: names[/** @type {keyof typeof names} */ (stop_reason)] ?? stop_reason,
    sequence: stop_sequence,
    input: usage.input_tokens,
    output: usage.output_tokens,
    calls: blocks.filter((block) => block.type === 'tool_use').map(({ id, name, input }) => ({ id, name, input })),
    ...(thinking === undefined ? {} : { thinking: { text: thinking.thinking, signature: thinking.signature } }),
    citations: blocks.flatMap((block) =>
      (block.citations ?? []).map((/** @type {{ cited_text: string }} */ each) => each.cited_text),
    ),
    cacheRead: usage.cache_read_input_tokens ?? 0,
    cacheWrite: usage.cache_creation_input_tokens ?? 0,
    raw: content,
  }
}

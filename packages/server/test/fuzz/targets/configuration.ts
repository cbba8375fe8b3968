import fc from 'fast-check'
import { loadConfig } from '../../../src/config/load-config.ts'
import { ConfigError } from '../../../src/config/problem.ts'
import { readSource } from '../../../src/config/read-file.ts'
import { scriptsShape } from '../../../src/config/script-shape.ts'
import { byteChanges, changeBytes } from '../input/bytes.ts'
import { changeJson, jsonChanges } from '../input/json.ts'
import { createTarget } from '../target.ts'

interface File {
  readonly kind: 'configuration' | 'scripts'
  readonly text: string
}

/** Configuration and script files, in YAML and JSON: read, or every problem told with its place and no secret. */
export const configuration = createTarget<File>({
  name: 'configuration',
  runs: 100,
  weight: 1,
  open: () => ({
    inputs: fc.oneof(written('configuration', configurations), written('scripts', scripts), nested),
    check: async ({ kind, text }) => {
      const said = kind === 'scripts' ? readScripts(text) : await readConfiguration(text)
      if (said.some((line) => line.includes(secret))) throw new Error('a secret is told')
    },
    show: ({ kind, text }) => `${kind}: ${text}`,
  }),
})

const file = '/nowhere/outcrop.yaml'

async function readConfiguration(text: string): Promise<readonly string[]> {
  try {
    await loadConfig({ file, text, env: { SECRET: secret } })
    return []
  } catch (error) {
    if (error instanceof ConfigError) return [error.message]
    throw error
  }
}

function readScripts(text: string): readonly string[] {
  return readSource(text, { file, env: {}, shape: scriptsShape }).problems.map(({ message }) => message)
}

/** Written nowhere in a file, so that no quotation of the file can be blamed. */
const secret = 'wJalrXUtnFEMI/K7MDENG'

const configurations = [
  {
    listen: { host: '0.0.0.0', port: 0 },
    cors: { origins: ['http://localhost:3000'] },
    insecure: true,
    region: 'eu-west-1',
    account: '012345678901',
    fidelity: 'aws',
    auth: {
      mode: 'strict',
      credentials: [
        { user: 'ada', accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: '${SECRET}', sessionToken: 'a' },
        { user: 'bot', bearer: `ABSK${Buffer.from('BedrockAPIKey-dev-at-123456789012:hush').toString('base64')}` },
      ],
    },
    simulator: { seed: '7', tokensPerSecond: 0, firstTokenMs: 250 },
    scripts: { strict: true },
    faults: { onRequest: false, rate: 0.5, kinds: ['throttled', 'drop'], seed: 'x' },
    limits: {
      headerBytes: 16384,
      bodyBytes: 20971520,
      bytesInFlight: 536870912,
      headersMs: 15000,
      requestMs: 300000,
      idleMs: 75000,
      shutdownMs: 0,
    },
  },
]

const scripts = [
  [
    {
      name: 'weather',
      match: {
        model: '/opus/i',
        wire: 'converse',
        text: '/wea(ther)+/',
        system: 'brief',
        toolResult: 'rain',
        turn: 2,
        tools: ['weather'],
      },
      reply: {
        thinking: 'Hm.',
        text: 'Rain.',
        citations: [
          {
            type: 'char_location',
            cited_text: 'a',
            document_index: 0,
            document_title: null,
            start_char_index: 0,
            end_char_index: 1,
          },
        ],
        toolCalls: [{ name: 'weather', input: { city: 'Paris', deep: [[{ a: 1 }]] } }],
        stopReason: 'end_turn',
        usage: { inputTokens: 1, outputTokens: 2 },
        pace: { tokensPerSecond: 10, firstTokenMs: 5 },
      },
    },
    {
      match: { text: 'fail' },
      replies: [{ text: 'once' }, { fault: { kind: 'throttled', message: 'slow', after: 1, ms: 10 } }],
      atEnd: 'fail',
    },
    { fault: 'drop' },
    { reply: 'Hello' },
  ],
]

const written = (kind: File['kind'], seeds: readonly unknown[]): fc.Arbitrary<File> =>
  fc
    .tuple(fc.constantFrom(...seeds), jsonChanges(3), fc.boolean(), byteChanges(3))
    .map(([seed, changes, asYaml, bytewise]) => {
      const json = changeJson(seed, changes)
      const source = asYaml ? toYaml(seed) : json
      return { kind, text: Buffer.from(changeBytes(Buffer.from(source), bytewise)).toString() }
    })

/** YAML in blocks, as people write it. */
function toYaml(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return ` ${JSON.stringify(value)}\n`
  const inner = `${indent}  `
  if (Array.isArray(value)) return `\n${value.map((item) => `${indent}-${toYaml(item, inner)}`).join('')}`
  return `\n${Object.entries(value)
    .map(([key, child]) => `${indent}${key}:${toYaml(child, inner)}`)
    .join('')}`
}

/** What YAML has beyond JSON, many times over and inside itself. */
const nested: fc.Arbitrary<File> = fc
  .tuple(
    fc.constantFrom<File['kind']>('configuration', 'scripts'),
    fc.constantFrom(
      '[',
      '{a: ',
      '- ',
      '? ',
      '&a ',
      '*a ',
      '!x ',
      '"',
      "'",
      '|\n ',
      '>\n ',
      '#',
      '---\n',
      '...\n',
      '%YAML 1.2\n',
      '\t',
      'a: ',
      '<<: ',
      '- - - ',
    ),
    fc.nat(2_000),
    fc.constantFrom('', 'x', ']', '}'),
  )
  .map(([kind, piece, times, end]) => ({ kind, text: piece.repeat(times) + end.repeat(times) }))

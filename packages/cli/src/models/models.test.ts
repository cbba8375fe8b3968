import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestIo, type TestIoOptions } from '../../test/support/test-io.ts'
import { main } from '../main.ts'

async function run(argv: readonly string[], options: TestIoOptions = {}) {
  const test = createTestIo(options)
  return { code: await main(['models', ...argv], test.io), out: test.out(), err: test.err() }
}

describe('outcrop models', () => {
  it("prints the guide's table", async () => {
    const { code, out, err } = await run([])
    expect([code, err]).toEqual([0, ''])
    const cells = out.split('\n').map((line) => line.split(/ {2,}/))
    expect(cells[0]).toEqual(['Model', 'Base id', 'global', 'us', 'eu', 'jp', 'apac', 'also', 'context'])
    const guide: ReadonlyArray<readonly [id: string, ...scopes: string[]]> = [
      ['anthropic.claude-opus-4-6-v1', 'Yes', 'Yes', 'Yes', 'Yes', 'Yes'],
      ['anthropic.claude-sonnet-4-6', 'Yes', 'Yes', 'Yes', 'Yes', 'No'],
      ['anthropic.claude-sonnet-4-5-20250929-v1:0', 'Yes', 'Yes', 'Yes', 'Yes', 'No'],
      ['anthropic.claude-sonnet-4-20250514-v1:0', 'Yes', 'Yes', 'Yes', 'No', 'Yes'],
      ['anthropic.claude-3-7-sonnet-20250219-v1:0', 'No', 'Yes', 'Yes', 'No', 'Yes'],
      ['anthropic.claude-opus-4-5-20251101-v1:0', 'Yes', 'Yes', 'Yes', 'No', 'No'],
      ['anthropic.claude-opus-4-1-20250805-v1:0', 'No', 'Yes', 'No', 'No', 'No'],
      ['anthropic.claude-opus-4-20250514-v1:0', 'No', 'Yes', 'No', 'No', 'No'],
      ['anthropic.claude-haiku-4-5-20251001-v1:0', 'Yes', 'Yes', 'Yes', 'No', 'No'],
      ['anthropic.claude-3-5-haiku-20241022-v1:0', 'No', 'Yes', 'No', 'No', 'No'],
      ['anthropic.claude-3-haiku-20240307-v1:0', 'No', 'Yes', 'Yes', 'No', 'Yes'],
    ]
    for (const [id, ...scopes] of guide)
      expect([id, ...(cells.find((row) => row[1] === id)?.slice(2, 7) ?? [])]).toEqual([id, ...scopes])
  })

  it('prints measured data alone when asked to, without what has retired', async () => {
    const rows = JSON.parse((await run(['--fidelity', 'aws', '--json'])).out) as Array<Record<string, unknown>>
    const scopesOf = (id: string) => rows.find(({ modelId }) => modelId === id)?.['scopes']
    expect(scopesOf('anthropic.claude-opus-4-6-v1')).toEqual(['global', 'us', 'eu', 'au'])
    expect(scopesOf('anthropic.claude-haiku-4-5-20251001-v1:0')).toEqual(['global', 'us', 'eu', 'jp', 'au'])
    expect(scopesOf('anthropic.claude-3-7-sonnet-20250219-v1:0')).toBeUndefined()
  })

  it.each(['claude-opus-4-6', 'Opus 4.6', 'us.anthropic.claude-opus-4-6-v1', 'anthropic.claude-opus-4-6-v1'])(
    'shows one model by %s',
    async (id) => {
      const { code, out } = await run(['show', id])
      expect(code).toBe(0)
      expect(out.split('\n').slice(0, 6)).toEqual([
        'Claude Opus 4.6',
        '  base id         anthropic.claude-opus-4-6-v1',
        '  aliases         claude-opus-4-6',
        '  reads           text, image',
        '  context         1M tokens',
        '  answer          128K tokens',
      ])
      expect(out).toContain('price global    input $5, output $25')
      expect(out).toMatch(/^ {2}source +AWS toolkit prompt-caching page, 2026-08 \(WIRE §9\.3\) \(cache\)$/m)
    },
  )

  it("shows what an output token takes of a model's quotas, and what other sources say", async () => {
    const { out } = await run(['show', 'opus-4.8'])
    expect(out).toMatch(
      /^ {2}burndown +an output token takes 15 of a quota's, by .* \(CLIENTS §4\.5\); 5 by .* \(WIRE §10\)$/m,
    )
    const shown = JSON.parse((await run(['show', 'haiku-4.5', '--json'])).out) as Record<string, unknown>
    expect(shown['burndown']).toMatchObject({ burndown: 5, evidence: 'documented' })
  })

  it('shows one model as JSON', async () => {
    const shown = JSON.parse((await run(['show', 'haiku-4.5', '--json'])).out) as Record<string, unknown>
    expect(shown).toMatchObject({ modelId: 'anthropic.claude-haiku-4-5-20251001-v1:0', contextWindow: 200_000 })
    expect(shown['profiles']).toContainEqual(
      expect.objectContaining({ profileId: 'global.anthropic.claude-haiku-4-5-20251001-v1:0' }),
    )
    expect(JSON.stringify(shown['profiles'])).toContain('"us-east-1":["us-east-1"')
  })

  it('shows every price by scope, size and batch with its source, and says which nobody knows', async () => {
    const { out } = await run(['show', 'haiku-5.5'])
    const lines = out.split('\n').map((line) => line.trim().split(/ {2,}/))
    for (const cells of [
      ['US dollars a million tokens', 'global', 'source', 'geography, in-region', 'source'],
      ['input', '0.1', 'offer', '0.11', 'derived'],
      ['cacheWrite1h', '0.2', 'offer', '0.22', 'derived'],
      ['batchOutput', '0.25', 'offer', '0.275', 'derived'],
      ['output, above 100K tokens in', '2.5', 'offer', 'unknown', '-'],
      ['cacheWrite1h, above 100K tokens in', 'unknown', '-', 'unknown', '-'],
      ['batchInput, above 100K tokens in', 'unknown', '-', 'unknown', '-'],
      ['offer: AWS public offer data dumped in public repositories, 2026-09-30 and later (WIRE §9.4)'],
    ]) {
      expect(lines).toContainEqual(cells)
    }
    const one = (await run(['show', 'claude-3-haiku'])).out.split('\n').map((line) => line.trim().split(/ {2,}/))
    expect(one).toContainEqual(['input', '0.25', 'genaiPrices', '0.25', 'genaiPrices'])
    expect(one).toContainEqual(['cacheRead', 'unknown', '-', 'unknown', '-'])
    const json = JSON.parse((await run(['show', 'haiku-5.5', '--json'])).out) as { readonly priceTable: unknown[] }
    expect(json.priceTable).toHaveLength(14)
    expect(json.priceTable[8]).toEqual({
      item: 'output',
      aboveInputTokens: 100_000,
      global: { usd: '2.5', source: 'offer' },
      regional: null,
    })
  })

  it('shows what happens to features, fields and betas on each wire, with how old that knowledge is', async () => {
    const { out } = await run(['show', 'opus-4.8', '--fidelity', 'aws'])
    const lines = out.split('\n').map((line) => line.trim().split(/ {2,}/))
    for (const cells of [
      ['features', 'invoke', 'converse', 'runtime', 'mantle', 'as of'],
      ['temperature', 'no', 'no', 'no', 'no', '2026-11-22', '`temperature` is deprecated for this model.'],
      ['top_k', 'yes', 'moves', 'yes', 'yes', '2026-11-22', 'to additionalModelRequestFields.top_k'],
      [
        'structured outputs',
        'no',
        'no',
        'no',
        'no',
        '2026-09-05',
        'output_config.format: Extra inputs are not permitted',
      ],
      [
        'context_management',
        'no',
        'no',
        'no',
        'no',
        '2026-05-23',
        'context_management: Extra inputs are not permitted (without the beta context-management-2025-06-27 or compact-2026-01-12)',
      ],
      ['compact-2026-01-12', 'yes', 'yes', 'yes', 'yes', '2026-11-22'],
    ]) {
      expect(lines).toContainEqual(cells)
    }
  })

  it('has the same in JSON, with the source of each rule', async () => {
    const shown = JSON.parse((await run(['show', 'opus-4.8', '--fidelity', 'aws', '--json'])).out) as {
      capabilities: unknown[]
    }
    expect(shown.capabilities).toContainEqual(
      expect.objectContaining({
        subject: 'structured outputs',
        kind: 'feature',
        outcomes: expect.objectContaining({
          mantle: {
            kind: 'refuse',
            say: 'extraInput',
            text: 'output_config.format: Extra inputs are not permitted',
            evidence: {
              source: 'public parity run of 39 features, 4 models and 5 surfaces (WIRE §1.3, ADR-026)',
              date: '2026-09-05',
            },
          },
        }) as unknown,
      }),
    )
  })

  it('warns of a model that has retired, and names the next one', async () => {
    expect((await run(['show', 'claude-3-5-haiku'])).out).toMatch(/end of life.*\n$/)
  })

  it.each([
    [['show', 'opsu-4-6'], 'outcrop: there is no model called "opsu-4-6": did you mean claude-opus-4-6?\n'],
    [['--fidelity', 'gide'], 'Allowed choices are guide, aws.'],
    [['shw'], "too many arguments for 'models'"],
  ])('refuses %j', async (argv, expected) => {
    const { code, out, err } = await run(argv)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(expected)
  })
})

describe('outcrop models --url', () => {
  const asked: string[] = []
  const server = http.createServer((request, response) => {
    asked.push(request.url ?? '')
    const pages: Readonly<Record<string, unknown>> = {
      '/x/foundation-models?byProvider=Anthropic': {
        modelSummaries: [
          {
            modelId: 'anthropic.claude-opus-4-6-v1',
            modelName: 'Claude Opus\u001b 4.6',
            inferenceTypesSupported: ['INFERENCE_PROFILE'],
            modelLifecycle: { status: 'ACTIVE' },
          },
          {
            modelId: 'anthropic.claude-new',
            modelName: 'New',
            inferenceTypesSupported: ['ON_DEMAND'],
            modelLifecycle: { status: 'LEGACY' },
          },
        ],
      },
      '/x/inference-profiles?maxResults=1000&type=SYSTEM_DEFINED': {
        inferenceProfileSummaries: [{ inferenceProfileId: 'global.anthropic.claude-opus-4-6-v1' }],
        nextToken: 'a+b',
      },
      '/x/inference-profiles?maxResults=1000&type=SYSTEM_DEFINED&nextToken=a%2Bb': {
        inferenceProfileSummaries: [{ inferenceProfileId: 'us.anthropic.claude-opus-4-6-v1' }],
      },
      '/odd/foundation-models?byProvider=Anthropic': { modelSummaries: 'none' },
      '/odd/inference-profiles?maxResults=1000&type=SYSTEM_DEFINED': [],
    }
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify(pages[request.url ?? '']) ?? '<p>')
  })
  let url = ''
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => server.close())

  const rows = [
    {
      modelId: 'anthropic.claude-opus-4-6-v1',
      modelName: 'Claude Opus 4.6',
      scopes: ['global', 'us'],
      contextWindow: 1_000_000,
      status: 'ACTIVE',
    },
    { modelId: 'anthropic.claude-new', modelName: 'New', scopes: ['in-region'], contextWindow: null, status: 'LEGACY' },
  ]

  it('lists what an endpoint serves, page after page', async () => {
    expect(JSON.parse((await run(['--url', `${url}/x`, '--json'])).out)).toEqual(rows)
    expect((await run([], { env: { OUTCROP_URL: `${url}/x/` } })).out).toBe(
      `Model            Base id                       global  us   eu  jp  apac  also       context
Claude Opus 4.6  anthropic.claude-opus-4-6-v1  Yes     Yes  No  No  No    -          1M
New              anthropic.claude-new          No      No   No  No  No    in-region  ?        legacy
`,
    )
  })

  it.each([
    ['/odd', /answered without (modelSummaries|inferenceProfileSummaries): is it a Bedrock endpoint\?\n$/],
    ['/none', /did not answer with JSON: is it a Bedrock endpoint\?\n$/],
  ])('does not take another server for Bedrock (%s)', async (path, expected) => {
    const { code, out, err } = await run(['--url', url + path])
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(expected)
  })
})

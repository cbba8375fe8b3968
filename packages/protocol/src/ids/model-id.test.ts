import { assert, constantFrom, nat, oneof, option, property, string, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeModelIdLabel } from './model-id-label.ts'
import { type ModelArnKind, parseModelId, printModelId } from './model-id.ts'
import { modelIdPatterns, modelIdViolations } from './model-id-violations.ts'

const names = [
  'anthropic.claude-opus-4-6-v1',
  'anthropic.claude-sonnet-4-5-20250929-v1:0',
  'anthropic.claude-3-haiku-20240307-v1:0:200k',
  'us.anthropic.claude-haiku-4-5-20251001-v1:0',
  'global.anthropic.claude-opus-4-6-v1',
  'us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'claude-opus-4-6',
  'a1b2c3d4e5f6',
  'my_model-1',
  'X',
]

const arns: ReadonlyArray<readonly [arn: string, kind: ModelArnKind, region: string, account: string, id: string]> = [
  [
    'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-8',
    'foundation-model',
    'us-east-1',
    '',
    'anthropic.claude-opus-4-8',
  ],
  [
    'arn:aws:bedrock:::foundation-model/anthropic.claude-opus-4-8',
    'foundation-model',
    '',
    '',
    'anthropic.claude-opus-4-8',
  ],
  [
    'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0:200k',
    'foundation-model',
    'us-east-1',
    '',
    'anthropic.claude-3-haiku-20240307-v1:0:200k',
  ],
  [
    'arn:aws:bedrock:eu-west-1:111122223333:inference-profile/eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'inference-profile',
    'eu-west-1',
    '111122223333',
    'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
  ],
  [
    'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/1arbu5hu2sjr',
    'application-inference-profile',
    'us-east-1',
    '111122223333',
    '1arbu5hu2sjr',
  ],
  [
    'arn:aws:bedrock:us-east-1:111122223333:provisioned-model/abcdefghij12',
    'provisioned-model',
    'us-east-1',
    '111122223333',
    'abcdefghij12',
  ],
  [
    'arn:aws:bedrock:us-east-1:111122223333:custom-model/anthropic.claude-3-haiku-20240307-v1/abcdefghij12',
    'custom-model',
    'us-east-1',
    '111122223333',
    'anthropic.claude-3-haiku-20240307-v1/abcdefghij12',
  ],
  [
    'arn:aws:bedrock:us-east-1:111122223333:custom-model-deployment/abcdefghij12',
    'custom-model-deployment',
    'us-east-1',
    '111122223333',
    'abcdefghij12',
  ],
  [
    'arn:aws:bedrock:us-east-1:111122223333:imported-model/abcdefghij12',
    'imported-model',
    'us-east-1',
    '111122223333',
    'abcdefghij12',
  ],
  ['arn:aws:bedrock:us-east-1:111122223333:prompt/ABCDEFGHI1', 'prompt', 'us-east-1', '111122223333', 'ABCDEFGHI1'],
  [
    'arn:aws:bedrock:us-east-1:111122223333:prompt/ABCDEFGHI1:12',
    'prompt',
    'us-east-1',
    '111122223333',
    'ABCDEFGHI1:12',
  ],
  [
    'arn:aws:bedrock:us-east-1:111122223333:prompt-router/my.router:1',
    'prompt-router',
    'us-east-1',
    '111122223333',
    'my.router:1',
  ],
  [
    'arn:aws:bedrock:us-east-1:111122223333:default-prompt-router/anthropic.claude:1',
    'default-prompt-router',
    'us-east-1',
    '111122223333',
    'anthropic.claude:1',
  ],
  [
    'arn:aws:sagemaker:us-east-1:111122223333:endpoint/my-endpoint',
    'sagemaker-endpoint',
    'us-east-1',
    '111122223333',
    'my-endpoint',
  ],
]

describe('parseModelId', () => {
  it.each(names)('reads %s as a plain name', (name) => {
    expect(parseModelId(name)).toEqual({ kind: 'name', id: name })
  })

  it.each(arns)('reads every field of %s', (arn, kind, region, account, id) => {
    expect(parseModelId(arn)).toEqual({ kind, partition: 'aws', region, account, id })
  })

  it('reads other partitions', () => {
    expect(parseModelId('arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/anthropic.claude-opus-4-8')).toEqual({
      kind: 'foundation-model',
      partition: 'aws-us-gov',
      region: 'us-gov-west-1',
      account: '',
      id: 'anthropic.claude-opus-4-8',
    })
  })

  it.each([
    '',
    ' ',
    'anthropic.claude opus',
    'anthropic.claude-opus-4-6-v1\n',
    'anthropic.claude-öpus',
    'anthropic/claude-opus-4-6',
    '../../etc/passwd',
    '_leading',
    'two__underscores',
    'dots.and_underscores',
    'a%2Fb',
    'arn:aws:bedrock:us-east-1:111122223333:foundation-model/anthropic.claude-opus-4-8',
    'arn:aws:bedrock:us-east-1::foundation-model/claude',
    'arn:aws:bedrock:us-east-1::foundation-model/Anthropic.claude',
    'arn:aws:bedrock:us-east-1::foundation-model/anthropic..claude',
    'arn:aws:bedrock:us-east-1::inference-profile/us.anthropic.claude-opus-4-8',
    'arn:aws:bedrock:us-east-1:11112222333:inference-profile/us.anthropic.claude-opus-4-8',
    'arn:aws:bedrock::111122223333:inference-profile/us.anthropic.claude-opus-4-8',
    'arn:aws:bedrock:us-east-1:111122223333:inference-profile/',
    'arn:aws:bedrock:us-east-1:111122223333:inference-profile/us/anthropic',
    'arn:aws:bedrock:us-east-1:111122223333:provisioned-model/ABCDEFGHIJ12',
    'arn:aws:bedrock:us-east-1:111122223333:provisioned-model/short',
    'arn:aws:bedrock:us-east-1:111122223333:prompt/ABCDEFGHI1:123456',
    'arn:aws:bedrock:us-east-1:111122223333:guardrail/abcdefghij12',
    'arn:aws:s3:::bucket/key',
    'arn:gcp:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-8',
    'arn:aws-cn:sagemaker:cn-north-1:111122223333:endpoint/mine',
    'ARN:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-8',
    'arn:aws:bedrock:a-region-name-far-too-long::foundation-model/anthropic.claude-opus-4-8',
  ])('refuses %j', (raw) => {
    expect(parseModelId(raw)).toBeUndefined()
  })

  it('takes 2048 characters and not one more', () => {
    expect(parseModelId('a'.repeat(2048))).toEqual({ kind: 'name', id: 'a'.repeat(2048) })
    expect(parseModelId('a'.repeat(2049))).toBeUndefined()
  })

  it('accepts no name that the service model refuses, and refuses none that it accepts', () => {
    const published = new RegExp(`^(?:${modelIdPatterns.converse})$`)
    const text = string({ unit: constantFrom('a', 'Z', '0', '-', '.', ':', '_', '/', ' ', 'é'), maxLength: 14 })
    assert(
      property(text, (raw) => {
        expect(parseModelId(raw) !== undefined).toBe(published.test(raw))
      }),
      { numRuns: 2_000 },
    )
  })

  it.each(arns.filter(([arn]) => !arn.includes(':::') && !arn.endsWith(':200k')))(
    'agrees with the service model on %s and on what is one character away from it',
    (arn) => {
      const published = new RegExp(`^(?:${modelIdPatterns.converse})$`)
      expect(published.test(arn)).toBe(true)
      const place = nat({ max: arn.length - 1 })
      const piece = constantFrom('', '_', ' ', '/', 'é')
      assert(
        property(place, piece, (at, put) => {
          const damaged = arn.slice(0, at) + put + arn.slice(at + 1)
          // Wider by choice: a Region-less foundation-model ARN, and longer suffixes.
          if (damaged.includes('::foundation-model/')) return
          expect([damaged, parseModelId(damaged) !== undefined]).toEqual([damaged, published.test(damaged)])
        }),
      )
    },
  )

  it('needs time linear in its input, however hostile', () => {
    const hostile = [
      'a_'.repeat(1_000_000),
      `${'a-'.repeat(1_000_000)}_`,
      `arn:aws${'-x'.repeat(500_000)}:`,
      `arn:${':'.repeat(1_000_000)}`,
      `arn:aws:bedrock:us-east-1::foundation-model/${'a.'.repeat(500_000)}`,
      `${'a'.repeat(2047)}!`,
      `${'a_'.repeat(1023)}!`,
    ]
    const started = performance.now()
    for (const raw of hostile) {
      parseModelId(raw)
      modelIdViolations(raw)
    }
    expect(performance.now() - started).toBeLessThan(500)
  })
})

describe('printModelId', () => {
  it.each([...names, ...arns.map(([arn]) => arn)])('prints %s as it was written', (raw) => {
    const parsed = parseModelId(raw)
    expect(parsed && printModelId(parsed)).toBe(raw)
  })

  it('prints every ARN that can be parsed as it was written', () => {
    const lower = string({ unit: constantFrom(...letters('abcxyz019-')), minLength: 1, maxLength: 20 })
    const digits = string({ unit: constantFrom(...letters('0123456789')), minLength: 12, maxLength: 12 })
    const twelve = string({ unit: constantFrom(...letters('abcxyz019')), minLength: 12, maxLength: 12 })
    const dotted = string({ unit: constantFrom(...letters('abcXYZ019-:.')), minLength: 1, maxLength: 40 })
    const partition = constantFrom('aws', 'aws-us-gov', 'aws-cn')
    const owned = oneof(
      tuple(constantFrom('inference-profile', 'application-inference-profile', 'prompt-router'), dotted),
      tuple(constantFrom('provisioned-model', 'imported-model', 'custom-model-deployment'), twelve),
    )
    const arn = oneof(
      tuple(partition, lower, digits, owned).map(
        ([part, place, who, [type, id]]) => `arn:${part}:bedrock:${place}:${who}:${type}/${id}`,
      ),
      tuple(partition, option(lower, { nil: '' }), lower, lower).map(
        ([part, place, maker, id]) => `arn:${part}:bedrock:${place}::foundation-model/${maker}.${id}`,
      ),
    )
    assert(
      property(arn, (raw) => {
        const parsed = parseModelId(raw)
        expect(parsed === undefined ? undefined : printModelId(parsed)).toBe(raw)
      }),
    )
  })
})

describe('decodeModelIdLabel', () => {
  it.each([
    ['us.anthropic.claude-haiku-4-5-20251001-v1%3A0', 'us.anthropic.claude-haiku-4-5-20251001-v1:0'],
    ['us.anthropic.claude-haiku-4-5-20251001-v1%3a0', 'us.anthropic.claude-haiku-4-5-20251001-v1:0'],
    ['us.anthropic.claude-haiku-4-5-20251001-v1:0', 'us.anthropic.claude-haiku-4-5-20251001-v1:0'],
    [
      'arn%3Aaws%3Abedrock%3Aus-east-1%3A123%3Aapplication-inference-profile%2Fabc',
      'arn:aws:bedrock:us-east-1:123:application-inference-profile/abc',
    ],
    [
      'arn:aws:bedrock:us-east-1:123:application-inference-profile%2Fabc',
      'arn:aws:bedrock:us-east-1:123:application-inference-profile/abc',
    ],
    [
      'arn:aws:bedrock:us-east-1:123:application-inference-profile/abc',
      'arn:aws:bedrock:us-east-1:123:application-inference-profile/abc',
    ],
    ['a+b', 'a+b'],
    ['caf%C3%A9', 'café'],
    ['%252F', '%2F'],
    ['', ''],
  ])('decodes %s once', (raw, decoded) => {
    expect(decodeModelIdLabel(raw)).toBe(decoded)
  })

  it.each(['%', 'a%2', 'a%zz', '%C3', '%ff', 'a%3A%'])('refuses the malformed escape in %s', (raw) => {
    expect(decodeModelIdLabel(raw)).toBeUndefined()
  })

  it.each([...names, ...arns.map(([arn]) => arn)])('makes every way to write %s in a path mean the same', (id) => {
    const written = [
      id,
      encodeURIComponent(id),
      encodeURIComponent(id).replaceAll('%3A', ':'),
      id.replaceAll('/', '%2F'),
      id.replaceAll(/./g, everyCharacter),
    ]
    expect(written.map((label) => parseModelId(decodeModelIdLabel(label) ?? ''))).toEqual(
      written.map(() => parseModelId(id)),
    )
  })
})

function everyCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16)}`
}

function letters(word: string): string[] {
  return word.split('')
}

import type { Json, JsonObject } from '@outcrop/protocol'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { readHints } from '../hints.ts'
import { seedRandom } from '../random.ts'
import { generateJson } from './generate.ts'

const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })

function generate(schema: Json, prompt = '', seed = 'seed'): Json {
  return generateJson(schema, readHints(prompt), seedRandom(seed))
}

/** What is generated, and whether ajv accepts it. */
function judge(schema: JsonObject, prompt = ''): { readonly value: Json; readonly isValid: boolean } {
  const value = generate(schema, prompt)
  return { value, isValid: ajv.compile(schema)(value) }
}

// Written as text, because linters take an object with a member `then` for a promise.
const conditional = JSON.parse(
  '{"if":{"properties":{"a":{"const":"x"}}},"then":{"required":["b"]},"else":{"required":["c"]}}',
) as JsonObject

const object = (properties: JsonObject, required = Object.keys(properties)): JsonObject => ({
  type: 'object',
  properties,
  required,
})

describe('a generated value', () => {
  it.each<[name: string, schema: JsonObject]>([
    ['an empty schema', {}],
    ['a plain object', { type: 'object' }],
    ['required members', object({ city: { type: 'string' }, days: { type: 'integer' } })],
    ['a member that no property describes', { type: 'object', required: ['surprise'] }],
    ['closed objects', { ...object({ a: { type: 'string' } }), additionalProperties: false }],
    ['enums of mixed types', object({ unit: { enum: [1, 'two', null, { three: 3 }] } })],
    ['an enum narrowed by a type', object({ unit: { type: 'integer', enum: ['one', 2] } })],
    ['constants', object({ kind: { const: 'circle' }, deep: { const: { a: [1, 2] } } })],
    ['types in a list', object({ maybe: { type: ['null', 'integer'] } })],
    ['lengths', object({ a: { type: 'string', minLength: 30 }, b: { type: 'string', maxLength: 2 } })],
    ['a length of nothing', object({ a: { type: 'string', maxLength: 0 } })],
    ['lengths counted by code points', object({ a: { type: 'string', minLength: 4, maxLength: 4 } })],
    ['a pattern for a code', object({ a: { type: 'string', pattern: '^[A-Z]{3}-\\d{4}$' } })],
    ['a pattern with choices', object({ a: { type: 'string', pattern: '^(?:red|green|blue)(-dark)?$' } })],
    ['a pattern without anchors', object({ a: { type: 'string', pattern: 'x\\d', minLength: 12 } })],
    [
      'a pattern and a length',
      object({ a: { type: 'string', pattern: '^[a-z0-9_-]+$', minLength: 8, maxLength: 12 } }),
    ],
    ['a time pattern', object({ a: { type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' } })],
    ['a hex colour', object({ a: { type: 'string', pattern: '^#(?:[0-9a-fA-F]{3}){1,2}$' } })],
    ['bounds', object({ a: { type: 'integer', minimum: 5, maximum: 5 }, b: { type: 'number', maximum: -3 } })],
    ['open bounds', object({ a: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 } })],
    ['open whole bounds', object({ a: { type: 'integer', exclusiveMinimum: 3, exclusiveMaximum: 5 } })],
    [
      'multiples',
      object({ a: { type: 'integer', multipleOf: 7, minimum: 20 }, b: { type: 'number', multipleOf: 0.1 } }),
    ],
    ['whole multiples of a fraction', object({ a: { type: 'integer', multipleOf: 1.5, minimum: 1 } })],
    ['lists', object({ a: { type: 'array', items: { type: 'integer' }, minItems: 3, maxItems: 4 } })],
    ['an empty list', object({ a: { type: 'array', maxItems: 0 } })],
    [
      'distinct numbers',
      object({
        a: { type: 'array', items: { type: 'integer', minimum: 0, maximum: 3 }, minItems: 4, uniqueItems: true },
      }),
    ],
    [
      'distinct strings',
      object({ a: { type: 'array', items: { type: 'string', maxLength: 3 }, minItems: 5, uniqueItems: true } }),
    ],
    [
      'distinct enums',
      object({ a: { type: 'array', items: { enum: ['a', 'b', 'c'] }, minItems: 3, uniqueItems: true } }),
    ],
    ['distinct booleans', object({ a: { type: 'array', items: { type: 'boolean' }, minItems: 2, uniqueItems: true } })],
    [
      'distinct objects',
      object({ a: { type: 'array', items: object({ id: { type: 'integer' } }), minItems: 3, uniqueItems: true } }),
    ],
    [
      'tuples',
      object({
        a: { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], items: false, minItems: 2 },
      }),
    ],
    [
      'contains',
      object({
        a: { type: 'array', items: { type: 'number' }, contains: { type: 'number', minimum: 100 }, minContains: 2 },
      }),
    ],
    ['anyOf', object({ a: { anyOf: [{ type: 'string' }, { type: 'null' }] } })],
    ['oneOf with overlap', object({ a: { oneOf: [{ type: 'number' }, { type: 'integer' }] } })],
    [
      'oneOf by a tag',
      {
        oneOf: [
          object({ kind: { const: 'a' }, x: { type: 'string' } }),
          object({ kind: { const: 'b' }, y: { type: 'integer' } }),
        ],
      },
    ],
    [
      'branches beside members',
      {
        ...object({ a: { type: 'string' }, b: { type: 'string' } }, []),
        anyOf: [{ required: ['b'] }, { required: ['a'] }],
      },
    ],
    ['allOf', { allOf: [object({ a: { type: 'string' } }), object({ b: { type: 'integer', minimum: 3 } })] }],
    ['allOf on one member', { allOf: [object({ a: { minimum: 3 } }), object({ a: { type: 'integer', maximum: 4 } })] }],
    ['not', object({ a: { type: 'integer', minimum: 1, not: { const: 1 } } })],
    [
      'if, then and else',
      {
        ...object({ a: { enum: ['x', 'y'] } }),
        ...conditional,
      },
    ],
    [
      'references',
      {
        ...object({ home: { $ref: '#/$defs/place' } }),
        $defs: { place: object({ street: { type: 'string' }, number: { type: 'integer', minimum: 1 } }) },
      },
    ],
    [
      'references with siblings',
      { ...object({ a: { $ref: '#/$defs/n', maximum: 5 } }), $defs: { n: { type: 'integer', minimum: 5 } } },
    ],
    [
      'references with escapes',
      { ...object({ a: { $ref: '#/$defs/a~1b%20c' } }), $defs: { 'a/b c': { type: 'boolean' } } },
    ],
    [
      'a recursive list',
      {
        $ref: '#/$defs/node',
        $defs: {
          node: object({ value: { type: 'integer' }, next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] } }),
        },
      },
    ],
    [
      'a recursive tree',
      {
        $ref: '#/$defs/tree',
        $defs: {
          tree: object({ name: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/tree' } } }),
        },
      },
    ],
    [
      'a schema that is its own member',
      { ...object({ name: { type: 'string' } }), properties: { name: { type: 'string' }, child: { $ref: '#' } } },
    ],
    ['maps', { type: 'object', additionalProperties: { type: 'integer' }, minProperties: 3 }],
    [
      'maps with names by pattern',
      {
        type: 'object',
        patternProperties: { '^x-[a-z]+$': { type: 'integer' } },
        additionalProperties: false,
        minProperties: 2,
      },
    ],
    ['names of members', { type: 'object', propertyNames: { pattern: '^[a-c]$' }, minProperties: 1 }],
    ['at most so many members', { type: 'object', properties: { a: {}, b: {} }, maxProperties: 1 }],
    [
      'members that need others',
      {
        ...object({ card: { type: 'string' } }),
        properties: { card: {}, code: { type: 'integer' } },
        dependentRequired: { card: ['code'] },
      },
    ],
    ['a default that fits', object({ a: { type: 'integer', default: 7 } })],
    ['a default that does not', object({ a: { type: 'integer', default: 'seven' } })],
    ['examples', object({ a: { type: 'string', examples: ['one'] } })],
    [
      'names of the object prototype',
      object({ constructor: { type: 'integer' }, toString: { type: 'string' }, hasOwnProperty: { type: 'boolean' } }),
    ],
    [
      'deep nesting',
      object({
        a: object({
          b: object({
            c: object({ d: object({ e: { type: 'array', items: object({ f: { type: 'string' } }), minItems: 1 } }) }),
          }),
        }),
      }),
    ],
  ])('satisfies %s', (_name, schema) => {
    expect(judge(schema)).toMatchObject({ isValid: true })
    expect(
      judge(
        schema,
        'Book 3 rooms in Lisbon for "Ada Lovelace" from 2026-03-01, at most 120.5 EUR, mail ada@example.org',
      ),
    ).toMatchObject({ isValid: true })
  })

  it('is null where a schema allows nothing else, and anything where it allows nothing', () => {
    expect(generate({ type: 'null' })).toBeNull()
    expect(() => generate(false)).not.toThrow()
    expect(() => generate({ type: 'integer', minimum: 5, maximum: 4 })).not.toThrow()
  })

  it('gives required members named __proto__ without touching any prototype', () => {
    const schema = JSON.parse(
      '{"type":"object","properties":{"__proto__":{"type":"integer"}},"required":["__proto__"]}',
    ) as JsonObject
    expect(JSON.stringify(generate(schema))).toBe('{"__proto__":1}')
    expect(Object.getPrototypeOf({})).toBe(Object.prototype)
  })

  it.each([
    ['date', /^\d{4}-\d\d-\d\d$/],
    ['date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/],
    ['time', /^\d\d:\d\d:\d\dZ$/],
    ['duration', /^PT\d+M$/],
    ['email', /^[^@\s]+@[^@\s]+\.[a-z]+$/],
    ['uri', /^https:\/\/\S+$/],
    ['uuid', /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/],
    ['ipv4', /^(?:\d{1,3}\.){3}\d{1,3}$/],
    ['hostname', /^[a-z]+\.example\.com$/],
  ])('writes the format %s as its standard says', (format, pattern) => {
    const value = generate({ type: 'string', format })
    expect(value).toMatch(pattern)
  })

  it('takes values that stand plainly in the prompt', () => {
    const schema = object({
      city: { type: 'string' },
      days: { type: 'integer', minimum: 1, maximum: 14 },
      unit: { enum: ['celsius', 'fahrenheit'] },
      since: { type: 'string', format: 'date' },
      email: { type: 'string', format: 'email' },
    })
    expect(
      generate(
        schema,
        'Weather in New York for the next 5 days in fahrenheit since 2026-02-03, mail it to bo@example.net',
      ),
    ).toEqual({ city: 'New York', days: 5, unit: 'fahrenheit', since: '2026-02-03', email: 'bo@example.net' })
  })

  it('fills optional members in only when the prompt speaks of them', () => {
    const schema = object({ city: { type: 'string' }, units: { type: 'string' }, color: { type: 'string' } }, ['city'])
    expect(generate(schema, 'Weather in Oslo, units "metric"')).toEqual({ city: 'Oslo', units: 'metric' })
  })

  it('is the same for the same seed', () => {
    const schema = object({ id: { type: 'string', format: 'uuid' }, when: { type: 'string', format: 'date-time' } })
    expect(generate(schema, 'x', 'one')).toEqual(generate(schema, 'x', 'one'))
    expect(generate(schema, 'x', 'one')).not.toEqual(generate(schema, 'x', 'two'))
  })

  it('comes to an end on schemas made to hurt', () => {
    const bomb: JsonObject = {
      $ref: '#/$defs/a',
      $defs: { a: { allOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/a' }] } },
    }
    const wide: JsonObject = {
      $ref: '#/$defs/a',
      $defs: { a: object({ x: { $ref: '#/$defs/a' }, y: { $ref: '#/$defs/a' }, z: { $ref: '#/$defs/a' } }) },
    }
    const long: JsonObject = { type: 'array', minItems: 1e9, items: { type: 'array', minItems: 1e9, items: {} } }
    const regex: JsonObject = { type: 'string', pattern: '^(?:(?:a{1,999}){1,999}){1,999}$', minLength: 1e9 }
    let branches: JsonObject = { type: 'string', const: 'never', minLength: 10 }
    for (let depth = 0; depth < 30; depth++) branches = { anyOf: [branches, branches, branches] }
    let nested: JsonObject = { type: 'string' }
    for (let depth = 0; depth < 3_000; depth++) nested = object({ a: nested })
    for (const schema of [bomb, wide, long, regex, branches, nested]) {
      const started = performance.now()
      generate(schema, `say "${'a'.repeat(300)}!"`)
      expect(performance.now() - started).toBeLessThan(1_000)
    }
  })

  it('satisfies any schema that is made to be satisfiable', () => {
    const name = fc.constantFrom('id', 'city', 'count', 'tags', 'notes', 'email', 'query', 'x')
    const schemas = fc.letrec<{ schema: JsonObject }>((tie) => ({
      schema: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom<JsonObject>({ type: 'boolean' }, { type: 'null' }, { type: 'string' }, { const: 'x' }, {}),
        fc
          .tuple(fc.integer({ min: -50, max: 50 }), fc.nat(40), fc.constantFrom('integer', 'number'))
          .map(([minimum, span, type]) => ({ type, minimum, maximum: minimum + span })),
        fc
          .tuple(fc.nat(12), fc.nat(12))
          .map(([minLength, span]) => ({ type: 'string', minLength, maxLength: minLength + span })),
        fc
          .uniqueArray(fc.oneof(fc.string({ maxLength: 5 }), fc.integer(), fc.boolean()), {
            minLength: 1,
            maxLength: 4,
          })
          .map((items) => ({ enum: items })),
        fc
          .constantFrom('^[a-f]{2,5}$', '^v\\d+(\\.\\d+)*$', '^(?:on|off)$', '[0-9]')
          .map((pattern) => ({ type: 'string', pattern })),
        fc
          .tuple(tie('schema'), fc.nat(3), fc.nat(3))
          .map(([items, minItems, span]) => ({ type: 'array', items, minItems, maxItems: minItems + span })),
        fc.tuple(fc.dictionary(name, tie('schema'), { maxKeys: 4 }), fc.boolean()).map(([properties, closed]) => ({
          type: 'object',
          properties,
          required: Object.keys(properties).slice(0, 3),
          additionalProperties: !closed,
        })),
        fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
        tie('schema').map((schema) => ({ allOf: [schema] })),
      ),
    }))
    fc.assert(
      fc.property(schemas.schema, fc.string({ maxLength: 60 }), (schema, prompt) => {
        expect(judge(schema, prompt)).toMatchObject({ isValid: true })
      }),
      { numRuns: 600 },
    )
  })
})

const many = (count: number, make: (at: number) => Json): Json[] => Array.from({ length: count }, (_, at) => make(at))
const named = (count: number, make: (at: number) => [string, Json]): JsonObject =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => make(at)))

describe('a schema that means to hurt', () => {
  it('by branches that lead back to themselves comes to an end', () => {
    const schema = {
      type: 'object',
      oneOf: [{ $ref: '#' }, { $ref: '#' }],
      properties: { a: { $ref: '#' } },
      required: ['a'],
    }
    expect(() => generate(schema)).not.toThrow()
  })

  it.each<[name: string, schema: JsonObject]>([
    ['parts', { allOf: many(60_000, (at) => object({ [`p${at}`]: { type: 'integer' } })) }],
    [
      'patterns',
      {
        type: 'object',
        minProperties: 200,
        patternProperties: named(40_000, (at) => [`^(x|y)+${at}$`, { type: 'integer' }]),
      },
    ],
    [
      'values in two lists',
      object({ a: { allOf: [{ enum: many(60_000, (at) => `v${at}`) }, { enum: many(60_000, (at) => `w${at}`) }] } }),
    ],
    [
      'objects in two lists',
      object({ a: { allOf: [{ enum: many(20_000, (v) => ({ v })) }, { enum: many(20_000, (w) => ({ w })) }] } }),
    ],
    ['required members', { type: 'object', required: many(400_000, (at) => `r${at}`) }],
  ])('by tens of thousands of %s costs no more than a moment', (_, schema) => {
    const started = performance.now()
    generate(schema)
    expect(performance.now() - started).toBeLessThan(2_500)
  })

  it('keeps the values that two lists share, whatever they are', () => {
    const both = { allOf: [{ enum: ['a', { deep: [1] }, 3] }, { enum: [{ deep: [1] }, 4] }] }
    expect(generate(object({ x: both }))).toEqual({ x: { deep: [1] } })
  })
})

import type { Json, JsonObject } from '@outcrop/protocol'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeFaults, findSchemaFaults } from './json-schema.ts'
import { omit } from './json-values.ts'

const ajv = new Ajv2020({ strict: false, validateFormats: false })

describe('findSchemaFaults', () => {
  it('names every place that is wrong, and how', () => {
    const schema = {
      type: 'object',
      properties: {
        name: { type: 'string' },
        items: {
          type: 'array',
          items: {
            type: 'object',
            properties: { price: { type: 'number' }, unit: { enum: ['kg', 'l'] } },
            required: ['price'],
            additionalProperties: false,
          },
        },
        'a/b~c': { const: 1 },
      },
      required: ['name', 'items'],
    }
    const value = { items: [{ price: '12', unit: 'kg' }, { unit: 'oz', tax: 1 }, null], 'a/b~c': 2 }
    expect(findSchemaFaults(value, schema)).toEqual([
      { at: '/items/0/price', problem: 'must be a number, and is "12"' },
      { at: '/items/1/unit', problem: 'must be one of "kg", "l", and is "oz"' },
      { at: '/items/1', problem: 'must have the member "price"' },
      { at: '/items/1', problem: 'must not have the member "tax"' },
      { at: '/items/2', problem: 'must be an object, and is null' },
      { at: '/a~1b~0c', problem: 'must be 1, and is 2' },
      { at: '', problem: 'must have the member "name"' },
    ])
  })

  it('follows references, to itself too', () => {
    const schema = {
      $ref: '#/$defs/node',
      $defs: {
        node: {
          type: 'object',
          properties: { value: { type: 'integer' }, children: { type: 'array', items: { $ref: '#/$defs/node' } } },
          required: ['value'],
        },
      },
    }
    expect(findSchemaFaults({ value: 1, children: [{ value: 2, children: [] }] }, schema)).toEqual([])
    expect(findSchemaFaults({ value: 1, children: [{ value: 2.5 }] }, schema)).toEqual([
      { at: '/children/0/value', problem: 'must be an integer, and is 2.5' },
    ])
  })

  it('takes the alternative that needs the fewest corrections for the one that was meant', () => {
    const circle = {
      properties: { kind: { const: 'circle' }, radius: { type: 'number' } },
      required: ['kind', 'radius'],
    }
    const square = { properties: { kind: { const: 'square' }, side: { type: 'number' } }, required: ['kind', 'side'] }
    expect(describeFaults(findSchemaFaults({ kind: 'square', side: 'long' }, { anyOf: [circle, square] }))).toBe(
      [
        '- the value must fit one of 2 alternatives; to fit the nearest of them:',
        '- /side must be a number, and is "long"',
      ].join('\n'),
    )
  })

  it.each<readonly [string, string, string]>([
    ['date', '2026-11-25', '25.11.2026'],
    ['time', '10:30:00Z', '25:00'],
    ['date-time', '2026-11-25T10:30:00+01:00', '2026-11-25'],
    ['duration', 'P1DT2H', '2 hours'],
    ['email', 'ada@example.com', 'ada at example.com'],
    ['hostname', 'example.com', 'example com'],
    ['uri', 'https://example.com/x', 'example.com/x'],
    ['ipv4', '192.0.2.1', '192.0.2.256'],
    ['ipv6', '2001:db8::1', '2001'],
    ['uuid', '123e4567-e89b-42d3-a456-426614174000', '123e4567'],
  ])('knows the format %s', (format, right, wrong) => {
    expect(findSchemaFaults(right, { type: 'string', format })).toEqual([])
    expect(findSchemaFaults(wrong, { type: 'string', format })).toEqual([
      { at: '', problem: `must be written as ${format}, and is "${wrong}"` },
    ])
  })

  it('never passes what it cannot check to its end', () => {
    const endless = { $ref: '#' }
    expect(findSchemaFaults(1, endless)).toEqual([{ at: '', problem: 'is too deep to be checked' }])
    let wide: JsonObject = { type: 'string' }
    for (let depth = 0; depth < 30; depth++) wide = { anyOf: [wide, wide] }
    const started = performance.now()
    expect(findSchemaFaults(1, wide)).toEqual([{ at: '', problem: 'is too large to be checked' }])
    expect(performance.now() - started).toBeLessThan(3000)
    expect(findSchemaFaults(1, { $ref: '#/$defs/none' })).toEqual([
      { at: '', problem: 'cannot be checked: the schema\'s $ref "#/$defs/none" leads nowhere' },
    ])
  })

  it('stops at ten faults', () => {
    const value = Array.from({ length: 10_000 }, () => 'x')
    expect(findSchemaFaults(value, { items: { type: 'null' } })).toHaveLength(10)
  })

  it('agrees with ajv on schemas and values of every kind', () => {
    const name = fc.constantFrom('id', 'count', 'tags', 'constructor', '__proto__x')
    const scalar = fc.oneof(
      fc.integer({ min: -5, max: 5 }),
      fc.constantFrom(0.5, 'a', 'bb', '😀', '', true, false, null),
    )
    const { value } = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        scalar,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(name, tie('value'), { maxKeys: 4 }),
      ),
    }))
    const type = fc.constantFrom('object', 'array', 'string', 'number', 'integer', 'boolean', 'null')
    const size = fc.nat(3)
    const { schema } = fc.letrec<{ schema: JsonObject; inner: Json }>((tie) => ({
      schema: fc.record(
        {
          type: fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 3 })),
          enum: fc.uniqueArray(scalar, { minLength: 1, maxLength: 4 }),
          const: scalar,
          properties: fc.dictionary(name, tie('inner'), { maxKeys: 3 }),
          required: fc.uniqueArray(name, { maxLength: 2 }),
          additionalProperties: tie('inner'),
          items: tie('inner'),
          prefixItems: fc.array(tie('inner'), { minLength: 1, maxLength: 2 }),
          anyOf: fc.array(tie('inner'), { minLength: 1, maxLength: 3 }),
          allOf: fc.array(tie('inner'), { minLength: 1, maxLength: 2 }),
          oneOf: fc.array(tie('inner'), { minLength: 1, maxLength: 3 }),
          not: tie('inner'),
          $ref: fc.constantFrom('#/$defs/one', '#/$defs/two'),
          minimum: size,
          maximum: size,
          exclusiveMinimum: size,
          exclusiveMaximum: size,
          multipleOf: fc.constantFrom(1, 2, 3),
          minLength: size,
          maxLength: size,
          minItems: size,
          maxItems: size,
          uniqueItems: fc.boolean(),
          minProperties: size,
          maxProperties: size,
          format: fc.constant('unheard-of'),
        },
        { requiredKeys: [] },
      ),
      inner: fc.oneof({ maxDepth: 2 }, fc.boolean(), fc.constant({}), tie('schema')),
    }))
    const root = fc.tuple(
      schema.map((one) => omit(one, '$ref')),
      scalar,
      type,
    )
    let refused = 0
    fc.assert(
      fc.property(root, value, ([one, constant, kind], value) => {
        const whole = { ...one, $defs: { one: { type: kind }, two: { const: constant } } }
        const isValid = ajv.compile(whole)(value)
        if (!isValid) refused += 1
        expect(findSchemaFaults(value, whole).length === 0).toBe(isValid)
      }),
      { numRuns: 150 },
    )
    expect(refused).toBeGreaterThan(30)
  })
})

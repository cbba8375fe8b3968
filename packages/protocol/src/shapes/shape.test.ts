import { describe, expect, it } from 'vitest'
import { toAnthropicText, toCoralText, toSchemaText, toSerializationText } from './render-violation.ts'
import { findViolations, integer, list, map, number, object, type Shape, string, tagged, union } from './shape.ts'

const shape: Shape = object({
  required: {
    name: string({ least: 1, most: 4, pattern: { source: '[a-z]+', test: (text) => /^[a-z]*$/.test(text) } }),
  },
  optional: {
    size: number({ least: 0, most: 1 }),
    count: integer({ least: 1 }),
    color: string({ among: ['red', 'blue'] }),
    items: list(tagged('type', { text: object({ required: { text: string() } }) }, { isOpen: false }), { most: 2 }),
  },
  isClosed: true,
})

const render = (value: unknown, toText: typeof toSchemaText): readonly string[] =>
  findViolations(shape, value).map(toText)

describe('a violation of a shape', () => {
  it.each([
    [
      {},
      '#: required key [name] not found',
      'name: Field required',
      "Value null at 'name' failed to satisfy constraint: Member must not be null",
    ],
    [
      { name: '' },
      '#/name: expected minLength: 1, actual: 0',
      'name: String should have at least 1 character',
      "Value '' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [
      { name: 'abcde' },
      '#/name: expected maxLength: 4, actual: 5',
      'name: String should have at most 4 characters',
      "Value 'abcde' at 'name' failed to satisfy constraint: Member must have length less than or equal to 4",
    ],
    [
      { name: 'A' },
      '#/name: string [A] does not match pattern [a-z]+',
      "name: String should match pattern '[a-z]+'",
      "Value 'A' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z]+",
    ],
    [
      { name: 'a', size: 2 },
      '#/size: 2 is not less or equal to 1',
      'size: Input should be less than or equal to 1',
      "Value '2.0' at 'size' failed to satisfy constraint: Member must have value less than or equal to 1",
    ],
    [
      { name: 'a', count: 0 },
      '#/count: 0 is not greater or equal to 1',
      'count: Input should be greater than or equal to 1',
      "Value '0' at 'count' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [
      { name: 'a', color: 'green' },
      '#/color: green is not a valid enum value',
      "color: Input should be 'red' or 'blue'",
      "Value 'green' at 'color' failed to satisfy constraint: Member must satisfy enum value set: [red, blue]",
    ],
    [
      { name: 'a', items: [{ type: 'text', text: 'x' }, { type: 'text' }] },
      '#/items/1: required key [text] not found',
      'items.1.text.text: Field required',
      "Value null at 'items.2.member.text' failed to satisfy constraint: Member must not be null",
    ],
    [
      { name: 'a', items: [{}, {}, {}].map(() => ({ type: 'text', text: '' })) },
      '#/items: expected maximum item count: 2, found: 3',
      'items: List should have at most 2 items after validation, not 3',
      "Value at 'items' failed to satisfy constraint: Member must have length less than or equal to 2",
    ],
    [
      { name: 'a', items: [{ type: 'film' }] },
      '#/items/0/type: film is not a valid enum value',
      "items.0: Input tag 'film' found using 'type' does not match any of the expected tags: 'text'",
      "Value 'film' at 'items.1.member' failed to satisfy constraint: Member must satisfy enum value set: [text]",
    ],
  ])('of %j is said in three dialects', (value, schema, anthropic, coral) => {
    expect(render(value, toSchemaText)).toEqual([schema])
    expect(render(value, toAnthropicText)).toEqual([anthropic])
    expect(render(value, toCoralText)).toEqual([coral])
  })

  it.each([
    [{ name: 1 }, '#/name: expected type: String, found: Integer', 'NUMBER_VALUE cannot be converted to String'],
    [{ name: [] }, '#/name: expected type: String, found: JSONArray', 'Start of list found where not expected'],
    [
      { name: {} },
      '#/name: expected type: String, found: JSONObject',
      'Start of structure or map found where not expected.',
    ],
    [
      { name: 'a', count: 1.5 },
      '#/count: expected type: Integer, found: BigDecimal',
      'DECIMAL_VALUE cannot be converted to Integer',
    ],
    [{ name: 'a', items: true }, '#/items: expected type: JSONArray, found: Boolean', 'Unexpected field type'],
    [{ name: null }, '#/name: expected type: String, found: Null', 'NULL_VALUE cannot be converted to String'],
  ])('of type in %j is said by the schema layer and by coral’s parser', (value, schema, serialization) => {
    const [violation] = findViolations(shape, value)
    expect(violation?.kind).toBe('type')
    if (violation?.kind !== 'type') return
    expect(toSchemaText(violation)).toBe(schema)
    expect(toSerializationText(violation)).toBe(serialization)
  })

  it('is not made as large as what it refuses', () => {
    const [text = ''] = render({ name: 'A'.repeat(100_000) }, toCoralText)
    expect(text.length).toBeLessThan(2000)
  })

  it('is collected a hundred times at most', () => {
    expect(
      findViolations(
        list(string()),
        Array.from({ length: 5000 }, () => 1),
      ),
    ).toHaveLength(100)
  })
})

describe('shapes', () => {
  it('looks for the members that an open object names, and never through all that a hostile one has', () => {
    const value = new Proxy(
      { a: 'x', b: 'y' },
      {
        ownKeys: () => {
          throw new Error('all members were listed')
        },
      },
    )
    expect(findViolations(object({ required: { a: string() }, dropsNull: true }), value)).toEqual([])
  })

  it('reports on members in the order in which the value has them', () => {
    const open = object({ required: { a: string(), d: string() }, optional: { b: string(), c: list(string()) } })
    const paths = findViolations(open, { c: ['', 1, 2], x: 1, b: 1, a: 2 }).map(
      (violation) => `${violation.kind} ${violation.at?.parent?.key ?? ''}/${violation.at?.key ?? ''}`,
    )
    expect(paths).toEqual(['type c/1', 'type c/2', 'type /b', 'type /a', 'required /'])
  })

  it('treats a null member as absent where AWS’s parsers do', () => {
    const value = { a: null, b: 'x' }
    expect(findViolations(object({ optional: { a: string(), b: string() }, dropsNull: true }), value)).toEqual([])
    expect(value).toEqual({ b: 'x' })
  })

  it.each([{}, { a: 'x', b: 'y' }, { c: 'x' }])('takes a union of just one known member, not %j', (value) => {
    const [violation] = findViolations(union({ a: string(), b: string() }), value)
    expect(violation?.kind).toBe('union')
  })

  it('ignores the null members of a union', () => {
    const value = { a: 'x', b: null }
    expect(findViolations(union({ a: string(), b: string() }), value)).toEqual([])
    expect(value).toEqual({ a: 'x' })
  })

  it('checks the keys and the values of a map', () => {
    const value = { ok: 'x', toolong: 'y', no: 1 }
    expect(findViolations(map(string({ most: 2 }), string()), value).map(({ kind }) => kind)).toEqual([
      'tooLong',
      'type',
    ])
  })

  it('does not take an inherited name for a member', () => {
    expect(findViolations(object({ required: { toString: string() } }), {}).map(({ kind }) => kind)).toEqual([
      'required',
    ])
    expect(findViolations(union({ constructor: string() }), {}).map(({ kind }) => kind)).toEqual(['union'])
  })
})

import fc from 'fast-check'

/** JSON as it is written, so that it can be written wrongly: keys may repeat, and a value may be any text. */
type Tree =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly Tree[] }
  | { readonly kind: 'map'; readonly members: readonly Member[] }
/** The key is JSON too, quotes included. */
type Member = readonly [key: string, value: Tree]

/** One change to a JSON value; `at` is a place in the order in which the value is written, and wraps around. */
export type JsonChange =
  | { readonly kind: 'drop' | 'double'; readonly at: number }
  | { readonly kind: 'replace'; readonly at: number; readonly text: string }
  | { readonly kind: 'graft'; readonly at: number; readonly from: number }
  | { readonly kind: 'rename'; readonly at: number; readonly key: string }
  | { readonly kind: 'add'; readonly at: number; readonly key: string; readonly text: string }
  | { readonly kind: 'nest'; readonly at: number; readonly depth: number; readonly inMaps: boolean }
  /** So often that it takes about so many characters. */
  | { readonly kind: 'repeat'; readonly at: number; readonly size: number }
  | { readonly kind: 'lengthen'; readonly at: number; readonly piece: string; readonly times: number }

const at = fc.nat(400)

const numbers = [
  '0',
  '-0',
  '-1',
  '0.5',
  '1e-400',
  '1e400',
  '-1e400',
  '9007199254740993',
  '4294967296',
  '1' + '0'.repeat(400),
]
const words = ['""', '"a"', '" "', '"\\u0000"', '"\\ud800"', '"\\udc00\\ud800"', '"\u2028"', '"\ufeff"', '"__proto__"']
const others = ['null', 'true', 'false', '[]', '{}', '[[]]', '[null]', '{"":null}', '{"__proto__":{"type":"text"}}']
const broken = ['', 'NaN', 'undefined', 'tru', '01', '+1', '"', '"\\x"', '"\\u12"', '{', ']', '{"a"}', '[1,]', '"\n"']

const value = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...numbers, ...words, ...others) },
  { weight: 1, arbitrary: fc.constantFrom(...broken) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }).map((text) => JSON.stringify(text)) },
  { weight: 1, arbitrary: fc.double().map(String) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }).map((json) => JSON.stringify(json)) },
)
const key = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then', 'length', '', '\0', 'type', '$ref'),
  fc.string({ maxLength: 6 }),
)
const piece = fc.constantFrom(
  'a',
  ' ',
  '\\n',
  '\\\\',
  '(',
  '(a+)+',
  '[',
  '\\ud83d',
  '\\ud83d\\ude00',
  'é',
  '<',
  '%00',
  '../',
)

const change: fc.Arbitrary<JsonChange> = fc.oneof(
  fc.record({ kind: fc.constantFrom('drop' as const, 'double' as const), at }),
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('replace' as const), at, text: value }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('graft' as const), at, from: at }) },
  fc.record({ kind: fc.constant('rename' as const), at, key }),
  fc.record({ kind: fc.constant('add' as const), at, key, text: value }),
  fc.record({ kind: fc.constant('nest' as const), at, depth: fc.nat({ max: 3_000 }), inMaps: fc.boolean() }),
  fc.record({ kind: fc.constant('repeat' as const), at, size: fc.nat({ max: 100_000 }) }),
  fc.record({ kind: fc.constant('lengthen' as const), at, piece, times: fc.nat({ max: 20_000 }) }),
)

/** Up to so many changes to JSON. */
export function jsonChanges(most: number): fc.Arbitrary<readonly JsonChange[]> {
  return fc.array(change, { maxLength: most })
}

/** Writes a JSON value with these changes; grafts are taken from what `donor` holds. */
export function changeJson(value: unknown, changes: readonly JsonChange[], donor: unknown = value): string {
  if (changes.length === 0) return JSON.stringify(value)
  const grafts = toTree(donor)
  return print(changes.reduce((tree, one) => apply(tree, one, grafts), toTree(value)))
}

function toTree(value: unknown): Tree {
  if (Array.isArray(value)) return { kind: 'list', items: value.map(toTree) }
  if (typeof value !== 'object' || value === null) return { kind: 'text', text: JSON.stringify(value) }
  return { kind: 'map', members: Object.entries(value).map(([key, child]) => [JSON.stringify(key), toTree(child)]) }
}

function print(tree: Tree): string {
  if (tree.kind === 'text') return tree.text
  if (tree.kind === 'list') return `[${tree.items.map(print).join(',')}]`
  return `{${tree.members.map(([key, child]) => `${key}:${print(child)}`).join(',')}}`
}

function size(tree: Tree): number {
  if (tree.kind === 'text') return 1
  const children = tree.kind === 'list' ? tree.items : tree.members.map(([, child]) => child)
  return children.reduce((sum, child) => sum + size(child), 1)
}

function apply(tree: Tree, one: JsonChange, grafts: Tree): Tree {
  const [changed] = edit(tree, one.at % size(tree), (key, value) => changeOne(one, key, value, grafts))
  // Without anything around it, what is dropped leaves nothing.
  return changed?.[1] ?? { kind: 'text', text: '' }
}

type Edit = (key: string, value: Tree) => readonly Member[]

/** Puts other members (or items, whose keys do not count) in place of the one at a place. */
function edit(tree: Tree, at: number, change: Edit, key = '""'): readonly Member[] {
  if (at === 0) return change(key, tree)
  if (tree.kind === 'text') return [[key, tree]]
  const children: readonly Member[] = tree.kind === 'list' ? tree.items.map((item) => ['""', item]) : tree.members
  const changed: Member[] = []
  let left = at - 1
  for (const [name, child] of children) {
    const length = size(child)
    if (left >= 0 && left < length) changed.push(...edit(child, left, change, name))
    else changed.push([name, child])
    left -= length
  }
  return [
    [
      key,
      tree.kind === 'list'
        ? { kind: 'list', items: changed.map(([, item]) => item) }
        : { kind: 'map', members: changed },
    ],
  ]
}

const text = (written: string): Tree => ({ kind: 'text', text: written })

function changeOne(one: JsonChange, key: string, value: Tree, grafts: Tree): readonly Member[] {
  switch (one.kind) {
    case 'drop':
      return []
    case 'double':
      return [
        [key, value],
        [key, value],
      ]
    case 'replace':
      return [[key, text(one.text)]]
    case 'graft':
      return [[key, find(grafts, one.from % size(grafts))]]
    case 'rename':
      return [[JSON.stringify(one.key), value]]
    case 'add':
      return [
        [key, value],
        [JSON.stringify(one.key), text(one.text)],
      ]
    case 'nest': {
      const [open, close] = one.inMaps ? ['{"a":', '}'] : ['[', ']']
      return [[key, text(open.repeat(one.depth) + print(value) + close.repeat(one.depth))]]
    }
    case 'repeat': {
      const times = Math.ceil(one.size / (key.length + print(value).length))
      return Array.from({ length: times + 1 }, (): Member => [key, value])
    }
    case 'lengthen': {
      if (value.kind !== 'text' || !value.text.startsWith('"')) return [[key, value]]
      return [[key, text(`${value.text.slice(0, -1)}${one.piece.repeat(one.times)}"`)]]
    }
  }
}

function find(tree: Tree, at: number): Tree {
  if (at === 0 || tree.kind === 'text') return tree
  let left = at - 1
  for (const child of tree.kind === 'list' ? tree.items : tree.members.map(([, value]) => value)) {
    const length = size(child)
    if (left < length) return find(child, left)
    left -= length
  }
  return tree
}

import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type ErrorCode, type Node } from 'yaml'
import { nearestWord } from '@outcrop/protocol'
import type { Place, Problem } from './problem.ts'
import { mismatch, type Setting } from './settings.ts'

/** What reading a file found out: where each setting stands, and everything that is wrong. */
export interface Findings {
  readonly problems: Problem[]
  readonly places: Map<string, Place>
}

/** A file being read: what was found out so far, and how to find out more. */
export interface Reading extends Findings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly placeOf: (node: Node) => Place
}

/** A written value, and the key that announces it where it has one of its own. */
export interface Written {
  readonly node: Node | null
  /** Where to point when the value itself is missing. */
  readonly at: Place
  readonly setting: string
}

/** Reads a value of one shape; what is wrong goes into the reading's problems, and the answer is then nothing. */
export type Shape<T> = (written: Written, reading: Reading) => T | undefined

/** Reads YAML, and with it JSON, in one shape; keeps the line and column of everything that it reads. */
export function readSource<T>(
  source: string,
  options: { readonly file: string; readonly env: Reading['env']; readonly shape: Shape<T> },
): Findings & { readonly value: T | undefined } {
  const lines = new LineCounter()
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { kind: 'file', file: options.file, line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const findings: Findings = { problems: [], places: new Map() }
  const deep = findDepth(source)
  const documents = deep === undefined ? parse(source, lines) : undefined
  if (documents === undefined) {
    const place: Place = { kind: 'file', file: options.file, line: 1, column: 1, ...deep }
    findings.problems.push({ place, setting: '', message: `values are nested more than ${deepest} deep here` })
    return { ...findings, value: undefined }
  }
  const [document, second] = 'empty' in documents ? [] : documents
  for (const { code, pos } of [...(document?.errors ?? []), ...(document?.warnings ?? [])]) {
    findings.problems.push({
      place: placeAt(pos[0]),
      setting: '',
      message: complaints[code] ?? 'this is not valid YAML',
    })
  }
  if (second !== undefined) {
    const place = placeAt(second.range[0])
    findings.problems.push({ place, setting: '', message: 'expected one document, found a second one' })
  }
  if (findings.problems.length > 0) return { ...findings, value: undefined }
  const reading: Reading = { ...findings, env: options.env, placeOf: (node) => placeAt(node.range?.[0] ?? 0) }
  return {
    ...findings,
    value: options.shape({ node: document?.contents ?? null, at: placeAt(0), setting: '' }, reading),
  }
}

/** The documents of a file; undefined when the library, which recurses, runs out of stack all the same. */
function parse(source: string, lineCounter: LineCounter) {
  try {
    // Failsafe: every scalar stays the characters as written, so the account 012345678901 keeps its zero.
    // The library's pretty errors quote the line, and the line may hold a secret.
    return parseAllDocuments(source, { lineCounter, prettyErrors: false, stringKeys: true, schema: 'failsafe' })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

// The library recurses, and near the end of its stack V8 may not throw but end the process.
const deepest = 250

/** Where a file is nested too deep: by indentation and marks, which take two columns a level, or by brackets. */
function findDepth(source: string): { readonly line: number; readonly column: number } | undefined {
  let open = 0
  for (const [index, text] of source.split('\n').entries()) {
    const start = /^(?:[ \t]|[-?:](?=[ \t]))*/.exec(text)?.[0].length ?? 0
    if (start > deepest * 2 && text.trim() !== '') return { line: index + 1, column: deepest * 2 + 1 }
    for (let at = start; at < text.length; at += 1) {
      const character = text.charAt(at)
      if (character === '[' || character === '{') open += 1
      else if (character === ']' || character === '}') open = Math.max(0, open - 1)
      if (open > deepest) return { line: index + 1, column: at + 1 }
    }
  }
  return undefined
}

/** One value, with `${NAME}` replaced by that environment variable. */
export function value<T>(setting: Setting<T>): Shape<T> {
  return (written, reading) => {
    const { node } = written
    if (!isScalar(node) || typeof node.value !== 'string') return complain(written, reading, setting.expected)
    if (isNothing(node)) return complain(written, reading, setting.expected)
    const missing: string[] = []
    const text = node.value.replace(/\$\{(\w+)\}/g, (_, name: string) => {
      const found = reading.env[name]
      if (found === undefined || found === '') missing.push(name)
      return found ?? ''
    })
    if (missing.length > 0) {
      return report(written, reading, `the environment variable ${missing.join(' and ')} is not set`)
    }
    const read = setting.read(text)
    if (read !== undefined) return read
    if (text === node.value) return report(written, reading, mismatch(setting, text))
    // What the environment holds may be a secret in the wrong place.
    return report(written, reading, `expected ${setting.expected}, found something else in ${node.value}`)
  }
}

/** A list of values of one shape. */
export function list<T>(item: Shape<T>): Shape<readonly T[]> {
  return (written, reading) => {
    const { node, setting } = written
    if (isNothing(node)) return []
    if (!isSeq<Node | null>(node)) return complain(written, reading, 'a list')
    return node.items.flatMap((entry, index) => {
      const at = entry === null ? reading.placeOf(node) : reading.placeOf(entry)
      const read = item(located({ node: entry, at, setting: `${setting}[${index}]` }, reading), reading)
      return read === undefined ? [] : [read]
    })
  }
}

/** A map with these keys and no others, none of them required. */
export function map<T extends object>(fields: { readonly [Key in keyof T]-?: Shape<T[Key]> }): Shape<Partial<T>> {
  const known = Object.keys(fields)
  return (written, reading) => {
    const { node, setting } = written
    const read: Partial<T> = {}
    if (isNothing(node)) return read
    if (!isMap<Node, Node | null>(node))
      return complain(written, reading, `a map with the settings ${known.join(', ')}`)
    for (const { key, value: child } of node.items) {
      const name = isScalar(key) ? String(key.value) : ''
      const at = reading.placeOf(key)
      const full = setting === '' ? name : `${setting}.${name}`
      if (!Object.hasOwn(fields, name)) {
        const nearest = nearestWord(name, known)
        const way = nearest === undefined ? `expected one of ${known.join(', ')}` : `did you mean "${nearest}"?`
        reading.problems.push({ place: at, setting: full, message: `unknown setting: ${way}` })
        continue
      }
      const field = name as keyof T
      const found = fields[field](located({ node: child, at, setting: full }, reading), reading)
      if (found !== undefined) read[field] = found
    }
    return read
  }
}

function located(written: Written, reading: Reading): Written {
  const { node, setting } = written
  const at = node === null || isNothing(node) ? written.at : reading.placeOf(node)
  reading.places.set(setting, at)
  return { ...written, at }
}

/** Whether nothing is written where a value may stand. */
export function isNothing(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.type === 'PLAIN' && ['', '~', 'null'].includes(String(node.value)))
}

/** Notes that a value is not what was expected. */
export function complain(written: Written, reading: Reading, expected: string): undefined {
  if (isAlias(written.node)) return report(written, reading, noAliases)
  return report(written, reading, `expected ${expected}, found ${describeNode(written.node)}`)
}

function describeNode(node: Node | null): string {
  if (isNothing(node)) return 'nothing'
  return isSeq(node) ? 'a list' : isMap(node) ? 'a map' : 'a single value'
}

/** Notes what is wrong with a value. */
export function report({ at, setting }: Written, reading: Reading, message: string): undefined {
  reading.problems.push({ place: at, setting, message })
}

const noAliases = 'anchors and aliases are not read here: write the value out, or quote it if it begins with *'

/** The library's codes in our words: its own messages repeat the source, which may hold a secret. */
const complaints: Partial<Record<ErrorCode, string>> = {
  BAD_ALIAS: noAliases,
  BAD_DQ_ESCAPE: 'unknown escape in a double-quoted string: write \\\\ for a backslash, or use single quotes',
  BAD_INDENT: 'this line is not indented like its neighbours',
  BAD_SCALAR_START: 'a value cannot begin with this character: put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a nested "key: value" on one line: start a new line, or put the value in quotes',
  DUPLICATE_KEY: 'this key was already given above',
  MISSING_CHAR: 'something is missing before this place: a closing quote or bracket, a comma, or the colon after a key',
  MULTILINE_IMPLICIT_KEY: 'this key has no colon, or a value runs over several lines without quotes',
  NON_STRING_KEY: 'a key must be a plain word',
  TAB_AS_INDENT: 'YAML does not take tabs as indentation: use spaces',
  TAG_RESOLVE_FAILED: 'tags (words that begin with !) are not read here: put the value in quotes',
  UNEXPECTED_TOKEN: 'this is not expected here: is a quote, bracket or comma missing just before?',
}

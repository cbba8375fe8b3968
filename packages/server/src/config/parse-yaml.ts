import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type ErrorCode, type Node } from 'yaml'
import type { Located } from './located.ts'
import type { Place, Problem } from './problem.ts'

/** What a configuration file says, or why it could not be read. */
export type ParsedYaml =
  | { readonly kind: 'parsed'; readonly root: Located }
  | { readonly kind: 'malformed'; readonly problems: readonly Problem[] }

/** Reads YAML, and with it JSON, keeping the line and column of every key and value. */
export function parseYaml(source: string, file: string): ParsedYaml {
  const lines = new LineCounter()
  // The library's pretty errors quote the line, and the line may hold a secret.
  const documents = parseAllDocuments(source, { lineCounter: lines, prettyErrors: false, stringKeys: true })
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { kind: 'file', file, line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const problems: Problem[] = []
  const report = (offset: number, message: string): void => {
    problems.push({ place: placeAt(offset), setting: '', message })
  }
  const [document, second] = 'empty' in documents ? [] : documents
  const empty: Located = { kind: 'map', place: placeAt(0), entries: [] }
  if (document === undefined) return { kind: 'parsed', root: empty }
  if (second !== undefined) report(second.range[0], 'expected one document, found a second one')
  for (const error of document.errors) report(error.pos[0], complaints[error.code] ?? 'this is not valid YAML')
  for (const warning of document.warnings) report(warning.pos[0], complaints[warning.code] ?? 'this is not valid YAML')
  if (problems.length > 0) return { kind: 'malformed', problems }
  if (document.contents === null || isEmptyScalar(document.contents)) return { kind: 'parsed', root: empty }
  const root = toLocated(document.contents, placeAt, report)
  return problems.length > 0 ? { kind: 'malformed', problems } : { kind: 'parsed', root }
}

function isEmptyScalar(node: Node): boolean {
  return isScalar(node) && node.value === null
}

function toLocated(node: Node | null, placeAt: (offset: number) => Place, report: Report, near = 0): Located {
  const offset = node?.range?.[0] ?? near
  const place = placeAt(offset)
  const nothing: Located = { kind: 'scalar', place, value: null, text: '' }
  if (isSeq<Node | null>(node)) {
    return { kind: 'list', place, items: node.items.map((item) => toLocated(item, placeAt, report, offset)) }
  }
  if (isMap<Node, Node | null>(node)) {
    const entries = node.items.map(({ key, value }) => {
      const keyOffset = key.range?.[0] ?? offset
      const text = isScalar(key) ? String(key.value) : ''
      return { key: text, keyPlace: placeAt(keyOffset), value: toLocated(value, placeAt, report, keyOffset) }
    })
    return { kind: 'map', place, entries }
  }
  if (isAlias(node)) {
    report(offset, 'anchors and aliases are not read here: write the value out, or quote it if it begins with *')
    return nothing
  }
  if (!isScalar(node)) return nothing
  const { value } = node
  const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  return plain ? { kind: 'scalar', place, value, text: node.source ?? String(value) } : nothing
}

type Report = (offset: number, message: string) => void

/** The library's codes in our words: its own messages repeat the source, which may hold a secret. */
const complaints: Partial<Record<ErrorCode, string>> = {
  BAD_ALIAS: 'anchors and aliases are not read here: write the value out, or quote it if it begins with *',
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

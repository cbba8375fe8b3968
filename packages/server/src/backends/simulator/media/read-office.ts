import { decodeEntities, tidyLines } from './html-text.ts'
import { readZip } from './zip.ts'

/** The text of a Word document, a paragraph a line; nothing when the bytes are not one. */
export function readDocx(bytes: Buffer): string | undefined {
  const xml = readZip(bytes, (name) => name === 'word/document.xml')?.get('word/document.xml')
  return xml === undefined ? undefined : tidyLines(textOf(xml, 'w:t', { 'w:p': '\n', 'w:br': '\n', 'w:tab': '\t' }))
}

/** The cells of a workbook as comma-separated lines, sheet after sheet; nothing when the bytes are not one. */
export function readXlsx(bytes: Buffer): string | undefined {
  const files = readZip(bytes, (name) => name === sharedName || sheetName.test(name))
  if (files === undefined) return undefined
  const shared = between(files.get(sharedName) ?? '', 'si').map((item) => textOf(item.inner, 't', {}))
  const sheets = [...files.keys()].filter((name) => sheetName.test(name)).sort(bySheetNumber)
  if (sheets.length === 0) return undefined
  return sheets.map((name) => sheetText(files.get(name) ?? '', shared)).join('\n\n')
}

const sharedName = 'xl/sharedStrings.xml'
const sheetName = /^xl\/worksheets\/sheet\d+\.xml$/
const bySheetNumber = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true })

function sheetText(xml: string, shared: readonly string[]): string {
  return between(xml, 'row')
    .map(({ inner }) =>
      between(inner, 'c')
        .map((cell) => cellText(cell, shared))
        .join(','),
    )
    .join('\n')
}

function cellText({ head, inner }: Element, shared: readonly string[]): string {
  const value = decodeEntities(between(inner, 'v')[0]?.inner ?? '')
  if (/\bt="s"/.test(head)) return shared[Number(value)] ?? ''
  return /\bt="inlineStr"/.test(head) ? textOf(inner, 't', {}) : value
}

interface Element {
  /** What stands inside the opening tag, after its name. */
  readonly head: string
  readonly inner: string
}

/** The elements of one name, by plain search: office files never nest an element in one of its own name where we look. */
function between(xml: string, name: string): readonly Element[] {
  const found: Element[] = []
  for (let at = xml.indexOf(`<${name}`); at !== -1; at = xml.indexOf(`<${name}`, at + 1)) {
    const after = xml.charAt(at + name.length + 1)
    if (after !== '>' && after !== ' ' && after !== '/') continue
    const headEnd = xml.indexOf('>', at)
    if (headEnd === -1) break
    const head = xml.slice(at + name.length + 1, headEnd)
    const close = head.endsWith('/') ? headEnd + 1 : xml.indexOf(`</${name}>`, headEnd)
    if (close === -1) break
    found.push({ head, inner: xml.slice(headEnd + 1, close) })
    at = close
  }
  return found
}

/** The text of all elements of one name in order, with breaks where other elements end or stand. */
function textOf(xml: string, name: string, breaks: Readonly<Record<string, string>>): string {
  const parts: string[] = []
  let reads = false
  for (let at = 0; at < xml.length;) {
    const open = xml.indexOf('<', at)
    if (reads) parts.push(decodeEntities(xml.slice(at, open === -1 ? xml.length : open)))
    const close = open === -1 ? -1 : xml.indexOf('>', open)
    if (close === -1) break
    const tag = xml.slice(open + 1, close)
    const tagName = /^\/?[\w:]{1,20}/.exec(tag)?.[0] ?? ''
    const isEmpty = tag.endsWith('/')
    reads = tagName === name && !isEmpty
    const ends = tagName.startsWith('/') ? tagName.slice(1) : isEmpty ? tagName : ''
    if (Object.hasOwn(breaks, ends)) parts.push(breaks[ends] ?? '')
    at = close + 1
  }
  return parts.join('')
}

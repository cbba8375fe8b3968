/** An element of an XML document, as far as S3's answers use XML. */
export interface XmlElement {
  readonly name: string
  readonly children: readonly XmlElement[]
  /** Its own text with entities read; that of its children is not in it. */
  readonly text: string
  /** The element as it was written, its tags included. */
  readonly source: string
}

const deepest = 16
// A list of 1000 keys of 1024 bytes, each of them an entity of six, is below this.
const longest = 16 * 1024 * 1024
const mostElements = 100_000

/**
 * Reads the XML that S3 answers with: elements, their text, the five entities and numbered characters. Anything else of XML
 * (declarations of entities, comments, CDATA) and anything unbounded is refused with a `SyntaxError`.
 */
export function readXml(text: string): XmlElement {
  if (text.length > longest) throw new SyntaxError('The XML is longer than any answer of S3')
  const stack: OpenElement[] = []
  // A prolog, then tags with the text before each: every character belongs to one of them.
  const prolog = /^\uFEFF?(?:<\?xml\s[^<>]{0,256}\?>)?\s*/.exec(text)?.[0].length ?? 0
  const tag = /([^<]*)<(\/?)([A-Za-z_][\w.:-]{0,127})((?:\s+[\w.:-]{1,128}\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y
  tag.lastIndex = prolog
  for (let elements = 0; ;) {
    const found = tag.exec(text)
    if (found === null) throw new SyntaxError('The XML breaks off, or has more in it than elements and text')
    const [, before = '', closes = '', name = '', , empty = ''] = found
    const parent = stack.at(-1)
    if (parent === undefined && before !== '') throw new SyntaxError('The XML has text outside of its root')
    if (parent !== undefined) parent.text += readText(before)
    if (closes === '') {
      if ((elements += 1) > mostElements) throw new SyntaxError(`The XML has more than ${mostElements} elements`)
      if (stack.length === deepest) throw new SyntaxError(`The XML is deeper than ${deepest} elements`)
      stack.push({ name, children: [], text: '', start: found.index + before.length })
      if (empty === '') continue
    }
    const closed = closeElement(stack, name, text, tag.lastIndex)
    if (closed !== undefined) return closed
  }
}

interface OpenElement {
  readonly name: string
  readonly children: XmlElement[]
  text: string
  readonly start: number
}

/** Closes the innermost element; gives it when it was the root. */
function closeElement(stack: OpenElement[], name: string, text: string, end: number): XmlElement | undefined {
  const open = stack.pop()
  if (open?.name !== name) throw new SyntaxError(`The XML closes ${name}, which is not open`)
  const closed = { name, children: open.children, text: open.text, source: text.slice(open.start, end) }
  const parent = stack.at(-1)
  parent?.children.push(closed)
  if (parent !== undefined) return undefined
  if (text.slice(end).trim() !== '') throw new SyntaxError('The XML goes on behind its root')
  return closed
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }

function readText(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&([^;&]{0,12};?)/g, (entity, inner: string) => {
    const word = inner.endsWith(';') ? inner.slice(0, -1) : ''
    const numbered = /^#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}))$/.exec(word)
    const code =
      numbered === null ? undefined : Number.parseInt(numbered[1] ?? numbered[2] ?? '', numbered[1] ? 16 : 10)
    const char = code === undefined ? entities[word] : code <= 0x10_ffff ? String.fromCodePoint(code) : undefined
    if (char === undefined) throw new SyntaxError(`The XML has an entity that is not its own: ${entity.slice(0, 16)}`)
    return char
  })
}

/** The text of an element's first child of a name. */
export function childText(element: XmlElement, name: string): string | undefined {
  return childOf(element, name)?.text
}

/** An element's first child of a name. */
export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name)
}

/** Text as it may stand in an element. */
export function writeText(text: string): string {
  return text.replace(/[&<>"\r\n\t]/g, (char) => `&#${char.charCodeAt(0)};`)
}

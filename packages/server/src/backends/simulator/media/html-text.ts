/** The text of an HTML page as a reader sees it, roughly: tags dropped, blocks on lines of their own; linear in its input. */
export function htmlToText(html: string): string {
  const parts: string[] = []
  const lower = html.toLowerCase()
  let at = 0
  while (at < html.length) {
    const open = html.indexOf('<', at)
    parts.push(decodeEntities(html.slice(at, open === -1 ? html.length : open)))
    if (open === -1) break
    const close = html.startsWith('<!--', open) ? html.indexOf('-->', open + 4) : html.indexOf('>', open + 1)
    if (close === -1) break
    const name = /^\/?([a-z\d]+)/.exec(lower.slice(open + 1, open + 14))?.[1] ?? ''
    at = html.startsWith('-->', close) ? close + 3 : close + 1
    if (html.charAt(open + 1) !== '/' && hidden.has(name)) {
      const end = lower.indexOf(`</${name}`, at)
      at = end === -1 ? html.length : end
    }
    if (blocks.has(name)) parts.push('\n')
  }
  return tidyLines(parts.join(''))
}

/** Lines without blanks at their ends, and no empty ones. */
export function tidyLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.split(/\s+/).filter(Boolean).join(' '))
    .filter(Boolean)
    .join('\n')
}

/** Decodes the references that occur in documents: numbers, and the names that XML and most pages use. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(#x[\da-f]{1,6}|#\d{1,7}|[a-z]{2,6});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return named[name.toLowerCase()] ?? whole
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
    return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : whole
  })
}

const hidden = new Set(['script', 'style', 'template', 'noscript', 'title'])
const blocks = new Set(
  'p div br li ul ol tr table h1 h2 h3 h4 h5 h6 section article header footer pre blockquote dt dd'.split(' '),
)
const named: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  copy: '©',
})

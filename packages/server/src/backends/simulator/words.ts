/** Words that join every sentence and so tell nothing about its subject. */
const stopWords = new Set(
  `a about after all also am an and any are as at be because been but by can could did do does doing done for from get
  gets give given go had has have he her here him his how i if in into is it its just let like make many may me more
  most much my need no not now of off on one only or other our out over please said say set she should so some such
  take tell than that the their them then there these they this those to too two up us use used using very want was we
  well were what when where which while who why will with would you your tool tools call called function functions
  user users return returns returned value values given provide provides`
    .split(/\s+/)
    .map(stem),
)

/** The words of a text that carry its subject, cut to their stems; names like `get_weather` and `getWeather` come apart. */
export function subjectWords(text: string): Set<string> {
  const apart = text.replace(/([a-z\d])([A-Z])/g, '$1 $2').toLowerCase()
  const words = new Set<string>()
  for (const word of apart.split(/[^\p{L}\p{N}]+/u)) {
    if (word.length < 2 && !/\p{Lo}/u.test(word)) continue
    const stemmed = stem(word)
    if (!stopWords.has(stemmed)) words.add(stemmed)
  }
  return words
}

/** How many words two sets share. */
export function sharedWords(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a]
  let shared = 0
  for (const word of small) if (large.has(word)) shared++
  return shared
}

/** Takes plurals and the commonest endings off, the same way on both sides of a comparison. */
function stem(word: string): string {
  let short = word
  if (short.length > 4 && short.endsWith('ies')) short = `${short.slice(0, -3)}y`
  else if (short.length > 3 && short.endsWith('s') && !short.endsWith('ss')) short = short.slice(0, -1)
  if (short.length > 5 && short.endsWith('ing')) short = short.slice(0, -3)
  else if (short.length > 4 && short.endsWith('ed')) short = short.slice(0, -2)
  return short.length > 3 && short.endsWith('e') ? short.slice(0, -1) : short
}

/** The words of a text as written, blanks dropped. */
export function plainWords(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}

/** A text on one line, cut to so many characters at a word's end, with an ellipsis where something is left out. */
export function excerpt(text: string, longest: number, from: 'start' | 'end' = 'start'): string {
  const window = from === 'start' ? text.slice(0, longest * 4) : text.slice(-longest * 4)
  const line = oneLine(window)
  if (line.length <= longest && window.length === text.length) return line
  if (from === 'start') {
    const cut = line.slice(0, longest)
    const blank = cut.lastIndexOf(' ')
    return `${wellFormed(blank > longest / 2 ? cut.slice(0, blank) : cut)}…`
  }
  const cut = line.slice(-longest)
  const blank = cut.indexOf(' ')
  return `…${wellFormed(blank !== -1 && blank < longest / 2 ? cut.slice(blank + 1) : cut)}`
}

function oneLine(text: string): string {
  return (unevenBlanks.test(text) ? text.replace(/\s+/g, ' ') : text).trim()
}

/** A blank that is not one space between words: most texts have none, and are one line already. */
const unevenBlanks = /[^\S ]| {2}/

/** Drops half a surrogate pair that a cut left at either end. */
function wellFormed(text: string): string {
  return text.replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, '')
}

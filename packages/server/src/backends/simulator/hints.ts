/** What a prompt offers as values for a tool's input or a JSON answer. */
export interface Hints {
  readonly text: string
  readonly numbers: readonly number[]
  readonly quoted: readonly string[]
  readonly places: readonly string[]
  readonly emails: readonly string[]
  readonly urls: readonly string[]
  readonly dates: readonly string[]
  readonly paths: readonly string[]
}

/** Only this much of a prompt's end is searched for values. */
const searched = 2_000
/** And no more of one kind than this. */
const most = 50

/** Reads the values that stand plainly in a prompt: numbers, quotations, places, addresses, dates and paths. */
export function readHints(prompt: string): Hints {
  const text = prompt.slice(-searched)
  const all = (pattern: RegExp): string[] =>
    Array.from(text.matchAll(pattern), (match) => match[1] ?? match[0]).slice(0, most)
  const dates = all(/\b\d{4}-\d{2}-\d{2}\b/g)
  const withoutDates = text.replace(/\b\d{4}-\d{2}-\d{2}\b/g, ' ')
  return {
    text,
    numbers: Array.from(withoutDates.matchAll(/(?<![\w.=/&])-?\d{1,15}(?:\.\d{1,15})?(?![\w.]*\d)/g), ([number]) =>
      Number(number),
    ).slice(0, most),
    quoted: all(/["“`]([^"“”`\n]{1,200})["”`]|(?<!\w)'([^'\n]{1,200})'(?!\w)/g).map((quote) =>
      quote.replace(/^'|'$/g, ''),
    ),
    places: all(
      /\b(?:in|at|for|to|from|near|of|around|visit|visiting)\s+((?:the\s+)?\p{Lu}[\p{L}'’-]{0,30}(?:\s+\p{Lu}[\p{L}'’-]{0,30}){0,3})/gu,
    ),
    emails: all(/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}/g),
    urls: all(/https?:\/\/[^\s"'<>)\]]{1,500}/g),
    dates,
    paths: all(
      /(?<![\w/:])(?:\.{0,2}\/[\w.-]{1,100}){1,20}|\b[\w-]{1,60}\.(?:ts|js|py|md|txt|json|csv|html|pdf|yaml|yml|toml|go|rs|java)\b/g,
    ),
  }
}

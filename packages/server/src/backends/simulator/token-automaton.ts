/** A rule that splits text into pieces: where the piece that starts at `start` ends, always behind `start`. */
export type PieceEnd = (text: string, start: number) => number

/**
 * Counts pieces as the rule does, by a table of what the rule does with every piece of ASCII. Two look-ups a character
 * and no branch on what it is: a processor that has to guess where words end spends more on wrong guesses than on words.
 *
 * `alike` names one ASCII character for all that the rule treats as it treats that one.
 */
export function createPieceCounter(pieceEnd: PieceEnd, alike: (char: string) => string): (text: string) => number {
  let table: Table | undefined
  return (text) => {
    table ??= tabulate(pieceEnd, alike)
    const { classes, width, next, begins, openLengths } = table
    let count = 0
    let row = 0
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code < 128) {
        const cell = row + (classes[code] ?? 0)
        count += begins[cell] ?? 0
        row = next[cell] ?? 0
      } else {
        // What is open may go on beyond ASCII: the rule itself takes it, from its start until ASCII begins a piece again.
        let end = at - (openLengths[row / width] ?? 0)
        if (end < at) count--
        do {
          end = pieceEnd(text, end)
          count++
        } while (end < text.length && (end <= at || text.charCodeAt(end) >= 128))
        at = end - 1
        row = 0
      }
    }
    return count
  }
}

interface Table {
  /** The class of each ASCII character, from 0 to `width` − 1. */
  readonly classes: Uint8Array
  readonly width: number
  /** By row and class: the row that follows, and 1 where a piece begins. A row is a piece that is still open. */
  readonly next: Uint16Array
  readonly begins: Uint8Array
  readonly openLengths: Uint8Array
}

function tabulate(pieceEnd: PieceEnd, alike: (char: string) => string): Table {
  const ascii = Array.from({ length: 128 }, (_, code) => alike(String.fromCharCode(code)))
  const examples = [...new Set(ascii)]
  const rows = new Map([['', 0]])
  const next: number[] = []
  const begins: number[] = []
  // Rows are found on the way, and a map walks over what is added to it meanwhile.
  for (const open of rows.keys()) {
    for (const example of examples) {
      const text = open + example
      let start = 0
      let pieces = open === '' ? 1 : 0
      for (let end = pieceEnd(text, 0); end < text.length; end = pieceEnd(text, end)) {
        start = end
        pieces++
      }
      const last = text.slice(start)
      const row = rows.get(last) ?? rows.size * examples.length
      rows.set(last, row)
      next.push(row)
      begins.push(pieces)
    }
  }
  return {
    classes: Uint8Array.from(ascii, (example) => examples.indexOf(example)),
    width: examples.length,
    next: Uint16Array.from(next),
    begins: Uint8Array.from(begins),
    openLengths: Uint8Array.from(rows.keys(), (open) => open.length),
  }
}

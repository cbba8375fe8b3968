/** A rule that splits text into pieces: where the piece that starts at `start` ends, always behind `start`. */
export type PieceEnd = (text: string, start: number) => number

/**
 * Counts pieces as the rule does, by a table of what the rule does with every piece of ASCII. Two look-ups a character
 * and no branch on what it is: a processor that has to guess where words end spends more on wrong guesses than on words.
 *
 * `alike` names one ASCII character for all that the rule treats as it treats that one.
 */
export function createPieceCounter(pieceEnd: PieceEnd, alike: (char: string) => string): (text: string) => number {
  const { classes, width, next, begins, openLengths, fill } = createTable(pieceEnd, alike)
  return (text) => {
    let count = 0
    let row = 0
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code < 128) {
        const cell = row + (classes[code] ?? 0)
        if (next[cell] === unseen) fill(cell)
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

const unseen = -1

interface Table {
  /** The class of each ASCII character, from 0 to `width` − 1. */
  readonly classes: Uint8Array
  readonly width: number
  /** By row and class: the row that follows, and 1 where a piece begins. A row is a piece that is still open. */
  readonly next: readonly number[]
  readonly begins: readonly number[]
  /** How many characters each row's piece has so far. */
  readonly openLengths: readonly number[]
  /** Asks the rule for a cell that no text has come to before: the whole table would take longer than a short text. */
  fill(this: void, cell: number): void
}

function createTable(pieceEnd: PieceEnd, alike: (char: string) => string): Table {
  const ascii = Array.from({ length: 128 }, (_, code) => alike(String.fromCharCode(code)))
  const examples = [...new Set(ascii)]
  const width = examples.length
  const opens: string[] = []
  const next: number[] = []
  const begins: number[] = []
  const openLengths: number[] = []
  const rowOf = (open: string): number => {
    const known = opens.indexOf(open)
    if (known !== -1) return known * width
    for (let added = 0; added < width; added++) {
      next.push(unseen)
      begins.push(0)
    }
    openLengths.push(open.length)
    return (opens.push(open) - 1) * width
  }
  rowOf('')
  return {
    classes: Uint8Array.from(ascii, (example) => examples.indexOf(example)),
    width,
    next,
    begins,
    openLengths,
    fill(cell) {
      const open = opens[Math.floor(cell / width)] ?? ''
      const text = open + (examples[cell % width] ?? '')
      let start = 0
      let pieces = open === '' ? 1 : 0
      for (let end = pieceEnd(text, 0); end < text.length; end = pieceEnd(text, end)) {
        start = end
        pieces++
      }
      next[cell] = rowOf(text.slice(start))
      begins[cell] = pieces
    },
  }
}

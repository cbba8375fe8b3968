/** Gives documents the names that Converse demands: of few characters, and none twice in a request (WIRE §6.4). */
export interface DocumentNames {
  /** The name for a title, and whether that says the title unchanged; a document without a title gets a number. */
  readonly take: (title: string | null | undefined) => { readonly name: string; readonly isFaithful: boolean }
}

/** Creates the names of one request. */
export function createDocumentNames(): DocumentNames {
  const taken = new Set<string>()
  const repeats = new Map<string, number>()
  const unique = (name: string): string => {
    let found = name
    while (taken.has(found)) {
      const next = (repeats.get(name) ?? 1) + 1
      repeats.set(name, next) // counted on, so that a thousand equal titles are not a million look-ups
      found = `${name.slice(0, longest - 12).trimEnd()} (${next})`
    }
    taken.add(found)
    return found
  }
  return {
    take(title) {
      if (title === undefined || title === null) return { name: unique('Document'), isFaithful: true }
      const name = unique(spell(title))
      return { name, isFaithful: name === title }
    },
  }
}

const longest = 200

/** Letters, digits, `_`, `-`, `()`, `[]` and single blanks, as Bedrock takes them. */
function spell(title: string): string {
  const spelled = title
    .slice(0, longest)
    .replaceAll(/[^\w\-()[\]]+/g, ' ')
    .trim()
  return spelled === '' ? 'Document' : spelled
}

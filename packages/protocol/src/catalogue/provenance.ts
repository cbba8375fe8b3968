import data from './provenance.json' with { type: 'json' }

/** What each source id of the catalogue stands for. */
export const catalogueSources: Readonly<Record<string, string>> = data.sources

const notes = new Map(Object.entries<string>(data.notes))

/** What there is to say of a model's figures, by its base id: doubts and contradictions among sources. */
export function notesOf(modelId: string): string {
  return notes.get(modelId) ?? ''
}

/** A JSON object of which nothing is known yet. */
export type JsonRecord = Readonly<Record<string, unknown>>

/** Tells a JSON object from everything else. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A member that has to be text; anything else is as good as absent. */
export function textIn(record: JsonRecord, name: string): string | undefined {
  const value = record[name]
  return typeof value === 'string' ? value : undefined
}

/** The words of a member that has to be a list of them. */
export function wordsIn(record: JsonRecord, name: string): readonly string[] {
  const value = record[name]
  return Array.isArray(value) ? value.filter((word) => typeof word === 'string') : []
}

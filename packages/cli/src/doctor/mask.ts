/** Shortens the id of a key so that its owner knows it again and nobody else can use it. */
export function mask(id: string): string {
  return id.length < 12 ? `${id.slice(0, 2)}…` : `${id.slice(0, 4)}…${id.slice(-4)}`
}

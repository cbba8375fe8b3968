/** Loads a part of the client when it is first needed, and once: what most calls do without is not loaded with the rest. */
export function lazily<Part>(load: () => Promise<Part>): () => Part | Promise<Part> {
  let part: Part | undefined
  return () => part ?? load().then((loaded) => (part = loaded))
}

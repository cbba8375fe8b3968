/** Narrows a word of the catalogue's files; one that makes no sense there is a mistake of ours. */
export function oneOf<const Word extends string>(words: readonly Word[], found: string): Word {
  const word = words.find((known) => known === found)
  if (word === undefined) throw new Error(`the catalogue says ${found} where only ${words.join(', ')} make sense`)
  return word
}

/** Holds an even sample of all that it is given, however much that is. */
export interface EvenSample<T> {
  add(item: T): void
  /** In the order in which they came. */
  readonly items: readonly T[]
}

/** Creates an empty sample that keeps everything until there are more than `most`, then every second, then every fourth. */
export function createEvenSample<T>(most: number): EvenSample<T> {
  let items: T[] = []
  let given = 0
  let every = 1
  return {
    add(item) {
      if (given++ % every !== 0) return
      items.push(item)
      if (items.length <= most) return
      items = items.filter((_, index) => index % 2 === 0)
      every *= 2
    },
    get items() {
      return items
    },
  }
}

import { openDataFolder } from './data-folder.ts'
import { collection } from './store.ts'

/** Every transaction writes one document into each of them. */
export const left = collection<{ readonly number: number }>('left')
export const right = collection<{ readonly number: number; readonly padding: string }>('right')

// As a program: writes into a folder from a number on, says each number once it is kept, and never ends of itself.
const [, program, folder, from] = process.argv
if (folder !== undefined && (program ?? '').includes('write-on')) {
  const { store } = await openDataFolder(folder, Date.now)
  for (let number = Number(from); ; number++) {
    const key = [String(number).padStart(9, '0')]
    await store.transact((transaction) => {
      transaction.put(left, key, { number })
      transaction.put(right, key, { number, padding: 'x'.repeat(number % 5_000) })
    })
    process.stdout.write(`${number}\n`)
    // So that what was said has left, whatever happens next.
    if (number % 8 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
}

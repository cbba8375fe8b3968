import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDataFolder } from './data-folder.ts'
import { left, right } from './write-on.fixture.ts'

let root = ''
let program = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'outcrop-kill-'))
  program = join(root, 'write-on.mjs')
  const binding = fileURLToPath(import.meta.resolve('@photostructure/sqlite'))
  const bundle = await rolldown({
    input: fileURLToPath(new URL('write-on.fixture.ts', import.meta.url)),
    platform: 'node',
    resolve: { alias: { '@photostructure/sqlite': binding } },
    external: [binding],
  })
  await bundle.write({ file: program, codeSplitting: false })
  await bundle.close()
})
afterAll(() => rm(root, { recursive: true }))

interface Writer {
  readonly child: ChildProcess
  /** The last transaction that it was told is kept. */
  readonly acknowledged: () => number
  readonly begun: Promise<void>
  readonly complaint: () => string
}

function write(folder: string, from: number): Writer {
  const child = spawn(process.execPath, [program, folder, String(from)], { stdio: ['ignore', 'pipe', 'pipe'] })
  let last = from - 1
  let complaint = ''
  let pending = ''
  const begun = new Promise<void>((resolve) => {
    child.stdout.once('data', () => resolve())
    child.once('exit', () => resolve())
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text))
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (pending + text).split('\n')
    pending = lines.pop() ?? ''
    last = Number(lines.at(-1) ?? last)
  })
  return { child, acknowledged: () => last, begun, complaint: () => complaint }
}

it('has every transaction that was acknowledged and no half of one, whenever the process is killed', async () => {
  const folder = join(root, 'data')
  let next = 0
  for (let round = 0; round < 8; round++) {
    const { child, acknowledged, begun, complaint } = write(folder, next)
    await begun
    expect(complaint()).toBe('')
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 60))
    const gone = once(child, 'close')
    child.kill('SIGKILL')
    expect(await gone).toEqual([null, 'SIGKILL'])
    // At once, as a supervisor would: nothing of the dead process refuses the folder.
    const { store } = await openDataFolder(folder, Date.now)
    const numbers = store.list(left).map(([, { number }]) => number)
    expect(store.list(right).map(([, { number }]) => number)).toEqual(numbers)
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => index))
    expect(numbers.length).toBeGreaterThan(acknowledged())
    expect(acknowledged()).toBeGreaterThanOrEqual(next)
    next = numbers.length
    await store.close()
  }
})

it('refuses the folder to a second process, which names the first', async () => {
  const folder = join(root, 'held')
  const first = write(folder, 0)
  await first.begun
  const second = write(folder, 0)
  await once(second.child, 'close')
  expect(second.complaint()).toMatch(
    new RegExp(
      `DataFolderError: the data folder ${folder} is in use by process ${first.child.pid} since 20\\S+Z: stop it`,
    ),
  )
  expect(second.child.exitCode).not.toBe(0)
  const gone = once(first.child, 'close')
  first.child.kill('SIGKILL')
  await gone
})

import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDataFolder } from './data-folder.ts'
import { openState } from './open-state.ts'
import { collection } from './store.ts'

const things = collection<{ readonly name: string }>('things')
const noon = () => Date.UTC(2026, 10, 25, 12)

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'outcrop-data-'))
})
afterAll(() => rm(root, { recursive: true }))

const holder = { pid: 4242, host: 'elsewhere', since: '2026-01-01T00:00:00.000Z' }

it('keeps what was written until the folder is opened again', async () => {
  const folder = join(root, 'kept')
  const first = await openDataFolder(folder, noon)
  await first.store.transact((transaction) => transaction.put(things, ['a'], { name: 'one' }))
  await first.store.close()
  await first.store.close()
  const second = await openDataFolder(folder, noon)
  expect(second.store.list(things)).toEqual([[['a'], { name: 'one' }]])
  await second.store.close()
})

it('is for its owner alone, and for no repository', async () => {
  const folder = join(root, 'own', 'data')
  const { store } = await openDataFolder(folder, noon)
  await store.close()
  expect(((await stat(folder)).mode & 0o777).toString(8)).toBe('700')
  expect(await readFile(join(folder, '.gitignore'), 'utf8')).toBe('*\n')
})

it('adds nothing to a folder that somebody else made but what it needs', async () => {
  const folder = await mkdtemp(join(root, 'made-'))
  const { store } = await openDataFolder(folder, noon)
  await store.close()
  expect((await readdir(folder)).filter((name) => !/^state\.sqlite-(?:wal|shm)$/.test(name))).toEqual([
    'lock',
    'state.sqlite',
  ])
})

it('is refused to a second server in the same process, which is told who has it and since when', async () => {
  const folder = join(root, 'held')
  const first = await openDataFolder(folder, noon)
  await expect(openDataFolder(folder, noon)).rejects.toThrow(
    `the data folder ${folder} is in use by process ${process.pid} (this one) since 2026-11-25T12:00:00.000Z: ` +
      'stop it, or choose another folder with --data, or keep state in memory with --ephemeral',
  )
  first.announce('http://127.0.0.1:5151')
  await expect(openDataFolder(folder, noon)).rejects.toThrow(
    `since 2026-11-25T12:00:00.000Z, which answers at http://127.0.0.1:5151: stop it`,
  )
  await first.store.close()
  await (await openDataFolder(folder, noon)).store.close()
})

it('believes the lock and not what a process left behind that was killed', async () => {
  const folder = await mkdtemp(join(root, 'stale-'))
  await writeFile(join(folder, 'holder.json'), JSON.stringify(holder))
  const { store } = await openDataFolder(folder, noon)
  expect(await readFile(join(folder, 'holder.json'), 'utf8')).toContain(`"pid":${process.pid}`)
  await store.close()
})

it.each([
  ['another machine', JSON.stringify(holder), 'process 4242 of elsewhere since 2026-01-01T00:00:00.000Z: stop it'],
  ['nonsense', '{"pid":', 'another process: stop it'],
  ['escape sequences', JSON.stringify({ ...holder, since: '\u001b[2J' }), 'another process: stop it'],
  ['nothing', 'null', 'another process: stop it'],
])('names who holds it when the record tells of %s', async (_, record, expected) => {
  const folder = await mkdtemp(join(root, 'record-'))
  const { store } = await openDataFolder(folder, noon)
  await writeFile(join(folder, 'holder.json'), record)
  await expect(openDataFolder(folder, noon)).rejects.toThrow(`is in use by ${expected}`)
  await store.close()
})

it('lets go of a folder whose file it cannot read', async () => {
  const folder = await mkdtemp(join(root, 'bad-'))
  await writeFile(join(folder, 'state.sqlite'), 'no database, '.repeat(100))
  await expect(openDataFolder(folder, noon)).rejects.toThrow('is no SQLite file, or is damaged')
  await rm(join(folder, 'state.sqlite'))
  await (await openDataFolder(folder, noon)).store.close()
})

it('says so when the lock is no file', async () => {
  const folder = await mkdtemp(join(root, 'lock-'))
  await mkdir(join(folder, 'lock'))
  await expect(openDataFolder(folder, noon)).rejects.toThrow(
    `${join(folder, 'lock')} cannot be locked (Failed to open database: unable to open database file): choose another folder`,
  )
})

it('falls back to memory only where nobody named a folder', async () => {
  const file = join(root, 'file')
  await writeFile(file, '')
  const said: string[] = []
  const log = { info() {}, warn: (text: string) => void said.push(text), error() {} }
  const state = await openState({ ephemeral: false, defaultData: join(file, 'x') }, log, noon)
  expect([state.folder, said]).toEqual([undefined, []])
  state.announce('http://127.0.0.1:1')
  expect(said).toEqual([
    `STATE IS KEPT IN MEMORY AND ENDS WITH THIS PROCESS: the data folder ${join(file, 'x')} cannot be made or written: ` +
      'choose another with --data or "data:", or keep state in memory with --ephemeral',
  ])
  await expect(openState({ ephemeral: false, data: join(file, 'x'), defaultData: root }, log, noon)).rejects.toThrow(
    'cannot be made or written',
  )
  const asked = await openState({ ephemeral: true, defaultData: root }, log, noon)
  expect(asked.folder).toBe(undefined)
})

import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ListedObject, ObjectError, type Objects } from '../objects.ts'
import { createObjects } from './create-objects.ts'

let root: string
let objects: Objects

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'outcrop-objects-')))
  await mkdir(join(root, 'open'))
  await writeFile(join(root, 'secret.txt'), 'secret')
  objects = createObjects({ folders: [join(root, 'open')] })
})

afterEach(() => rm(root, { recursive: true, force: true }))

const inside = (name: string): string => `file://${root}/open/${name}`

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = []
  for await (const item of items) collected.push(item)
  return collected
}

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.concat(await collect(bytes)).toString()
}

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

async function kindOf(work: () => Promise<unknown>): Promise<string> {
  const thrown: unknown = await work().then(
    () => 'nothing was thrown',
    (error: unknown) => error,
  )
  return thrown instanceof ObjectError ? thrown.kind : String(thrown)
}

describe('files in an open folder', () => {
  it('are written whole, in folders that are made for them, and read back from any byte on', async () => {
    const uri = inside('a/b%20c/%C3%A9.jsonl')
    expect(await objects.write(uri, pieces('one\n', 'two\n'))).toBe(8)
    expect(await readFile(join(root, 'open/a/b c/é.jsonl'), 'utf8')).toBe('one\ntwo\n')
    expect(await objects.size(uri)).toBe(8)
    expect(await textOf(objects.read(uri))).toBe('one\ntwo\n')
    expect(await textOf(objects.read(uri, { start: 5 }))).toBe('wo\n')
    expect(await textOf(objects.read(uri, { start: 8 }))).toBe('')
    expect(await textOf(objects.read(uri, { start: 80 }))).toBe('')
  })

  it('are not seen before they are complete, and leave nothing behind when they never are', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half')
      expect(await objects.size(inside('x'))).toBeUndefined()
      expect(await collect(objects.list(inside('')))).toEqual([])
      throw new Error('the source broke')
    }
    await expect(objects.write(inside('x'), broken())).rejects.toThrow('the source broke')
    expect(await readdir(join(root, 'open'))).toEqual([])
  })

  it('replace what had their name', async () => {
    await objects.write(inside('x'), Buffer.from('a longer text'))
    await objects.write(inside('x'), Buffer.from('short'))
    expect(await textOf(objects.read(inside('x')))).toBe('short')
  })

  it('are listed in the order in which S3 lists keys, with those of folders among them', async () => {
    for (const name of ['b/2', 'b.jsonl', 'b/1', 'a', 'c/d/e', 'é']) {
      await objects.write(inside(encodeURI(name)), Buffer.from(name))
    }
    const listed: ListedObject[] = await collect(objects.list(inside('')))
    expect(listed.map(({ uri, size }) => [uri.slice(inside('').length), size])).toEqual([
      ['a', 1],
      ['b.jsonl', 7],
      ['b/1', 3],
      ['b/2', 3],
      ['c/d/e', 5],
      ['%C3%A9', 2],
    ])
    const under = await collect(objects.list(inside('b')))
    expect(under.map(({ uri }) => uri)).toEqual([inside('b.jsonl'), inside('b/1'), inside('b/2')])
    expect(await collect(objects.list(inside('nothing/here')))).toEqual([])
  })

  it('that are not there have no size, and cannot be read', async () => {
    expect(await objects.size(inside('no/such'))).toBeUndefined()
    await expect(textOf(objects.read(inside('no/such')))).rejects.toMatchObject({
      name: 'ObjectError',
      kind: 'missing',
      message: `${inside('no/such')}: there is no such file.`,
    })
  })

  it('are no folders', async () => {
    await mkdir(join(root, 'open/folder/full'), { recursive: true })
    expect(await objects.size(inside('folder'))).toBeUndefined()
    expect(await kindOf(() => textOf(objects.read(inside('folder'))))).toBe('invalid')
    expect(await kindOf(() => objects.write(inside('folder'), Buffer.from('x')))).toBe('invalid')
    expect(await kindOf(() => objects.write(inside('folder/'), Buffer.from('x')))).toBe('invalid')
    expect(await readdir(join(root, 'open/folder'))).toEqual(['full'])
  })

  it('stop being read and written when the caller leaves, with his reason', async () => {
    const leaving = new AbortController()
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        yield Buffer.from('x')
        leaving.abort(new Error('enough'))
      }
    }
    await expect(objects.write(inside('x'), endless(), leaving.signal)).rejects.toThrow('enough')
    await expect(textOf(objects.read(inside('x'), { signal: leaving.signal }))).rejects.toThrow('enough')
    expect(await readdir(join(root, 'open'))).toEqual([])
  })
})

describe('files anywhere else', () => {
  it('are neither read, measured, listed nor written, and the refusal names the setting', async () => {
    const outside = `file://${root}/secret.txt`
    expect(await kindOf(() => textOf(objects.read(outside)))).toBe('denied')
    expect(await kindOf(() => objects.size(outside))).toBe('denied')
    expect(await kindOf(() => collect(objects.list(`file://${root}/`)))).toBe('denied')
    expect(await kindOf(() => objects.write(`file://${root}/new/x`, Buffer.from('x')))).toBe('denied')
    expect(await readdir(root)).toEqual(['open', 'secret.txt'])
    await expect(objects.size(outside)).rejects.toThrow(
      `${outside} is in no folder that is open to this endpoint. Add its folder to batch.folders in the endpoint's configuration, as in batch: {folders: [./jobs]}.`,
    )
  })

  it('are not told of: what is there and what is not are refused alike', async () => {
    expect(await kindOf(() => objects.size(`file://${root}/secret.txt`))).toBe('denied')
    expect(await kindOf(() => objects.size(`file://${root}/not-there.txt`))).toBe('denied')
  })

  it('are not reached by a folder whose name begins as that of an open one', async () => {
    await mkdir(join(root, 'opened'))
    expect(await kindOf(() => objects.write(`file://${root}/opened/x`, Buffer.from('x')))).toBe('denied')
  })

  it('are not reached by links, whether to a file, to a folder or to what is not there yet', async () => {
    await symlink(join(root, 'secret.txt'), join(root, 'open/link'))
    await symlink(root, join(root, 'open/out'))
    await symlink(join(root, 'later'), join(root, 'open/dangling'))
    expect(await kindOf(() => textOf(objects.read(inside('link'))))).toBe('denied')
    expect(await kindOf(() => textOf(objects.read(inside('out/secret.txt'))))).toBe('denied')
    expect(await kindOf(() => objects.write(inside('out/new'), Buffer.from('x')))).toBe('denied')
    expect(await kindOf(() => objects.write(inside('dangling/new'), Buffer.from('x')))).not.toBe('nothing was thrown')
    expect(await collect(objects.list(inside('')))).toEqual([])
    expect(await kindOf(() => objects.write(inside('link'), Buffer.from('mine')))).toBe('denied')
    expect(await readFile(join(root, 'secret.txt'), 'utf8')).toBe('secret')
    expect((await readdir(root)).toSorted()).toEqual(['open', 'secret.txt'])
  })

  it('are reached by links that stay inside', async () => {
    await objects.write(inside('real/x'), Buffer.from('x'))
    await symlink('real/x', join(root, 'open/link'))
    expect(await textOf(objects.read(inside('link')))).toBe('x')
    expect((await collect(objects.list(inside('')))).map(({ uri }) => uri)).toEqual([inside('link'), inside('real/x')])
  })

  it.each([
    'file:///%2e%2e/secret.txt',
    'file://host/x',
    'file:/x',
    'file:relative',
    'FILE:///x',
    'file:///a%2Fb',
    'file:///a%00b',
    'file:///a%zz',
    'file:///a//b',
    'file:///a?b',
    'file:///a#b',
    'https://bucket.s3.amazonaws.com/key',
    '/etc/passwd',
    '',
  ])('are not named by %j', async (uri) => {
    expect(await kindOf(() => objects.size(uri))).toBe('invalid')
  })

  it('are not reached by dots, encoded or not', async () => {
    expect(await kindOf(() => objects.size(inside('../secret.txt')))).toBe('invalid')
    expect(await kindOf(() => objects.size(inside('%2E%2e/secret.txt')))).toBe('invalid')
    expect(await kindOf(() => objects.size(inside('%252e%252e/secret.txt')))).toBe('nothing was thrown')
  })
})

it('refuses buckets where no S3 is configured, and says how to', async () => {
  await expect(objects.size('s3://bucket/key')).rejects.toMatchObject({
    kind: 'absent',
    message: expect.stringContaining(
      's3://bucket/key: this endpoint has no S3. Add one to its configuration, as in s3:',
    ),
  })
})

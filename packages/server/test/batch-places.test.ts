import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { defaultConfig } from '../src/config/config.ts'
import { loadConfig } from '../src/config/load-config.ts'
import { createObjects } from '../src/storage/objects/create-objects.ts'
import { openObjects } from '../src/storage/objects/open-objects.ts'
import {
  createJob,
  makeFolder,
  orderOf,
  readLinesOf,
  recordOf,
  startBatchServer,
  waitForJob,
  writeInput,
} from './support/batch.ts'

const load = (text: string, env: Readonly<Record<string, string>> = {}) => loadConfig({ file: 'c.yaml', text, env })

describe('where batch jobs may read and write', () => {
  it('is, on an open endpoint that only this machine can call, the folder of temporary files among others', async () => {
    const folder = await makeFolder()
    const input = await writeInput(folder, 'in.jsonl', [recordOf('A', 'Hello')])
    const server = await startBatchServer({}, {}, { objects: await openObjects(defaultConfig) })
    const id = await createJob(server, orderOf(input, `${pathToFileURL(folder).href}/out/`))
    expect(await waitForJob(server, id)).toMatchObject({ status: 'Completed' })
    const [line] = await readLinesOf(join(folder, 'out', id, 'in.jsonl.out'))
    expect(line).toMatchObject({ recordId: 'A', modelOutput: { type: 'message' } })
  })

  it('is nowhere on a strict endpoint, and on one that others can call', async () => {
    const folder = await makeFolder()
    const uri = `${pathToFileURL(folder).href}/x`
    const refusal = { kind: 'denied', message: expect.stringContaining('batch.folders') }
    const strict = await openObjects({ ...defaultConfig, auth: { mode: 'strict', credentials: [] } })
    await expect(strict.size(uri)).rejects.toMatchObject(refusal)
    const afar = await openObjects({ ...defaultConfig, insecure: true, listen: { host: '0.0.0.0', port: 0 } })
    await expect(afar.size(uri)).rejects.toMatchObject(refusal)
  })

  it('is in the folders of the configuration alone, meant from where its file is', async () => {
    const folder = await makeFolder()
    await mkdir(join(folder, 'jobs'))
    await writeFile(join(folder, 'outcrop.yaml'), 'batch: {folders: [./jobs]}\n')
    const config = await loadConfig({ file: join(folder, 'outcrop.yaml') })
    expect(config.batch.folders).toEqual([join(folder, 'jobs')])
    const objects = await openObjects(config)
    expect(await objects.size(`${pathToFileURL(folder).href}/jobs/x`)).toBeUndefined()
    await expect(objects.size(`${pathToFileURL(folder).href}/x`)).rejects.toMatchObject({ kind: 'denied' })
  })

  it('is never in the folder where the endpoint keeps its state', async () => {
    const folder = await makeFolder()
    const data = join(folder, 'data')
    await mkdir(data)
    await writeFile(join(data, 'state.sqlite'), 'secret')
    const objects = createObjects({ folders: [folder], closed: [data] })
    const uri = `${pathToFileURL(data).href}/state.sqlite`
    await expect(objects.size(uri)).rejects.toMatchObject({ kind: 'denied' })
    await expect(objects.write(`${pathToFileURL(data).href}/new/x`, Buffer.from('x'))).rejects.toMatchObject({
      kind: 'denied',
    })
    expect(await objects.size(`${pathToFileURL(folder).href}/other`)).toBeUndefined()
  })

  it('is in no bucket until an S3 is named, by the configuration or by AWS_ENDPOINT_URL_S3', async () => {
    expect(defaultConfig.s3).toBeUndefined()
    await expect(createObjects({ folders: [] }).size('s3://bucket/key')).rejects.toMatchObject({ kind: 'absent' })
    const named = await loadConfig({ env: { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9000' } })
    expect(named.s3).toEqual({ endpoint: 'http://127.0.0.1:9000', credentials: 'default' })
    // This one may be the endpoint's own address.
    expect((await loadConfig({ env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:5151' } })).s3).toBeUndefined()
  })
})

describe('the section s3 of the configuration', () => {
  it('names an S3 with keys of the environment', async () => {
    const text =
      's3: {endpoint: "http://127.0.0.1:9000", region: eu-west-1, accessKeyId: AKIAX, secretAccessKey: "${S}", pathStyle: false}'
    expect((await load(text, { S: 'secret' })).s3).toEqual({
      endpoint: 'http://127.0.0.1:9000',
      region: 'eu-west-1',
      pathStyle: false,
      credentials: { accessKeyId: 'AKIAX', secretAccessKey: 'secret' },
    })
    expect((await load('s3: {credentials: default}')).s3).toEqual({ credentials: 'default' })
  })

  it.each([
    [
      's3: {endpoint: "http://127.0.0.1:9000"}',
      'expected an accessKeyId with its secretAccessKey, or credentials: default',
    ],
    ['s3: {accessKeyId: AKIAX}', 'expected an accessKeyId with its secretAccessKey, or credentials: default'],
    [
      's3: {credentials: default, accessKeyId: AKIAX, secretAccessKey: x}',
      'expected either keys or credentials: default, found both',
    ],
    ['s3: {endpoint: "ftp://x"}', 'endpoint: expected a URL of an S3'],
    ['s3: {endpoint: "http://user:password@x"}', 'endpoint: expected a URL of an S3'],
  ])('is refused as %s', async (text, complaint) => {
    await expect(load(text)).rejects.toThrow(complaint)
  })
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'
import { expect, it } from 'vitest'
import { ask, createJob, makeFolder, orderOf, readLinesOf, recordOf, waitForJob, writeInput } from './support/batch.ts'

async function bundle(folder: string): Promise<string> {
  const binding = fileURLToPath(import.meta.resolve('@photostructure/sqlite'))
  const made = await rolldown({
    input: fileURLToPath(new URL('support/batch-server.fixture.ts', import.meta.url)),
    platform: 'node',
    // Our own packages as they are written: what is built may be of another day.
    resolve: {
      alias: { '@photostructure/sqlite': binding },
      conditionNames: ['outcrop-source', 'import', 'node', 'default'],
    },
    external: [binding, /^(@aws-sdk|@smithy)\/|^undici$/],
  })
  const file = join(folder, 'batch-server.mjs')
  await made.write({ file, codeSplitting: false })
  await made.close()
  return file
}

interface Process {
  readonly url: string
  kill(): Promise<void>
}

async function start(program: string, data: string): Promise<Process> {
  const child = spawn(process.execPath, [program, data], { stdio: ['ignore', 'pipe', 'pipe'] })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text))
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (bytes: Buffer) => resolve(String(bytes).trim()))
    child.once('exit', () => reject(new Error(complaint)))
  })
  return {
    url,
    async kill() {
      const gone = once(child, 'close')
      child.kill('SIGKILL')
      await gone
    },
  }
}

it('has every record once, and a manifest that agrees, however often its process is killed', async () => {
  const folder = await makeFolder()
  const program = await bundle(folder)
  const data = join(folder, 'data')
  const count = 3000
  const all = Array.from({ length: count }, (_, index) =>
    recordOf(`r${index}`, `Number ${index}`, index % 10 === 3 ? { max_tokens: -1 } : {}),
  )
  await writeInput(folder, 'a.jsonl', all.slice(0, 1700))
  await writeInput(folder, 'b.jsonl', all.slice(1700))
  let server = await start(program, data)
  const input = `${pathToFileURL(folder).href}/`
  const id = await createJob(server, orderOf(input, pathToFileURL(join(folder, 'out')).href))
  const seen: number[] = []
  let kills = 0
  for (;;) {
    await wait(5 + Math.random() * 60)
    const { body } = await ask(server, 'GET', `/model-invocation-job/${id}`)
    seen.push(Number(body['processedRecordCount']))
    if (body['status'] === 'Completed' || kills === 12) break
    await server.kill()
    kills += 1
    server = await start(program, data)
  }
  const job = await waitForJob(server, id)
  await server.kill()
  expect(job).toMatchObject({
    status: 'Completed',
    totalRecordCount: count,
    processedRecordCount: count,
    successRecordCount: 2700,
    errorRecordCount: 300,
  })
  expect(kills).toBeGreaterThan(1)
  expect(seen.toSorted((a, b) => a - b)).toEqual(seen)
  const out = join(folder, 'out', id)
  const lines = [...(await readLinesOf(join(out, 'a.jsonl.out'))), ...(await readLinesOf(join(out, 'b.jsonl.out')))]
  expect(lines.map(({ recordId }) => recordId)).toEqual(all.map((_, index) => `r${index}`))
  const usages = lines.flatMap(({ modelOutput }) => {
    const { usage } = Object(modelOutput ?? {}) as { usage?: { input_tokens: number; output_tokens: number } }
    return usage === undefined ? [] : [usage]
  })
  expect(await readLinesOf(join(out, 'manifest.json.out'))).toEqual([
    {
      totalRecordCount: count,
      processedRecordCount: count,
      successRecordCount: 2700,
      errorRecordCount: 300,
      inputTokenCount: usages.reduce((sum, { input_tokens }) => sum + input_tokens, 0),
      outputTokenCount: usages.reduce((sum, { output_tokens }) => sum + output_tokens, 0),
    },
  ])
}, 120_000)

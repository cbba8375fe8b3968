import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let root = ''

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), text)
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'outcrop-bin-'))
  await mkdir(join(root, 'packages/cli/bin'), { recursive: true })
  for (const file of ['bin/outcrop.js', 'package.json']) {
    await copyFile(fileURLToPath(new URL(`../${file}`, import.meta.url)), join(root, 'packages/cli', file))
  }
})
afterEach(() => rm(root, { recursive: true }))

function run(...argv: readonly string[]) {
  return new Promise<{ readonly code: number | string; readonly out: string; readonly err: string }>((resolve) => {
    execFile(process.execPath, [join(root, 'packages/cli/bin/outcrop.js'), ...argv], (error, out, err) => {
      resolve({ code: error === null ? 0 : (error.code ?? 'killed'), out, err })
    })
  })
}

const main = `export const main = async (argv) => { process.stdout.write('ran ' + argv.join(' ') + '\\n'); return argv.length }\n`

/** A checkout after \`npm ci\`, whose compiler is slow, noisy, and counts how often it ran. */
async function checkout(compiler: string): Promise<void> {
  await put('tsconfig.json', '{}')
  await put('packages/protocol/src/index.ts', '')
  await put('node_modules/typescript/package.json', '{"type":"commonjs"}')
  await put('node_modules/typescript/bin/tsc', compiler)
  await put('tools/bundle-client.js', bundler)
}

const compiler = `
const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs')
const root = process.argv[3]
console.log('compiler noise')
appendFileSync(root + 'runs', process.argv[2])
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
for (const name of ['protocol', 'client', 'server', 'cli']) {
  mkdirSync(root + 'packages/' + name + '/dist', { recursive: true })
  writeFileSync(root + 'packages/' + name + '/dist/main.js', ${JSON.stringify(main)})
  writeFileSync(root + 'packages/' + name + '/dist/.tsbuildinfo', '')
}
`

const bundler = `
const { appendFileSync, mkdirSync } = require('node:fs')
const { join } = require('node:path')
appendFileSync(join(__dirname, '../runs'), ' bundled')
mkdirSync(join(__dirname, '../packages/client/dist/bundle'))
`

describe('the door of the CLI', () => {
  it('passes the command line on, and the exit code back', async () => {
    await put('packages/cli/dist/main.js', main)
    expect(await run('env', '--json')).toEqual({ code: 2, out: 'ran env --json\n', err: '' })
  })

  it('compiles a fresh checkout once, on standard error, however many ask at the same time', async () => {
    await checkout(compiler)
    const answers = await Promise.all([run('env'), run('env'), run('env')])
    expect(answers.map(({ code, out }) => [code, out])).toEqual([
      [1, 'ran env\n'],
      [1, 'ran env\n'],
      [1, 'ran env\n'],
    ])
    expect(answers.map(({ err }) => err).join('')).toBe('outcrop: compiling, once for this checkout\ncompiler noise\n')
    expect(await readFile(join(root, 'runs'), 'utf8')).toBe('-b bundled')
    expect((await run('env')).err).toBe('')
  })

  it('says what to do when the checkout does not compile', async () => {
    await checkout('process.exit(2)')
    const told =
      'outcrop: compiling, once for this checkout\noutcrop: the checkout does not compile: "npm run build" says why\n'
    expect(await run('env')).toEqual({ code: 1, out: '', err: told })
    expect(await run('env')).toEqual({ code: 1, out: '', err: told })
  })

  it('says what to do when nothing is installed', async () => {
    await checkout('')
    await rm(join(root, 'node_modules/typescript'), { recursive: true })
    expect(await run('env')).toEqual({
      code: 1,
      out: '',
      err: 'outcrop: this checkout has no dependencies yet: run "npm ci" first\n',
    })
  })

  it('says what to do when an installed package is incomplete', async () => {
    expect(await run('env')).toEqual({
      code: 1,
      out: '',
      err: 'outcrop: this installation is incomplete: install the package "outcrop" again\n',
    })
  })
})

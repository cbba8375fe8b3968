import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const example = fileURLToPath(new URL('../examples/node.test.js', import.meta.url))

function run(command: readonly string[]): Promise<{ readonly code: number | null; readonly out: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, { cwd: root, env: { ...process.env, NODE_TEST_CONTEXT: undefined } })
    let out = ''
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.on('error', reject).on('close', (code) => resolve({ code, out }))
  })
}

describe('the examples', () => {
  it('pass with node:test on what is built, without anything else', { timeout: 120_000 }, async () => {
    await run(['node_modules/typescript/bin/tsc', '-b', 'packages/testkit'])
    const { code, out } = await run(['--test', '--test-reporter=tap', example])
    expect(out).toContain('# pass 3')
    expect(code).toBe(0)
  })

  it('are what the reference page shows', async () => {
    const page = await readFile(new URL('../../../docs/reference/scripts.md', import.meta.url), 'utf8')
    expect(/```js\n([^]*?)```/.exec(page)?.[1]).toBe(await readFile(example, 'utf8'))
  })
})

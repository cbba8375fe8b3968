// Claude Code itself, in print mode, as Bedrock, as mantle and as Anthropic's own API.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { requirement, run, target } from './harness.js'

const { node, outcrop } = target.tools
// The package's own way to its binary where no install script has run.
const claude = join(import.meta.dirname, 'node_modules', '@anthropic-ai', 'claude-code', 'cli-wrapper.cjs')

/** Asks Claude Code in a shell that knows nothing but `outcrop env --claude-code MODE`. @param {string} mode */
async function ask(mode) {
  const home = mkdtempSync(join(tmpdir(), 'outcrop-claude-code-'))
  const script = `set -e
eval "$("${node}" "${outcrop}" env --shell sh --claude-code ${mode} --url ${target.urls.open})"
exec "${node}" "${claude}" -p "Say hello" --output-format json`
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
  }
  try {
    const { stdout } = await promisify(execFile)('sh', ['-c', script], { env, cwd: home, timeout: 55_000 })
    return JSON.parse(stdout)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

for (const mode of ['bedrock', 'mantle', 'plain']) {
  requirement(`claude-code.${mode}`, async () => {
    const { is_error, result, usage } = await ask(mode)
    assert.equal(is_error, false, result)
    assert.match(result, /simulator/)
    const read = usage.input_tokens + usage.cache_creation_input_tokens + usage.cache_read_input_tokens
    assert.ok(read > 1000 && usage.output_tokens > 0, JSON.stringify(usage))
  })
}

await run('claude-code')

// `npm run examples`: every story in a process of its own, against an endpoint in strict mode, found through the environment. The
// programs of `drop-in/` are written for Anthropic's client; they run with it and, with nothing but that import changed, with ours,
// and have to say the same.
import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startOutcrop } from '@outcrop/testkit'
import { installLocked } from '../tools/install-locked.js'
import { packPackages } from '../tools/packaging/pack.js'

const here = import.meta.dirname
const work = join(here, '.work')
const run = promisify(execFile)
const theirs = "import { AnthropicBedrock } from '@anthropic-ai/bedrock-sdk'"
const ours = "import { AnthropicBedrock } from '@outcrop/client'"

/**
 * The simulator chooses its words by the whole request, and the two clients ask for different versions of the API: what is
 * compared is told to it.
 * @type {import('@outcrop/testkit').Script[]}
 */
const script = [
  { match: { text: 'Hello!' }, reply: { text: 'Good morning! How may I help?', usage: { outputTokens: 9 } } },
  { match: { text: 'files of a folder' }, reply: { text: 'Walk through it, and through what is in it.' } },
]

installLocked(here)
let passed = 0
let failed = 0
for (const story of ['anthropic-sdk', 'ai-sdk', 'langchain']) {
  await show(story, async () => void (await tell(join(here, story, 'main.js'))))
}
rmSync(work, { recursive: true, force: true })
mkdirSync(work)
// As it would be installed: beside the same `@anthropic-ai/sdk` as Anthropic's client.
packPackages(['protocol', 'client'], work)
for (const name of readdirSync(join(here, 'drop-in'))) await show(`drop-in/${name}`, () => compare(name))
rmSync(work, { recursive: true, force: true })
console.log(`examples: ${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1

/** @param {string} name @param {() => Promise<void>} story */
async function show(name, story) {
  try {
    await story()
    passed += 1
    console.log(`ok   ${name}`)
  } catch (error) {
    failed += 1
    console.log(`FAIL ${name}\n${error instanceof Error ? (error.stderr ?? error.message) : String(error)}`)
  }
}

/** Runs a program with an endpoint of its own and gives what it said. @param {string} file */
async function tell(file) {
  const outcrop = await startOutcrop({ auth: 'strict', fidelity: 'aws', seed: 'examples', script })
  try {
    const { PATH, HOME } = process.env
    const { stdout } = await run(process.execPath, [file], { env: { PATH, HOME, ...outcrop.env }, timeout: 60_000 })
    return stdout
  } finally {
    await outcrop.close()
  }
}

/** @param {string} name */
async function compare(name) {
  const file = join(here, 'drop-in', name)
  const program = readFileSync(file, 'utf8')
  if (program.split(theirs).length !== 2) throw new Error(`${name} has to import AnthropicBedrock once`)
  const changed = join(work, name)
  writeFileSync(changed, program.replace(theirs, ours))
  const [expected, found] = [anonymous(await tell(file)), anonymous(await tell(changed))]
  if (expected.trim() === '') throw new Error(`${name} says nothing`)
  if (expected !== found) throw new Error(`with Anthropic's client:\n${expected}\nwith ours:\n${found}`)
}

/** Ids are of one call alone. @param {string} text */
function anonymous(text) {
  return text.replaceAll(/\b(msg|toolu)_(bdrk_)?\w+/g, '$1')
}

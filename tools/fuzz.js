// `npm run fuzz`: the fuzz targets of `npm test`, for as long as you say. Without --seed every run tries other inputs;
// a failure prints what brings it back.
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'

const usage = `npm run fuzz -- [--seconds N] [--seed N] [--target NAME [--path PATH]]

  --seconds N     how long to go on, over all targets (60)
  --seed N        what to begin with: equal seeds try equal inputs (chosen by chance)
  --target NAME   one target alone
  --path PATH     begin at one input of a seed, as a failure prints it`

/** @param {string} message @returns {never} */
function refuse(message) {
  console.error(`fuzz: ${message}\n\n${usage}`)
  process.exit(1)
}

/** @param {string} name @param {string} text @param {number} most */
function wholeNumber(name, text, most) {
  if (/^\d{1,10}$/.test(text) && Number(text) <= most) return text
  return refuse(`--${name}: expected a whole number up to ${most}, found "${text}"`)
}

function readArguments() {
  const text = /** @type {const} */ ({ type: 'string' })
  try {
    return parseArgs({ options: { seconds: text, seed: text, target: text, path: text, help: { type: 'boolean' } } })
      .values
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error))
  }
}

const given = readArguments()
if (given.help === true) {
  console.log(usage)
  process.exit(0)
}
if (given.path !== undefined && given.target === undefined) refuse('--path: expected a --target with it')
if (given.path !== undefined && given.seed === undefined) refuse('--path: expected a --seed with it')
if (given.path !== undefined && !/^\d+(?::\d+)*$/.test(given.path))
  refuse('--path: expected numbers with colons between them')
const seconds = wholeNumber('seconds', given.seconds ?? '60', 604_800)
const seed = wholeNumber('seed', given.seed ?? String(Math.floor(Math.random() * 2_147_483_648)), 2_147_483_647)

console.log(`fuzz: seed ${seed}, ${seconds} seconds`)
const { status } = spawnSync('npx', ['--no-install', 'vitest', 'run', 'packages/server/test/fuzz/fuzz.test.ts'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    OUTCROP_FUZZ_SEED: seed,
    OUTCROP_FUZZ_SECONDS: seconds,
    ...(given.target !== undefined && { OUTCROP_FUZZ_TARGET: given.target }),
    ...(given.path !== undefined && { OUTCROP_FUZZ_PATH: given.path }),
  },
})
console.log(status === 0 ? `fuzz: nothing found (seed ${seed})` : `fuzz: something was found (seed ${seed})`)
process.exitCode = status === 0 ? 0 : 1

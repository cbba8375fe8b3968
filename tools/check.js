// `npm run check`: format, lint, types, boundaries and dead code, all of them even when one fails.
import { spawnSync } from 'node:child_process'

/** @type {ReadonlyArray<readonly [name: string, command: string, args: readonly string[]]>} */
const steps = [
  ['format', 'prettier', ['--check', '--log-level', 'warn', '.']],
  // The linter reads the types of other packages from what is built.
  ['build', 'tsc', ['-b']],
  ['lint', 'oxlint', ['--type-aware', '--deny-warnings', '.']],
  ['types', 'tsc', ['-p', 'tsconfig.tests.json']],
  ['boundaries', 'depcruise', ['packages', '--config', '.dependency-cruiser.cjs', '--output-type', 'err']],
  ['dead code', 'knip', ['--no-progress']],
]

const failed = []
for (const [name, command, args] of steps) {
  const started = process.hrtime.bigint()
  const { status } = spawnSync('npx', ['--no-install', command, ...args], { stdio: 'inherit' })
  const seconds = Number((process.hrtime.bigint() - started) / 10_000_000n) / 100
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`)
  if (status !== 0) failed.push(name)
}

console.log(`check: ${steps.length - failed.length} passed, ${failed.length} failed`)
process.exitCode = failed.length === 0 ? 0 : 1

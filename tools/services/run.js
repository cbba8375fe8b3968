// `npm run test:services`: runs the suites that need services of others, `*.services.test.ts`, against real ones that are
// installed here, started on free ports of loopback, and stopped at the end. PostgreSQL and Redis are neither: no suite wants them.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startMoto, startVersitygw } from './s3-servers.js'

const root = join(import.meta.dirname, '..', '..')

/** How suites are told where each service is. @type {ReadonlyArray<readonly [name: string, prefix: string, start: typeof startMoto]>} */
const services = [
  ['versitygw', 'OUTCROP_TEST_S3', startVersitygw],
  ['moto', 'OUTCROP_TEST_MOTO', startMoto],
]

const started = await Promise.all(
  services.map(async ([name, prefix, start]) => {
    const began = Date.now()
    try {
      const server = await start()
      console.log(`${name} answers at ${server.url} (${((Date.now() - began) / 1000).toFixed(1)} s)`)
      return { prefix, server }
    } catch (error) {
      console.error(`${name} cannot be had here: ${error instanceof Error ? error.message : String(error)}`)
      return { prefix, server: undefined }
    }
  }),
)
const missing = started.filter(({ server }) => server === undefined).length

const stopAll = () => Promise.all(started.map(async ({ server }) => server?.stop()))
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(signal, () => void stopAll().finally(() => process.exit(1)))
}

try {
  const { passed, failed } = await runSuites(
    Object.fromEntries(
      started.flatMap(({ prefix, server }) =>
        server === undefined
          ? []
          : [
              [`${prefix}_URL`, server.url],
              [`${prefix}_ACCESS_KEY_ID`, server.accessKeyId],
              [`${prefix}_SECRET_ACCESS_KEY`, server.secretAccessKey],
            ],
      ),
    ),
  )
  console.log(`${passed} passed, ${failed + missing} failed`)
  process.exitCode = failed + missing === 0 && passed > 0 ? 0 : 1
} finally {
  await stopAll()
}

/** @param {Record<string, string>} env @returns {Promise<{ passed: number, failed: number }>} */
async function runSuites(env) {
  const folder = mkdtempSync(join(tmpdir(), 'outcrop-services-'))
  const report = join(folder, 'report.json')
  try {
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
    const args = ['run', '--config', 'vitest.services.config.ts', '--reporter=default', '--reporter=json']
    const child = spawn(process.execPath, [vitest, ...args, `--outputFile.json=${report}`], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    })
    const [code] = await once(child, 'close')
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'))
    // A file that cannot be loaded has no test that could fail.
    return { passed: numPassedTests, failed: code !== 0 && numFailedTests === 0 ? 1 : numFailedTests }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

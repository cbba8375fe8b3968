// Real S3 servers of others, installed apart from the workspace in their pinned versions.
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runToEnd } from '../../conformance/process.js'
import { startService } from './child.js'

/** @typedef {{ url: string, accessKeyId: string, secretAccessKey: string, stop: () => Promise<void> }} S3Server */

const work = join(import.meta.dirname, '.work')

/** https://github.com/versity/versitygw, Apache-2.0. */
const versitygw = 'github.com/versity/versitygw/cmd/versitygw@v1.8.0'

/**
 * Installs versitygw with Go and starts it over an empty folder: an S3 that checks every signature.
 * @returns {Promise<S3Server>}
 */
export async function startVersitygw() {
  const bin = join(work, createHash('sha256').update(versitygw).digest('hex').slice(0, 12))
  const command = join(bin, 'versitygw')
  if (!existsSync(command)) {
    mkdirSync(bin, { recursive: true })
    const env = { ...process.env, GOBIN: bin, GOFLAGS: '', GOWORK: 'off' }
    await runToEnd('go', ['install', '-trimpath', versitygw], { cwd: bin, env, limitMs: 1_200_000 })
  }
  const folder = mkdtempSync(join(tmpdir(), 'outcrop-s3-'))
  mkdirSync(join(folder, 'buckets'))
  // The disk of the machine may keep no extended attributes.
  mkdirSync(join(folder, 'attributes'))
  const keys = { accessKeyId: 'AKIASERVICESTESTONLY', secretAccessKey: randomUUID() }
  try {
    const service = await startService({
      command,
      args: (port) => [
        '--port',
        `127.0.0.1:${port}`,
        '--region',
        'us-east-1',
        '--quiet',
        'posix',
        '--sidecar',
        join(folder, 'attributes'),
        join(folder, 'buckets'),
      ],
      env: { ROOT_ACCESS_KEY_ID: keys.accessKeyId, ROOT_SECRET_ACCESS_KEY: keys.secretAccessKey },
    })
    const stop = async () => {
      await service.stop()
      rmSync(folder, { recursive: true, force: true })
    }
    return { url: service.url, ...keys, stop }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/**
 * Installs moto with pip and starts it: an S3 that has what versitygw lacks (lifecycle rules, buckets of several Regions) and
 * believes every signature.
 * @returns {Promise<S3Server>}
 */
export async function startMoto() {
  const list = join(import.meta.dirname, 'requirements.txt')
  const hash = createHash('sha256').update(readFileSync(list)).digest('hex').slice(0, 12)
  const venv = join(work, `moto-${hash}`)
  const stamp = join(venv, 'installed')
  if (!existsSync(stamp)) {
    rmSync(venv, { recursive: true, force: true })
    mkdirSync(work, { recursive: true })
    await runToEnd('python3', ['-m', 'venv', venv])
    const exactly = ['--quiet', '--disable-pip-version-check', '--require-hashes', '--no-deps']
    await runToEnd(join(venv, 'bin', 'pip'), ['install', ...exactly, '-r', list])
    writeFileSync(stamp, '')
  }
  const service = await startService({
    command: join(venv, 'bin', 'moto_server'),
    args: (port) => ['-H', '127.0.0.1', '-p', String(port)],
    env: { PYTHONDONTWRITEBYTECODE: '1' },
  })
  return { ...service, accessKeyId: 'AKIASERVICESTESTONLY', secretAccessKey: 'moto-believes-everybody' }
}

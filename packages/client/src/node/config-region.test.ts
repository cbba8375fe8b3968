import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { readConfigRegion, regionIn } from './config-region.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'outcrop-config-'))
  await mkdir(join(home, '.aws'))
  for (const name of ['AWS_CONFIG_FILE', 'AWS_PROFILE']) vi.stubEnv(name, undefined)
  vi.stubEnv('HOME', home)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(home, { recursive: true })
})

const text = `# mine
[default]
region = eu-west-1   # near
s3 =
  region = ap-south-1

[profile dev]
output=json
region=us-west-2

[profile "two words"]
region = eu-north-1
[profile empty]
region =
[sso-session dev]
region = ca-central-1
[dev]
region = sa-east-1
`

it.each([
  ['default', 'eu-west-1'],
  ['dev', 'us-west-2'],
  ['two words', 'eu-north-1'],
  ['empty', undefined],
  ['nobody', undefined],
])('reads the Region of the profile %j', (profile, region) => {
  expect(regionIn(text, profile)).toBe(region)
  expect(regionIn(text.replaceAll('\n', '\r\n'), profile)).toBe(region)
})

it('reads a hostile file in time that depends on its length alone', () => {
  const started = performance.now()
  expect(regionIn(`[default]\nregion =${' '.repeat(200_000)}\n${'['.repeat(200_000)}`, 'default')).toBe(undefined)
  expect(regionIn(`[default]\nregion = x${' #'.repeat(100_000)}`, 'default')).toBe('x')
  expect(performance.now() - started).toBeLessThan(2000)
})

it('takes the profile that is asked, else AWS_PROFILE, else the default', async () => {
  await writeFile(join(home, '.aws', 'config'), text)
  expect(await readConfigRegion()).toBe('eu-west-1')
  vi.stubEnv('AWS_PROFILE', 'dev')
  expect(await readConfigRegion()).toBe('us-west-2')
  expect(await readConfigRegion('two words')).toBe('eu-north-1')
})

it('reads the file that AWS_CONFIG_FILE names', async () => {
  await writeFile(join(home, 'other'), '[default]\nregion = eu-south-1\n')
  vi.stubEnv('AWS_CONFIG_FILE', join(home, 'other'))
  expect(await readConfigRegion()).toBe('eu-south-1')
})

it('has no Region without a file, and fails with one that cannot be read', async () => {
  expect(await readConfigRegion()).toBe(undefined)
  vi.stubEnv('AWS_CONFIG_FILE', home)
  await expect(readConfigRegion()).rejects.toThrow('EISDIR')
})

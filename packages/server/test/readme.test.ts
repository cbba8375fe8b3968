import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { loadConfig } from '../src/config/load-config.ts'

it('the configuration in the README loads as it stands', async () => {
  const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8')
  const blocks = [...readme.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text)
  const configuration = blocks.find((text) => text.includes('listen:')) ?? ''
  expect(configuration).not.toBe('')
  const env = {
    DEV_SECRET: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
    CI_BEDROCK_KEY: `ABSK${Buffer.from('BedrockAPIKey-ci-at-123456789012:hush').toString('base64')}`,
  }
  const config = await loadConfig({ file: '/etc/outcrop.yaml', text: configuration, env })
  expect(config).toMatchObject({ region: 'us-west-2', account: '123456789012', auth: { mode: 'strict' } })
})

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

/**
 * What is wrong with a package's manifest, suggestions included, and what of the published files should not or should be there.
 * @param {import('./pack.js').Packed} packed @returns {Promise<string[]>}
 */
export async function lintManifest({ folder }) {
  const { messages, pkg } = await publint({ pkgDir: folder, pack: false, strict: true })
  const faults = messages.map((message) => formatMessage(message, pkg) ?? message.code)
  for (const name of ['LICENSE', 'README.md']) if (!existsSync(join(folder, name))) faults.push(`${name} is missing`)
  if (existsSync(join(folder, 'dist', '.tsbuildinfo'))) faults.push('dist/.tsbuildinfo is published')
  return faults
}

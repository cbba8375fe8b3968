import { join } from 'node:path'
import { rolldown } from 'rolldown'

/**
 * Makes one ES module of an entry as an app for a browser or a worker is made; whatever only Node has makes it fail.
 * @param {string} folder @param {string} name @returns {Promise<string>} the path of the module
 */
export async function bundle(folder, name) {
  const build = await rolldown({
    input: join(folder, `${name}-entry.js`),
    platform: 'browser',
    onwarn: (warning) => {
      if (warning.code === 'UNRESOLVED_IMPORT') throw new Error(warning.message)
    },
  })
  const file = join(folder, `${name}.bundle.js`)
  try {
    await build.write({ file, format: 'esm', codeSplitting: false })
  } finally {
    await build.close()
  }
  return file
}

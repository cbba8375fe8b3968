import { builtinModules } from 'node:module'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'

/** The promise: the transport with everything that it loads at once. */
const mostBytes = 25_000

/** @typedef {{ name: string, figures: string[], faults: string[] }} Measured */

/**
 * How large the transport is for a browser, minified and gzipped: what is loaded at once, each part that is loaded when
 * needed, and all of it in one file.
 * @param {string} folder which has `node_modules` @returns {Promise<Measured[]>}
 */
export async function measureSizes(folder) {
  const entry = join(folder, 'transport-entry.mjs')
  writeFileSync(entry, "export * from '@outcrop/client/transport'\n")
  const chunks = await bundle(entry, true)
  const [inlined] = await bundle(entry, false)
  const atOnce = staticClosure(chunks)
  const bytes = sum(atOnce.map(gzipped))
  const isWhole = chunks.some(({ isEntry, exports }) => isEntry && exports.includes('createBedrockFetch'))
  const lazy = chunks.filter((chunk) => !atOnce.includes(chunk))
  return [
    {
      name: `the transport is at most ${kb(mostBytes)} KB minified and gzipped`,
      figures: [
        `loaded at once: ${kb(bytes)} KB (${kb(sum(atOnce.map(({ code }) => Buffer.byteLength(code))))} KB minified) in ${atOnce.length} chunk(s)`,
        ...largest(atOnce),
        ...lazy.map((chunk) => `loaded when needed: ${chunk.name} ${kb(gzipped(chunk))} KB`),
        `all in one file: ${inlined === undefined ? '?' : kb(gzipped(inlined))} KB`,
      ],
      faults: [
        ...(isWhole ? [] : ['createBedrockFetch is not exported, so nothing was measured']),
        ...(bytes <= mostBytes ? [] : [`${bytes} bytes are ${bytes - mostBytes} too many`]),
      ],
    },
    { name: 'the transport has no Node built-in in it', figures: [], faults: findBuiltins(chunks) },
  ]
}

/** @param {string} entry @param {boolean} split */
async function bundle(entry, split) {
  const build = await rolldown({ input: entry, platform: 'browser', treeshake: true, logLevel: 'silent' })
  try {
    const { output } = await build.generate({ format: 'esm', minify: true, codeSplitting: split })
    return output.filter((part) => part.type === 'chunk')
  } finally {
    await build.close()
  }
}

/** The entry and what it imports, directly or not, without waiting to be asked. @param {import('rolldown').OutputChunk[]} chunks */
function staticClosure(chunks) {
  const found = new Set(chunks.filter(({ isEntry }) => isEntry))
  for (const chunk of found) {
    for (const name of chunk.imports) {
      const imported = chunks.find(({ fileName }) => fileName === name)
      if (imported !== undefined) found.add(imported)
    }
  }
  return [...found]
}

/** What of a bundle is Node's alone: an import, or a global that browsers lack. @param {import('rolldown').OutputChunk[]} chunks */
function findBuiltins(chunks) {
  const own = new Set(chunks.map(({ fileName }) => fileName))
  const imported = chunks.flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports])
  const foreign = imported.filter((name) => !own.has(name))
  const faults = foreign.map((name) =>
    name.startsWith('node:') || builtinModules.includes(name) ? `imports Node's ${name}` : `imports ${name}`,
  )
  for (const { code, name } of chunks) {
    if (/(?<![.\w$])Buffer\b\s*[.(]/.test(code)) faults.push(`${name} uses Buffer`)
    if (/(?<![.\w$])process\s*\./.test(code)) faults.push(`${name} uses process`)
    if (/(?<![.\w$])require\s*\(/.test(code)) faults.push(`${name} uses require`)
  }
  return faults
}

/** The modules that weigh most, as they are before they are compressed. @param {import('rolldown').OutputChunk[]} chunks */
function largest(chunks) {
  const modules = chunks.flatMap(({ modules }) => Object.entries(modules))
  return modules
    .map(([id, { renderedLength }]) => ({ id: id.replace(/^.*node_modules\//, ''), renderedLength }))
    .sort((a, b) => b.renderedLength - a.renderedLength)
    .slice(0, 12)
    .map(({ id, renderedLength }) => `  ${kb(renderedLength)} KB before minifying: ${id}`)
}

/** @param {import('rolldown').OutputChunk} chunk */
const gzipped = ({ code }) => gzipSync(code, { level: 9 }).length

/** @param {readonly number[]} values */
const sum = (values) => values.reduce((total, value) => total + value, 0)

/** @param {number} bytes */
const kb = (bytes) => (bytes / 1000).toFixed(1)

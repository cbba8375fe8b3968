// What `@outcrop/client` gives Node, bundlers and browsers: one file a door, what doors share, and a file for each part that
// is loaded when it is first needed. Compiled alone the transport is 130 files, and opening those takes most of its import.
import { renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const client = join(dirname(fileURLToPath(import.meta.url)), '..', 'packages', 'client')
const doors = ['index', 'transport', 'cost', 'control', 's3', 'node', 'platform/node', 'platform/web']

const build = await rolldown({
  input: Object.fromEntries(doors.map((door) => [door, join(client, 'dist', `${door}.js`)])),
  platform: 'neutral',
  // Our own protocol is inside; whoever installs the client chooses all the rest, and `#platform` by where it runs.
  external: (id) => /^(#platform|node:|@anthropic-ai\/|@aws-sdk\/|@smithy\/|undici$)/.test(id),
  resolve: { conditionNames: ['import', 'default'] },
  logLevel: 'warn',
})
try {
  const dir = join(client, 'dist', `bundle-${process.pid}`)
  await build.write({ dir, format: 'esm', sourcemap: true, chunkFileNames: 'parts/[name].js' })
  // By its name it is there whole, or not at all.
  const bundle = join(client, 'dist', 'bundle')
  rmSync(bundle, { recursive: true, force: true })
  renameSync(dir, bundle)
} finally {
  await build.close()
}

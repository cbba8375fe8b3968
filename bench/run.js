// `npm run bench`: every concern beside its floor in one run. Ratios are the result; absolute times prove nothing on a shared machine.
import { benchAdmission } from './admission.js'
import { benchClient } from './client.js'
import { benchCounting } from './counting.js'
import { benchDocuments } from './documents.js'
import { benchInvoke } from './invoke.js'
import { benchStart } from './start.js'
import { benchStreams } from './streams.js'
import { benchTestkit } from './testkit.js'

const concerns = {
  start: benchStart,
  testkit: benchTestkit,
  invoke: benchInvoke,
  admission: benchAdmission,
  streams: benchStreams,
  counting: benchCounting,
  documents: benchDocuments,
  client: benchClient,
}
const wanted = process.argv.slice(2)

for (const [name, run] of Object.entries(concerns)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  console.log(`\n## ${name}\n`)
  for (const line of await run()) console.log(line)
}

// What the scripted endpoint answers: words of its own, and faults. A client that is run takes what carries its name.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clients } from './clients.js'

/** Scripts that answer everybody the same. */
const shared = [
  {
    name: 'words, thinking, a call and its usage',
    match: { text: 'script: everything' },
    reply: {
      thinking: 'The gauge at Bernina knows.',
      text: 'Let me look at the gauge.',
      toolCalls: [{ name: 'get_weather', input: { city: 'Bernina', unit: 'celsius' } }],
      usage: { inputTokens: 1234, outputTokens: 56 },
    },
  },
  {
    name: 'what was asked for, wrapped in words',
    match: { text: 'structured: in words' },
    reply: { text: 'Of course:\n```json\n{"city": "Sondrio", "tonnes": 7}\n```' },
  },
  {
    name: 'not what was asked for, however often',
    match: { text: 'structured: wrong' },
    reply: { text: '{"city": "Sondrio", "tonnes": "seven"}' },
  },
  { name: 'a throttle inside a stream', match: { text: 'fault: exception' }, reply: broken('ThrottlingException') },
  { name: 'half a frame', match: { text: 'fault: half frame' }, reply: broken('half-frame') },
  { name: 'a cut connection', match: { text: 'fault: drop' }, reply: broken('drop') },
  ...[
    ['modelTimeout', 408],
    ['modelError', 424],
    ['modelNotReady', 429],
    ['internal', 500],
    ['unavailable', 503],
  ].map(([kind]) => ({ name: `always ${kind}`, match: { text: `fault: ${kind}.` }, reply: { fault: kind } })),
]

/** Seven words, and a fault after four frames of their stream. @param {string} kind */
function broken(kind) {
  return { text: 'Seven words come before the end, maybe.', fault: { kind, after: 4, message: 'Slow down, quarry.' } }
}

/** A sequence goes on from call to call, so each client and wire has its own. @param {string} id @param {string} wire */
const throttledOnce = (id, wire) => ({
  name: `${id} is throttled once on ${wire}`,
  match: { text: `throttle once: ${id}.`, wire },
  replies: [{ fault: 'ThrottlingException' }, { text: 'At last.' }],
})

/** Writes the scripts into a folder of their own, and says which. @param {string} folder */
export function writeScripts(folder) {
  const into = join(folder, 'scripts')
  rmSync(into, { recursive: true, force: true })
  mkdirSync(into, { recursive: true })
  writeFileSync(join(into, 'shared.json'), JSON.stringify(shared, undefined, 2))
  const own = clients.flatMap(({ id }) => ['invoke', 'converse', 'messages'].map((wire) => throttledOnce(id, wire)))
  writeFileSync(join(into, 'sequences.json'), JSON.stringify(own, undefined, 2))
  return into
}

import { defaultConfig } from '../../src/config/config.ts'
import { startServer } from '../../src/start-server.ts'
import { folderObjects } from './folder-objects.ts'

// A process of its own for tests that kill it: `node batch-server.mjs DATA` says where it answers.
const [, , data = ''] = process.argv
const batch = { ...defaultConfig.batch, submitMs: 0, validateMs: 0, scheduleMs: 0 }
const server = await startServer(
  { ...defaultConfig, data, listen: { host: '127.0.0.1', port: 0 }, batch },
  { objects: folderObjects },
)
process.stdout.write(`${server.url}\n`)

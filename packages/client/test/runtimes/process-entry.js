// Runs the suite in a runtime that has processes: Node, Deno, Bun. What it needs to know comes as JSON in its last argument.
import * as client from '@outcrop/client'
import * as transport from '@outcrop/client/transport'
import { runSuite } from './suite.js'

const world = JSON.parse(process.argv.at(-1))
console.log(JSON.stringify(await runSuite({ transport, client, hasEnvironment: true, ...world })))
process.exit(0)

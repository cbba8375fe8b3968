// Runs the suite in a web page: the driver calls it by its name.
import * as client from '@outcrop/client'
import * as transport from '@outcrop/client/transport'
import { runSuite } from './suite.js'

globalThis.runOutcropSuite = (world) => runSuite({ transport, client, hasEnvironment: false, ...world })

// Runs the suite in a worker, which is asked by a request whose body is what it needs to know.
import * as client from '@outcrop/client'
import * as transport from '@outcrop/client/transport'
import { runSuite } from './suite.js'

export default {
  /** @param {Request} request */
  async fetch(request) {
    return Response.json(await runSuite({ transport, client, hasEnvironment: false, ...(await request.json()) }))
  },
}

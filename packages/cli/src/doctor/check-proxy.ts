import { isLoopback } from '../aws/find-credentials.ts'
import type { Env } from '../io.ts'
import { fail, type Finding, ok, warn } from './check.ts'
import type { Patient } from './patient.ts'

/** Says whether a proxy stands between this machine and the endpoint, and whether it is there. */
export async function checkProxy(patient: Patient): Promise<readonly Finding[]> {
  const { proxy, place, io } = patient
  if (proxy === undefined) return ignoredProxies(io.env)
  const { variable, url, passedBy } = proxy
  if (url === undefined)
    return [fail(`${variable} is no URL of a proxy`, 'write it like http://proxy.example.com:8080')]
  if (passedBy !== undefined) {
    return [ok(`${variable} names ${url.host}, and NO_PROXY ("${passedBy}") lets this endpoint past it`)]
  }
  const around = `add ${place.url.hostname} to NO_PROXY to go past it`
  const connection = await patient.connection()
  if (connection.kind === 'failed') {
    return [fail(`${variable} names ${url.host}, which cannot be reached (${connection.code})`, around)]
  }
  const found = `calls go through ${url.host}, by ${variable}`
  return [isLoopback(place.value) ? warn(`${found}, though the endpoint is on this machine`, around) : ok(found)]
}

function ignoredProxies(env: Env): readonly Finding[] {
  const ignored = ['all_proxy', 'ALL_PROXY'].find((name) => (env[name] ?? '') !== '')
  if (ignored === undefined) return [ok('none is set for this endpoint')]
  return [warn(`${ignored} is set, and only some tools read it: calls go past it`, 'set HTTPS_PROXY as well')]
}

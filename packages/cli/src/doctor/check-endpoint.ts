import { fail, type Finding, ok, warn } from './check.ts'
import type { Connection } from './connect.ts'
import type { Patient, Place } from './patient.ts'
import { describeVisitFailure, type Owner, type Visit } from './visit.ts'

/** Says where calls go and why, whether anything answers there, whose it is, and which versions of HTTP it speaks. */
export async function checkEndpoint(patient: Patient): Promise<readonly Finding[]> {
  const { place } = patient
  const named = ok(
    `${place.value}, ${place.from === undefined ? 'of the Region: nothing names another' : `by ${place.from}`}`,
  )
  if (patient.isProxied) return [named, await describeThroughProxy(patient)]
  const connection = await patient.connection()
  if (connection.kind === 'failed') return [named, describeFailure(connection, place)]
  try {
    const visit = await patient.visit()
    return [named, describeOwner(await patient.owner(), visit), await describeVersions(connection, patient)]
  } catch (cause) {
    const found = `something listens at ${place.url.host}, but it does not answer HTTP: ${describeVisitFailure(cause)}`
    return [named, fail(found, 'check the port, and http against https')]
  }
}

async function describeThroughProxy(patient: Patient): Promise<Finding> {
  try {
    const visit = await patient.visit()
    return describeOwner(await patient.owner(), visit)
  } catch (cause) {
    const found = `nothing answered through the proxy: ${describeVisitFailure(cause)}`
    return fail(found, 'look at the proxy, and at what it allows')
  }
}

type Failed = Extract<Connection, { readonly kind: 'failed' }>

function describeFailure({ at, code }: Failed, { url, isAws }: Place): Finding {
  if (at === 'dns') {
    return fail(
      `the name ${url.hostname} cannot be found (${code})`,
      isAws
        ? 'check the Region, the network and the name server; inside a VPC, its endpoint for bedrock-runtime'
        : 'check the name, the network and the name server',
    )
  }
  if (at === 'tls')
    return fail(`TLS with ${url.host} failed (${code})`, tlsAdvice[code] ?? 'check http against https, and the port')
  if (code === 'ECONNREFUSED') {
    return fail(
      `nothing listens at ${url.host}`,
      isAws ? 'check the network' : 'start it ("outcrop serve"), or name another with --endpoint',
    )
  }
  return fail(`${url.host} cannot be reached (${code})`, 'check the network, its firewall and the proxy')
}

const untrusted =
  'the certificate is not signed by anybody that Node trusts: set NODE_EXTRA_CA_CERTS to the certificate of the proxy or endpoint'

const tlsAdvice: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name: call the host by the name in it',
  CERT_HAS_EXPIRED: 'the certificate has expired: renew it, or set the clock',
}

function describeOwner(owner: Owner, { status, headers }: Visit): Finding {
  if (owner === 'outcrop') return status === 503 ? warn('this is Outcrop, shutting down') : ok('this is Outcrop')
  if (owner === 'aws') return ok('this is Amazon Bedrock, or answers as it does')
  const server = headers['server'] === undefined ? '' : `, server ${JSON.stringify(headers['server'].slice(0, 80))}`
  return warn(
    `neither Bedrock nor Outcrop answered (status ${status}${server})`,
    'check the URL; a proxy that passes only calls of models is all right',
  )
}

async function describeVersions(connection: Connection, patient: Patient): Promise<Finding> {
  if (await patient.http2()) return ok('it speaks HTTP/1.1 and HTTP/2')
  const offered = connection.kind === 'connected' && connection.tls?.alpn === 'h2'
  return warn(
    offered ? 'it offers HTTP/2 and does not answer it' : 'it speaks HTTP/1.1 alone',
    "Outcrop and Anthropic's SDKs need no more; the AWS SDK for JavaScript does: give its client requestHandler: new NodeHttpHandler()",
  )
}

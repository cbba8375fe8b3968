/** The name of the algorithm, in headers, queries and strings to sign. */
export const sigV4Algorithm = 'AWS4-HMAC-SHA256'
/** The last element of every credential scope. */
export const sigV4Terminator = 'aws4_request'

/** `{yyyymmdd}/{region}/{service}/{terminator}` behind an access key id, taken apart. */
export interface SigV4Credential {
  readonly accessKeyId: string
  readonly date: string
  readonly region: string
  readonly service: string
  readonly terminator: string
  /** The four parts after the access key id, as they go into the string to sign. */
  readonly scope: string
}

/** What an `Authorization` header of SigV4 claims. Nothing of it is verified. */
export interface SigV4Authorization {
  readonly kind: 'sigv4'
  readonly credential: SigV4Credential
  /** In the order given, which is the order that was signed. */
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

/** What an `Authorization` header says, by its scheme. */
export type ParsedAuthorization =
  | SigV4Authorization
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'missing' }
  /** The message is AWS's, for an IncompleteSignatureException. */
  | { readonly kind: 'malformed'; readonly message: string }

/** Reads an `Authorization` header of SigV4 or a bearer key, with or without spaces after its commas. */
export function parseAuthorization(header: string | undefined): ParsedAuthorization {
  const value = header?.trim() ?? ''
  if (value === '') return { kind: 'missing' }
  const space = value.indexOf(' ')
  const scheme = space < 0 ? value : value.slice(0, space)
  const rest = space < 0 ? '' : value.slice(space + 1).trim()
  if (scheme === sigV4Algorithm) return parseSigV4(rest)
  if (scheme.toLowerCase() === 'bearer') return { kind: 'bearer', token: rest }
  if (scheme.startsWith('AWS4-')) return { kind: 'malformed', message: `Unsupported AWS 'algorithm': '${scheme}'.` }
  return { kind: 'malformed', message: missingText(undefined, undefined, undefined) }
}

/** Takes apart `{access key id}/{date}/{region}/{service}/aws4_request`; undefined when it has not five parts. */
export function parseCredential(text: string): SigV4Credential | undefined {
  // At most six pieces: a hostile value does not make a long list.
  const [accessKeyId, date, region, service, terminator, more] = text.split('/', 6)
  if (accessKeyId === undefined || date === undefined || region === undefined) return undefined
  if (service === undefined || terminator === undefined || more !== undefined) return undefined
  return { accessKeyId, date, region, service, terminator, scope: text.slice(accessKeyId.length + 1) }
}

function parseSigV4(parameters: string): ParsedAuthorization {
  let credentialText: string | undefined
  let signedHeaders: string | undefined
  let signature: string | undefined
  for (const parameter of parameters.split(',')) {
    const text = parameter.trim()
    if (text === '') continue
    const equals = text.indexOf('=')
    // [?] Generic AWS wording; AWS echoes a hash of the header here, which whoever renders the refusal may add.
    if (equals < 1) {
      return { kind: 'malformed', message: 'Invalid key=value pair (missing equal-sign) in Authorization header.' }
    }
    const name = text.slice(0, equals)
    const value = text.slice(equals + 1)
    if (name === 'Credential') credentialText = value
    else if (name === 'SignedHeaders') signedHeaders = value
    else if (name === 'Signature') signature = value
  }
  if (!credentialText || !signedHeaders || !signature) {
    return { kind: 'malformed', message: missingText(credentialText, signature, signedHeaders) }
  }
  const credential = parseCredential(credentialText)
  if (credential === undefined) {
    return {
      kind: 'malformed',
      message: 'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.',
    }
  }
  return { kind: 'sigv4', credential, signedHeaders: signedHeaders.split(';'), signature }
}

// [?] Generic AWS texts (WIRE §2.3): one sentence for each part that is not there.
function missingText(
  credential: string | undefined,
  signature: string | undefined,
  signedHeaders: string | undefined,
): string {
  const missing = [
    credential ? '' : 'Credential',
    signature ? '' : 'Signature',
    signedHeaders ? '' : 'SignedHeaders',
  ].filter((name) => name !== '')
  return missing.map((name) => `Authorization header requires '${name}' parameter.`).join(' ')
}

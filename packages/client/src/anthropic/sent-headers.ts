// What the transport says in Bedrock's own words, what only Anthropic's servers read, and credentials.
const ours =
  /^(?:accept|accept-encoding|content-(?:type|length)|host|connection|anthropic-(?:version|beta|dangerous-direct-browser-access|user-profile-id)|x-stainless-.*|x-api-key|authorization)$/

/**
 * The headers of a request that go to Bedrock as they are: those that a caller set, such as Bedrock's own or a proxy's. A
 * credential among them is somebody's who takes care of it, when the client has none.
 */
export function sentHeaders(headers: Headers, skipAuth: boolean): Readonly<Record<string, string>> {
  const sent: Record<string, string> = {}
  for (const [name, value] of headers) {
    if (!ours.test(name) || (skipAuth && (name === 'authorization' || name === 'x-api-key'))) sent[name] = value
  }
  return sent
}

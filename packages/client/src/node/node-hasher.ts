import * as crypto from 'node:crypto'
import type { Hasher } from '@outcrop/protocol'

// In one call where there is such a function: from Node 20.12 on, and not yet everywhere else.
const sha256Hex: Hasher['sha256Hex'] =
  typeof crypto.hash === 'function'
    ? (data) => crypto.hash('sha256', data, 'hex')
    : (data) => crypto.createHash('sha256').update(data).digest('hex')

/** SHA-256 and HMAC by Node's own OpenSSL: a small request is signed in half of the time, 14 MB in a quarter. */
export const nodeHasher: Hasher = {
  sha256Hex,
  hmacSha256: (key, data) => crypto.createHmac('sha256', key).update(data).digest(),
  hmacSha256Hex: (key, data) => crypto.createHmac('sha256', key).update(data).digest('hex'),
}

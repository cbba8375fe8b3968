import type { Hasher } from '@outcrop/protocol'

/**
 * SHA-256 and HMAC-SHA-256 in plain JavaScript (FIPS 180-4, RFC 2104): signing needs them at once, and WebCrypto answers
 * later only. For large bodies see `payloadHash`.
 */
export const hasher: Hasher = {
  sha256Hex: (data) => toHex(sha256(toBytes(data))),
  hmacSha256,
  hmacSha256Hex: (key, data) => toHex(hmacSha256(key, data)),
}

const blockSize = 64
const encoder = new TextEncoder()
const { initial, rounds } = constants()
// JavaScript runs one call to its end, so all share the room for one block's schedule.
const schedule = new Int32Array(64)
const byteHex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Writes bytes as lower-case hex. */
export function toHex(bytes: Uint8Array): string {
  let hex = ''
  for (const byte of bytes) hex += byteHex[byte]
  return hex
}

function hmacSha256(key: Uint8Array | string, data: string): Uint8Array {
  const given = toBytes(key)
  const block = new Uint8Array(blockSize)
  block.set(given.length > blockSize ? sha256(given) : given)
  const inner = sha256(
    join(
      block.map((byte) => byte ^ 0x36),
      toBytes(data),
    ),
  )
  return sha256(
    join(
      block.map((byte) => byte ^ 0x5c),
      inner,
    ),
  )
}

function sha256(data: Uint8Array): Uint8Array {
  const state = initial.slice()
  const whole = data.length - (data.length % blockSize)
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  for (let at = 0; at < whole; at += blockSize) compress(state, view, at)
  const rest = data.subarray(whole)
  // A bit of one, zeros, and the length in bits as 64 bits: in one block where nine bytes are left, else in two.
  const end = new Uint8Array(rest.length < 56 ? blockSize : 2 * blockSize)
  end.set(rest)
  end[rest.length] = 0x80
  const endView = new DataView(end.buffer)
  endView.setUint32(end.length - 8, Math.floor(data.length / 0x2000_0000))
  endView.setUint32(end.length - 4, (data.length * 8) >>> 0)
  for (let at = 0; at < end.length; at += blockSize) compress(state, endView, at)
  const digest = new Uint8Array(32)
  const digestView = new DataView(digest.buffer)
  for (let word = 0; word < 8; word++) digestView.setInt32(word * 4, state[word] ?? 0)
  return digest
}

/** One round over 64 bytes: FIPS 180-4 §6.2.2, with its letters. */
function compress(state: Int32Array, view: DataView, at: number): void {
  const w = schedule
  for (let t = 0; t < 16; t++) w[t] = view.getInt32(at + t * 4)
  for (let t = 16; t < 64; t++) {
    const before = w[t - 15] ?? 0
    const last = w[t - 2] ?? 0
    const sigma0 = rotate(before, 7) ^ rotate(before, 18) ^ (before >>> 3)
    const sigma1 = rotate(last, 17) ^ rotate(last, 19) ^ (last >>> 10)
    w[t] = (sigma1 + (w[t - 7] ?? 0) + sigma0 + (w[t - 16] ?? 0)) | 0
  }
  let a = state[0] ?? 0
  let b = state[1] ?? 0
  let c = state[2] ?? 0
  let d = state[3] ?? 0
  let e = state[4] ?? 0
  let f = state[5] ?? 0
  let g = state[6] ?? 0
  let h = state[7] ?? 0
  for (let t = 0; t < 64; t++) {
    const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const t1 = (h + sum1 + ((e & f) ^ (~e & g)) + (rounds[t] ?? 0) + (w[t] ?? 0)) | 0
    const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    const t2 = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  add(state, 0, a)
  add(state, 1, b)
  add(state, 2, c)
  add(state, 3, d)
  add(state, 4, e)
  add(state, 5, f)
  add(state, 6, g)
  add(state, 7, h)
}

function add(state: Int32Array, word: number, value: number): void {
  state[word] = ((state[word] ?? 0) + value) | 0
}
function rotate(value: number, by: number): number {
  return (value >>> by) | (value << (32 - by))
}

/**
 * The first 32 bits behind the point of the square roots of 8 primes and of the cube roots of 64. A double has 50 bits
 * there, and none of these roots is near enough to a whole number of 2⁻³² for the last of them to matter.
 */
function constants(): { initial: Int32Array; rounds: Int32Array } {
  const initial = new Int32Array(8)
  const rounds = new Int32Array(64)
  for (let candidate = 2, found = 0; found < 64; candidate++) {
    let isPrime = true
    for (let divisor = 2; divisor * divisor <= candidate; divisor++) if (candidate % divisor === 0) isPrime = false
    if (!isPrime) continue
    if (found < 8) initial[found] = fraction(Math.sqrt(candidate))
    rounds[found++] = fraction(Math.cbrt(candidate))
  }
  return { initial, rounds }
}

function fraction(root: number): number {
  return ((root % 1) * 0x1_0000_0000) | 0
}

function toBytes(data: Uint8Array | string): Uint8Array {
  return typeof data === 'string' ? encoder.encode(data) : data
}

function join(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const whole = new Uint8Array(head.length + tail.length)
  whole.set(head)
  whole.set(tail, head.length)
  return whole
}

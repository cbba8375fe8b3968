import { hash } from 'node:crypto'

/** A deterministic stream of numbers: equal seeds give equal streams. */
export interface Random {
  /** A whole number from 0 to 2³² − 1. */
  next(): number
  /** A whole number from 0 to `limit` − 1. */
  below(limit: number): number
  pick<T>(items: readonly [T, ...T[]]): T
}

const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/** Strings longer than this are hashed natively before they are mixed in, which from here on costs less than the steps. */
const longString = 512
/** Values nested deeper than this no longer tell requests apart: recursion stays bounded on hostile input. */
const deepest = 64

/** Turns any JSON values into a random stream: equal values give equal streams, and any difference changes everything. */
export function seedRandom(...values: readonly unknown[]): Random {
  const digest = new Digest()
  for (const value of values) digest.value(value, 0)
  return digest.random()
}

/** Twenty-two base58 characters, as Bedrock ends its tool ids and the message ids of older models (WIRE §5.2). */
export function base58Id(random: Random): string {
  return idOf(random, base58, 22)
}

/** Fifty-two base32 characters, as Bedrock ends the message ids of later models (WIRE §5.2). [?] In which case. */
export function base32Id(random: Random): string {
  return idOf(random, base32, 52)
}

const base32 = 'abcdefghijklmnopqrstuvwxyz234567'

function idOf(random: Random, alphabet: string, length: number): string {
  let id = ''
  for (let at = 0; at < length; at++) id += alphabet.charAt(random.below(alphabet.length))
  return id
}

type Members = Readonly<Record<string, unknown>>

/** Two multiply-and-rotate lanes of 32 bits over UTF-16 units: not cryptographic, only cheap and well mixed. */
class Digest {
  private a = 0xdeadbeef
  private b = 0x41c6ce57

  value(value: unknown, depth: number): void {
    if (typeof value === 'string') this.text(value)
    else if (typeof value !== 'object' || value === null) this.text(String(value))
    else if (depth >= deepest) this.unit(0xfffd)
    else if (Array.isArray(value)) {
      this.unit(0x5b)
      for (const item of value) this.value(item, depth + 1)
      this.unit(0x5d)
    } else this.members(value as Members, depth)
  }

  private members(value: Members, depth: number): void {
    this.unit(0x7b)
    // Not by entries: of a million members they take three times as long as keys.
    for (const key of Object.keys(value)) {
      this.text(key)
      this.value(value[key], depth + 1)
    }
    this.unit(0x7d)
  }

  random(): Random {
    const { a, b } = this
    return createXorshift(mix(a, b), mix(b, a), mix(a ^ 0x9e3779b9, b), mix(b ^ 0x85ebca6b, a) | 1)
  }

  private unit(unit: number): void {
    this.a = Math.imul(this.a ^ unit, 2654435761)
    this.b = Math.imul(this.b ^ unit, 1597334677)
  }

  private text(text: string): void {
    // The length goes first, so that ["ab"] and ["a", "b"] differ.
    this.unit(text.length)
    const short = text.length <= longString ? text : hash('sha256', text)
    let { a, b } = this
    for (let at = 0; at < short.length; at++) {
      const unit = short.charCodeAt(at)
      a = Math.imul(a ^ unit, 2654435761)
      b = Math.imul((b << 5) ^ (b >>> 27) ^ unit, 1597334677)
    }
    this.a = a ^ (b >>> 15)
    this.b = b ^ (a >>> 13)
  }
}

function mix(x: number, y: number): number {
  const first = Math.imul(x ^ (x >>> 16), 2246822507)
  return (first ^ Math.imul(y ^ (y >>> 13), 3266489909)) >>> 0
}

/** Marsaglia's xorshift128: one number costs a few nanoseconds. */
function createXorshift(x: number, y: number, z: number, w: number): Random {
  const next = (): number => {
    const t = x ^ (x << 11)
    x = y
    y = z
    z = w
    w = w ^ (w >>> 19) ^ t ^ (t >>> 8)
    return w >>> 0
  }
  // The first numbers still resemble the seed.
  for (let turn = 0; turn < 8; turn++) next()
  const below = (limit: number): number => Math.floor((next() / 0x1_0000_0000) * limit)
  return { next, below, pick: (items) => items[below(items.length)] ?? items[0] }
}

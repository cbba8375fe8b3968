import { randomInt } from 'node:crypto'

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** Makes the last part of a new resource's ARN: twelve lower-case letters and digits (WIRE §7.2, §7.5). */
export function newResourceId(): string {
  return Array.from({ length: 12 }, () => letters.charAt(randomInt(letters.length))).join('')
}

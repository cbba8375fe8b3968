declare const unit: unique symbol

/** Whole 10⁻¹² US dollars: a cached token costs 0.011 millionths, and sums of these stay exact. */
export type PicoUsd = bigint & { readonly [unit]: 'PicoUsd' }

const decimals = 12
const picosPerUsd = 10n ** BigInt(decimals)

/** Parses US dollars as a plain decimal such as `0.011`; `undefined` for any other text, and for less than a 10⁻¹². */
export function parseUsd(text: string): PicoUsd | undefined {
  const [, whole, fraction = ''] = /^(\d{1,15})(?:\.(\d{1,12}))?$/.exec(text) ?? []
  return whole === undefined ? undefined : toPicoUsd(BigInt(whole + fraction.padEnd(decimals, '0')))
}

/** Prints US dollars to the last digit that is not zero: `0.000145`, `12`. */
export function printUsd(amount: PicoUsd): string {
  const fraction = String(amount % picosPerUsd)
    .padStart(decimals, '0')
    .replace(/0+$/, '')
  const whole = String(amount / picosPerUsd)
  return fraction === '' ? whole : `${whole}.${fraction}`
}

/** Adds amounts up; none at all are nothing. */
export function sumUsd(amounts: Iterable<PicoUsd>): PicoUsd {
  let total = 0n
  for (const amount of amounts) total += amount
  return toPicoUsd(total)
}

/** Says what tokens cost at a price for a million of them, which must divide by a million without a rest. */
export function costOfTokens(tokens: number, perMillion: PicoUsd): PicoUsd {
  if (perMillion % 1_000_000n !== 0n) throw new Error(`$${printUsd(perMillion)} a million is no whole 10⁻¹² a token`)
  return toPicoUsd(BigInt(tokens) * (perMillion / 1_000_000n))
}

function toPicoUsd(amount: bigint): PicoUsd {
  return amount as PicoUsd
}

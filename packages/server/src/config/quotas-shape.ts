import { findModel, lookUpId, models, type Scope } from '@outcrop/protocol'
import type { QuotaConfig, QuotasConfig } from '../quota.ts'
import { isSeq } from 'yaml'
import { printPlace } from './problem.ts'
import { list, map, type Reading, report, type Shape, value } from './read-file.ts'
import * as settings from './settings.ts'

const aliases = models.flatMap((model) => model.aliases)

const model: settings.Setting<string> = {
  expected: 'a model such as claude-opus-4-6, whose scope stands beside it, or "*"',
  words: aliases,
  read: (text) => {
    if (text === '*') return text
    // A profile's id would name a scope that nobody reads here.
    return text.length <= 2_048 && lookUpId(text)?.kind !== 'profile' ? findModel(text)?.modelId : undefined
  },
}

const scope = settings.oneOf<Scope | '*'>('global', 'us', 'eu', 'jp', 'au', 'apac', 'in', 'us-gov', 'in-region', '*')

const region: settings.Setting<string> = {
  ...settings.region,
  expected: `${settings.region.expected}, or "*"`,
  read: (text) => (text === '*' ? text : settings.region.read(text)),
}

const limit = value(settings.wholeNumber(0, 1_000_000_000_000))

const fields = map<QuotaConfig>({
  model: value(model),
  scope: value(scope),
  region: value(region),
  account: value(settings.account),
  requestsPerMinute: limit,
  tokensPerMinute: limit,
  tokensPerDay: limit,
  inputTokensPerMinute: limit,
  outputTokensPerMinute: limit,
  burndown: value(settings.anyNumber(1, 1_000)),
})

const runtimeLimits = ['requestsPerMinute', 'tokensPerMinute', 'tokensPerDay'] as const
const mantleLimits = ['inputTokensPerMinute', 'outputTokensPerMinute'] as const

const quota: Shape<QuotaConfig> = (written, reading) => {
  const problemsBefore = reading.problems.length
  const read = fields(written, reading)
  if (read === undefined || reading.problems.length > problemsBefore) return undefined
  if ([...runtimeLimits, ...mantleLimits].some((name) => read[name] !== undefined)) return read
  const names = [...runtimeLimits, ...mantleLimits].join(', ')
  return report(written, reading, `expected at least one limit: ${names}`)
}

const limits: Shape<readonly QuotaConfig[]> = (written, reading) => {
  const read = list(quota)(written, reading)
  if (read !== undefined) refuseTwice(read, written.setting, reading)
  return read
}

/** `quotas: [...]`, or `quotas: {limits: [...], retryAfter: true}`. */
export const quotasShape: Shape<Partial<QuotasConfig>> = (written, reading) => {
  if (isSeq(written.node)) {
    const read = limits(written, reading)
    return read && { limits: read }
  }
  return map<QuotasConfig>({ limits, retryAfter: value(settings.switchedOn) })(written, reading)
}

/** Two entries for the same calls would leave it to their order which one holds. */
function refuseTwice(quotas: readonly QuotaConfig[], setting: string, { problems, places }: Reading): void {
  if (problems.length > 0) return // what was refused is not in the list, and indexes do not fit
  const first = new Map<string, string>()
  for (const [index, entry] of quotas.entries()) {
    for (const [endpoint, limits] of [['runtime', runtimeLimits] as const, ['mantle', mantleLimits] as const]) {
      if (limits.every((name) => entry[name] === undefined)) continue
      const { model = '*', scope = '*', region = '*', account = '*' } = entry
      const calls = [endpoint, model, scope, region, account].join(' ')
      const here = `${setting}[${index}]`
      const before = first.get(calls)
      first.set(calls, before ?? here)
      if (before === undefined) continue
      const place = places.get(here) ?? { kind: 'flag', name: here }
      const at = places.get(before)
      const where = at === undefined ? before : `${before} (${printPlace(at)})`
      problems.push({
        place,
        setting: here,
        message: `expected calls of its own, found those of ${where}: join the two`,
      })
    }
  }
}

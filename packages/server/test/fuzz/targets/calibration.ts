import fc from 'fast-check'
import { calibrate } from '../../../src/calibration/calibrate.ts'
import { converseBodies, donors, invokeBodies } from '../input/bodies.ts'
import { byteChanges, changeText } from '../input/bytes.ts'
import { changeJson, jsonChanges } from '../input/json.ts'
import { createTarget } from '../target.ts'

/** Lines of real calls: each is used, or named with what is wrong. */
export const calibration = createTarget<readonly string[]>({
  name: 'calibration',
  runs: 60,
  weight: 1,
  open: () => ({
    inputs: fc.array(line, { minLength: 1, maxLength: 3 }),
    check: async (lines) => {
      const { usable, unusable, families } = await calibrate(inTurn(lines))
      if (usable + unusable.length > lines.length) throw new Error('more lines than there were')
      for (const { family } of families) {
        if (!Number.isFinite(family.multiplier)) throw new Error(`a multiplier of ${family.multiplier}`)
      }
    },
    show: (lines) => lines.join('\n'),
  }),
})

const calls = [...invokeBodies, ...converseBodies].map((body) => ({
  modelId: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  body,
  inputTokens: 321,
}))

const line = fc
  .tuple(fc.constantFrom(...calls), jsonChanges(3), fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, byteChanges(1)))
  .map(([call, json, bytes]) => changeText(changeJson(call, json, donors), bytes))

async function* inTurn(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines
}

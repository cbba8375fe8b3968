import { models } from '@outcrop/protocol'
import { expect, it } from 'vitest'
import type { BedrockModelId } from './model-ids.ts'

function union(name: string, promise: string, words: readonly string[]): string {
  return `/** ${promise} */\ntype ${name} =\n${words.map((word) => `  | '${word}'`).join('\n')}\n`
}

/** `npx vitest run model-ids --update` writes the file anew. */
function printModelIds(): string {
  return [
    '// Written from the catalogue by model-ids.test.ts.\n',
    union('ModelName', "Anthropic's names of the models on Bedrock: the client finds the profile.", [
      ...new Set(models.flatMap(({ aliases }) => aliases)),
    ]),
    union(
      'BaseModelId',
      "Bedrock's own ids of the models, without a scope.",
      models.map(({ modelId }) => modelId),
    ),
    union(
      'ProfileId',
      'Inference profiles, by scope.',
      models.flatMap(({ profiles }) => Object.values(profiles).map(({ profileId }) => profileId)),
    ),
    `/** What can stand in \`model\`: every id that the catalogue knows, and any other, such as an ARN or a newer model's. */
export type BedrockModelId = ModelName | BaseModelId | ProfileId | (string & {})
`,
  ].join('\n')
}

it('names every alias, base id and profile id of the catalogue', async () => {
  await expect(printModelIds()).toMatchFileSnapshot('./model-ids.ts')
})

it('takes an id that is newer than the catalogue', () => {
  const ids: readonly BedrockModelId[] = ['claude-opus-4-6', 'global.anthropic.claude-opus-9', 'arn:aws:bedrock:…']
  expect(ids).toHaveLength(3)
})

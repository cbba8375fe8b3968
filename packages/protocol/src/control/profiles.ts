import { checkCoralShape, readCoralObject } from '../converse/parse-converse-request.ts'
import { object, string, union } from '../shapes/shape.ts'
import { checkTagKeys, type Tag, tagList } from './tags.ts'

/** The body of CreateInferenceProfile (WIRE §7.2). */
export interface CreateInferenceProfileRequest {
  /** Names may repeat: profiles are told apart by their ids. [?] */
  readonly inferenceProfileName: string
  readonly description?: string
  readonly clientRequestToken?: string
  readonly modelSource: {
    /** The ARN of a foundation model or a system-defined profile. */
    readonly copyFrom: string
  }
  readonly tags?: readonly Tag[]
}

/** `([…][ _-]?)+` of the service model in two steps, because a repeated group would keep a way back for every character. */
function words(source: string, letters: RegExp): { readonly source: string; readonly test: (text: string) => boolean } {
  return { source, test: (text) => letters.test(text) && !/^[ _-]|[ _-]{2}/.test(text) }
}

const tokenPattern = {
  source: '[a-zA-Z0-9]([-a-zA-Z0-9]{0,254}[a-zA-Z0-9])?',
  test: (text: string) => /^[a-zA-Z0-9][a-zA-Z0-9-]*$/.test(text) && !text.endsWith('-'),
}

const sourcePattern = {
  source:
    'arn:aws(|-us-gov|-cn|-iso|-iso-b):bedrock:(|[0-9a-z-]{0,20}):(|[0-9]{12}):(inference-profile|foundation-model)/[a-zA-Z0-9-:.]+',
  test: (text: string) =>
    /^arn:aws(?:|-us-gov|-cn|-iso|-iso-b):bedrock:[0-9a-z-]{0,20}:(?:|[0-9]{12}):(?:inference-profile|foundation-model)\/[a-zA-Z0-9\-:.]+$/.test(
      text,
    ),
}

const shape = object({
  required: {
    inferenceProfileName: string({
      least: 1,
      most: 64,
      pattern: words('([0-9a-zA-Z][ _-]?)+', /^[0-9a-zA-Z _-]+$/),
    }),
    modelSource: union({ copyFrom: string({ least: 1, most: 2048, pattern: sourcePattern }) }),
  },
  optional: {
    description: string({ least: 1, most: 200, pattern: words('([0-9a-zA-Z:.][ _-]?)+', /^[0-9a-zA-Z:. _-]+$/) }),
    clientRequestToken: string({ least: 1, most: 256, pattern: tokenPattern }),
    tags: tagList,
  },
  dropsNull: true,
})

/** Reads the body of CreateInferenceProfile; throws Bedrock's refusal. */
export function parseCreateInferenceProfile(body: Uint8Array): CreateInferenceProfileRequest {
  const value = readCoralObject(body)
  checkCoralShape(shape, value)
  const request = value as { [key: string]: unknown } & CreateInferenceProfileRequest
  checkTagKeys(request.tags ?? [])
  return request
}

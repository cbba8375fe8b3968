import {
  canonicalQuery,
  canonicalRequest,
  emptySha256,
  parseAmzDate,
  parseAuthorization,
  parseHttpDate,
  type SignableRequest,
  signRequest,
  toAmzDate,
} from '@outcrop/protocol'
import fc from 'fast-check'
import { deepStrictEqual, ok } from 'node:assert/strict'
import { nodeHasher } from '../../../src/identity/hashing.ts'
import { byteChanges, changeText } from '../input/bytes.ts'
import { createTarget } from '../target.ts'

interface Claim {
  readonly authorization: string
  readonly date: string
  readonly request: SignableRequest
  readonly signedHeaders: readonly string[]
}

/** What a signature says of itself, and what it is computed over: any text gives an answer, and the same one twice. */
export const sigv4 = createTarget<Claim>({
  name: 'sigv4',
  runs: 600,
  weight: 1,
  open: () => ({
    inputs: fc.record({ authorization, date, request, signedHeaders }),
    check: ({ authorization, date, request, signedHeaders }) => {
      const parsed = parseAuthorization(authorization)
      if (parsed.kind === 'sigv4') {
        const { accessKeyId, scope } = parsed.credential
        ok(authorization.includes(`Credential=${accessKeyId}/${scope}`), 'the credential is not what was written')
        ok(!scope.split('/').some((part) => part.includes('/')) && scope.split('/').length === 4)
      }
      const epochMs = parseAmzDate(date)
      if (epochMs !== undefined) deepStrictEqual(toAmzDate(epochMs), date)
      const httpDate = parseHttpDate(date)
      ok(httpDate === undefined || Number.isSafeInteger(httpDate))
      const canonical = canonicalRequest(request, signedHeaders, 'hash')
      deepStrictEqual(canonicalRequest(request, signedHeaders, 'hash'), canonical)
      const query = canonicalQuery(request.rawQuery)
      deepStrictEqual(canonicalQuery(query), query, 'a canonical query is canonical')
    },
    show: (claim) => JSON.stringify(claim),
  }),
})

const { authorization: signed = '' } = signRequest(
  nodeHasher,
  { method: 'POST', rawPath: '/model/m/invoke', rawQuery: '', headers: { host: 'h', accept: '*/*' } },
  emptySha256,
  { keys: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }, region: 'us-west-2', service: 'bedrock', now: 0 },
).headers

const authorization = fc.oneof(
  fc
    .tuple(fc.constantFrom(signed, signed.replaceAll(', ', ','), 'Bearer ABSKabc', ''), byteChanges(3))
    .map(([text, changes]) => changeText(text, changes)),
  fc.string({ unit: 'binary', maxLength: 60 }),
)
const date = fc.oneof(
  fc
    .tuple(fc.constantFrom('20150830T123600Z', 'Sun, 30 Aug 2015 12:36:00 GMT'), byteChanges(2))
    .map(([text, changes]) => changeText(text, changes)),
  fc.stringMatching(/^\d{8}T\d{6}Z$/),
)
const raw = fc.oneof(
  fc.webPath(),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.stringMatching(/^(%[0-9a-fA-F]{0,2}|[&=+a/ .~*]){0,20}$/),
)
const name = fc.constantFrom('host', ':authority', 'x-amz-date', '__proto__', 'constructor', 'a')
const signedHeaders = fc.array(name, { maxLength: 6 })
const request = fc.record({
  method: fc.constantFrom('GET', 'POST'),
  rawPath: raw,
  rawQuery: raw,
  headers: fc.dictionary(name, fc.string({ unit: 'binary', maxLength: 30 })),
})

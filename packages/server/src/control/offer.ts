import { createHash, timingSafeEqual } from 'node:crypto'
import { type ModelEntry, rateCardOf } from '@outcrop/protocol'
import type { AccessKey } from '../state/access.ts'

/** The terms of Anthropic's models on Bedrock, where AWS publishes them. */
const legalUrl = 'https://aws.amazon.com/legal/bedrock/third-party-models/'

/** An offer as ListFoundationModelAgreementOffers answers it (WIRE §7.3): the catalogue's list prices in a Region. */
export function offerOf(model: ModelEntry, key: AccessKey): object {
  return {
    offerId: offerIdOf(key),
    offerToken: tokenOf(key),
    termDetails: {
      usageBasedPricingTerm: { rateCard: rateCardOf(model, key.region) },
      legalTerm: { url: legalUrl },
      supportTerm: {
        refundPolicyDescription: 'All fees are non-cancellable and non-refundable except as required by law.',
      }, // [?]
    },
  }
}

/** Whether a token is that of the offer of a model to an account in a Region. */
export function isTokenOf(key: AccessKey, token: string): boolean {
  const expected = Buffer.from(tokenOf(key))
  const shown = Buffer.from(token)
  return shown.byteLength === expected.byteLength && timingSafeEqual(shown, expected)
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

function offerIdOf({ modelId }: AccessKey): string {
  const digest = createHash('sha256').update(modelId).digest()
  return `offer-${Array.from(digest.subarray(0, 13), (byte) => alphabet[byte & 31]).join('')}`
}

/** Bytes enough for the some 670 characters that AWS's have. */
const tokenDigests = 8

/** Told again from what it is bound to, so that it outlives a restart and nothing is kept of it. It is no secret. */
function tokenOf({ account, region, modelId }: AccessKey): string {
  const digests = Array.from({ length: tokenDigests }, (_, index) =>
    createHash('sha512')
      .update(JSON.stringify(['offer', account, region, modelId, index]))
      .digest(),
  )
  return Buffer.concat(digests).subarray(0, 501).toString('base64')
}

import { base64ToBytes, textToBase64 } from '@outcrop/protocol'
import { BedrockFailureError } from '../reliability/bedrock-failure.ts'
import type { Ask } from './ask.ts'
import type { ControlCall } from './control-call.ts'
import { isRecord, type JsonRecord, textIn } from './json-fields.ts'
import { pathLabel } from './path-label.ts'

/** A word of Bedrock's that it may add to. */
type Open<Word extends string> = Word | (string & {})

/** Whether an account can call a model in a Region, and what is missing (WIRE §7.3). */
export interface FoundationModelAvailability {
  readonly modelId: string
  readonly agreementAvailability: {
    readonly status: Open<'AVAILABLE' | 'PENDING' | 'NOT_AVAILABLE' | 'ERROR'>
    readonly errorMessage?: string | undefined
  }
  readonly authorizationStatus?: Open<'AUTHORIZED' | 'NOT_AUTHORIZED'> | undefined
  readonly entitlementAvailability?: Open<'AVAILABLE' | 'NOT_AVAILABLE'> | undefined
  readonly regionAvailability?: Open<'AVAILABLE' | 'NOT_AVAILABLE'> | undefined
}

/** What a model is offered for. */
export interface ModelOffer {
  readonly offerId?: string | undefined
  /** What an agreement is made with; some hundreds of characters. */
  readonly offerToken: string
  /** USD for the unit that each dimension counts. */
  readonly rateCard: readonly RateCardItem[]
  /** Where the terms are. */
  readonly legalTermUrl?: string | undefined
  readonly refundPolicyDescription?: string | undefined
  /** ISO 8601, such as `P30D`. */
  readonly agreementDuration?: string | undefined
}

/** The price of one dimension, such as `USE1_input_tokens_standard`. */
export interface RateCardItem {
  readonly dimension?: string | undefined
  readonly price?: string | undefined
  readonly description?: string | undefined
  readonly unit?: string | undefined
}

/** What Anthropic asks of everybody who wants to use its models `[?]` the members are those of the console's form. */
export interface UseCaseForm {
  readonly companyName: string
  readonly companyWebsite: string
  readonly intendedUsers: string
  readonly industryOption: string
  readonly otherIndustryOption?: string | undefined
  readonly useCases: string
}

/** How long what is said to models may be kept, and by whom. */
export type DataRetentionMode = 'default' | 'none' | 'aws_review' | 'provider_data_share' | 'inherit'

/** An account's data retention. */
export interface AccountDataRetention {
  readonly mode: Open<DataRetentionMode>
  /** ISO 8601. */
  readonly updatedAt?: string | undefined
}

/** Access to models, which an account has in each Region (WIRE §7.3). */
export interface ModelAccess {
  /** By a base id. */
  getFoundationModelAvailability(modelId: string, call?: ControlCall): Promise<FoundationModelAvailability>
  listFoundationModelAgreementOffers(
    input: { readonly modelId: string; readonly offerType?: 'ALL' | 'PUBLIC' | undefined },
    call?: ControlCall,
  ): Promise<readonly ModelOffer[]>
  /** Accepts an offer, with the token of one that was just listed. */
  createFoundationModelAgreement(
    input: { readonly modelId: string; readonly offerToken: string },
    call?: ControlCall,
  ): Promise<void>
  deleteFoundationModelAgreement(input: { readonly modelId: string }, call?: ControlCall): Promise<void>
  /** Fills in the form that Anthropic asks for, once for an account. */
  putUseCaseForModelAccess(form: UseCaseForm, call?: ControlCall): Promise<void>
  /** The form as it was filled in; `undefined` while it is not. */
  getUseCaseForModelAccess(call?: ControlCall): Promise<JsonRecord | undefined>
  getAccountDataRetention(call?: ControlCall): Promise<AccountDataRetention>
  putAccountDataRetention(
    input: { readonly mode: DataRetentionMode },
    call?: ControlCall,
  ): Promise<AccountDataRetention>
}

/** Makes the operations on access to models. */
export function createModelAccess(ask: Ask): ModelAccess {
  return {
    async getFoundationModelAvailability(modelId, call = {}) {
      const path = `/foundation-model-availability/${pathLabel('modelId', modelId)}`
      const { answer, refuse } = await ask({ operation: 'GetFoundationModelAvailability', path, ...call })
      const availability = readAvailability(answer)
      if (availability === undefined) throw refuse('answered without agreementAvailability')
      return availability
    },
    async listFoundationModelAgreementOffers({ modelId, offerType }, call = {}) {
      const operation = 'ListFoundationModelAgreementOffers'
      const path = `/list-foundation-model-agreement-offers/${pathLabel('modelId', modelId)}`
      const { answer, refuse } = await ask({ operation, path, query: { offerType }, ...call })
      if (!Array.isArray(answer['offers'])) throw refuse('answered without offers')
      return answer['offers'].flatMap((offer: unknown) => readOffer(offer) ?? [])
    },
    async createFoundationModelAgreement({ modelId, offerToken }, call = {}) {
      const path = '/create-foundation-model-agreement'
      const body = { modelId, offerToken }
      await ask({ operation: 'CreateFoundationModelAgreement', method: 'POST', path, body, ...call })
    },
    async deleteFoundationModelAgreement({ modelId }, call = {}) {
      const path = '/delete-foundation-model-agreement'
      await ask({ operation: 'DeleteFoundationModelAgreement', method: 'POST', path, body: { modelId }, ...call })
    },
    async putUseCaseForModelAccess(form, call = {}) {
      const body = { formData: textToBase64(JSON.stringify(form)) }
      const path = '/use-case-for-model-access'
      await ask({ operation: 'PutUseCaseForModelAccess', method: 'POST', path, body, ...call })
    },
    async getUseCaseForModelAccess(call = {}) {
      const operation = 'GetUseCaseForModelAccess'
      try {
        const { answer, refuse } = await ask({ operation, path: '/use-case-for-model-access', ...call })
        const form = readForm(answer)
        if (form === undefined) throw refuse('answered without formData that holds a form')
        return form
      } catch (error) {
        // Nobody has filled it in: Bedrock says so with a 404 (WIRE §7.3).
        if (error instanceof BedrockFailureError && error.failure.status === 404) return undefined
        throw error
      }
    },
    async getAccountDataRetention(call = {}) {
      const { answer } = await ask({ operation: 'GetAccountDataRetention', path: '/data-retention', ...call })
      return readRetention(answer)
    },
    async putAccountDataRetention({ mode }, call = {}) {
      const operation = 'PutAccountDataRetention'
      const { answer } = await ask({ operation, method: 'PUT', path: '/data-retention', body: { mode }, ...call })
      return readRetention(answer)
    },
  }
}

function readAvailability(answer: JsonRecord): FoundationModelAvailability | undefined {
  const modelId = textIn(answer, 'modelId')
  const agreement = answer['agreementAvailability']
  const status = isRecord(agreement) ? textIn(agreement, 'status') : undefined
  if (modelId === undefined || !isRecord(agreement) || status === undefined) return undefined
  return {
    modelId,
    agreementAvailability: { status, errorMessage: textIn(agreement, 'errorMessage') },
    authorizationStatus: textIn(answer, 'authorizationStatus'),
    entitlementAvailability: textIn(answer, 'entitlementAvailability'),
    regionAvailability: textIn(answer, 'regionAvailability'),
  }
}

function readOffer(offer: unknown): ModelOffer | undefined {
  const offerToken = isRecord(offer) ? textIn(offer, 'offerToken') : undefined
  if (!isRecord(offer) || offerToken === undefined) return undefined
  const terms = recordIn(offer, 'termDetails')
  const rates = recordIn(terms, 'usageBasedPricingTerm')['rateCard']
  return {
    offerId: textIn(offer, 'offerId'),
    offerToken,
    rateCard: (Array.isArray(rates) ? rates : []).filter(isRecord).map((rate) => ({
      dimension: textIn(rate, 'dimension'),
      price: textIn(rate, 'price'),
      description: textIn(rate, 'description'),
      unit: textIn(rate, 'unit'),
    })),
    legalTermUrl: textIn(recordIn(terms, 'legalTerm'), 'url'),
    refundPolicyDescription: textIn(recordIn(terms, 'supportTerm'), 'refundPolicyDescription'),
    agreementDuration: textIn(recordIn(terms, 'validityTerm'), 'agreementDuration'),
  }
}

function recordIn(record: JsonRecord, name: string): JsonRecord {
  const value = record[name]
  return isRecord(value) ? value : {}
}

function readForm(answer: JsonRecord): JsonRecord | undefined {
  try {
    const form: unknown = JSON.parse(new TextDecoder().decode(base64ToBytes(textIn(answer, 'formData') ?? '')))
    return isRecord(form) ? form : undefined
  } catch {
    return undefined
  }
}

function readRetention(answer: JsonRecord): AccountDataRetention {
  return { mode: textIn(answer, 'mode') ?? 'default', updatedAt: textIn(answer, 'updatedAt') }
}

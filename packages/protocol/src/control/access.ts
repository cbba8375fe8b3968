import { checkCoralShape, readCoralObject } from '../converse/parse-converse-request.ts'
import { GatewayError } from '../failures/gateway-error.ts'
import { texts } from '../failures/texts.ts'
import { base64Size, isBase64 } from '../shapes/base64.ts'
import { toCoralText } from '../shapes/render-violation.ts'
import { object, type Shape, string } from '../shapes/shape.ts'

/** How long what an account sends may be kept, and by whom: the service model's words [M]. */
export const retentionModes = ['default', 'none', 'aws_review', 'provider_data_share', 'inherit'] as const

/** A mode of an account's data retention. */
export type RetentionMode = (typeof retentionModes)[number]

/** Which offers are listed: the service model's words [M]. */
const offerTypes = ['ALL', 'PUBLIC'] as const

/**
 * The pattern of `modelId` in the operations on access, as the service model prints it [M], and the same set of ids in a form
 * that runs in linear time: base ids and profile ids, no ARN.
 */
const modelIdPattern = {
  source:
    '[a-z0-9-]{1,63}[.]{1}[a-z0-9-]{1,63}([a-z0-9-]{1,63}[.]){0,2}[a-z0-9-]{1,63}([:][a-z0-9-]{1,63}){0,2}(/[a-z0-9]{12}|)',
  test: (id: string): boolean =>
    /^[a-z0-9-]{1,63}\.[a-z0-9-]{2,126}(?:\.[a-z0-9-]{1,63}){0,2}(?::[a-z0-9-]{1,63}){0,2}(?:\/[a-z0-9]{12})?$/.test(
      id,
    ),
}

const modelId = string({ most: 140, pattern: modelIdPattern })
const struct = (required: Readonly<Record<string, Shape>>): Shape => object({ required, dropsNull: true })

/** Takes base64 that holds from `least` to `most` bytes. */
function bytes(least: number, most: number): Shape {
  return (value, at, report) => {
    if (typeof value !== 'string' || !isBase64(value))
      return report({ kind: 'type', at, expected: 'blob', found: value })
    const length = base64Size(value)
    // The bytes are an object here, because coral repeats no blob in its complaint.
    if (length < least) report({ kind: 'tooShort', at, value: {}, length, limit: least })
    if (length > most) report({ kind: 'tooLong', at, value: {}, length, limit: most })
  }
}

const pathShape = struct({ modelId })
const createShape = struct({ offerToken: string(), modelId })
const useCaseShape = struct({ formData: bytes(10, 16_384) })
const retentionShape = struct({ mode: string({ among: retentionModes }) })

/** Checks the `modelId` of a path; throws coral's refusal of one that breaks the service model. */
export function checkAccessModelId(id: string): void {
  checkCoralShape(pathShape, { modelId: id })
}

/** Checks the `offerType` of a query, where it has one; throws coral's refusal of a word that the service model lacks. */
export function checkOfferType(offerType: string | null): void {
  if (offerType === null || offerTypes.some((known) => known === offerType)) return
  const at = { parent: null, key: 'offerType' }
  const violation = toCoralText({ kind: 'enum', at, value: offerType, allowed: offerTypes })
  throw new GatewayError('validation', texts.constraintViolations([violation]))
}

/** What CreateFoundationModelAgreement is told (WIRE §7.3). */
export interface AgreementRequest {
  readonly offerToken: string
  readonly modelId: string
}

/** Parses the body of CreateFoundationModelAgreement; throws coral's refusal of one that breaks the service model. */
export function parseCreateAgreement(body: Uint8Array): AgreementRequest {
  const value = readCoralObject(body)
  checkCoralShape(createShape, value)
  return { offerToken: String(value['offerToken']), modelId: String(value['modelId']) }
}

/** Parses the body of DeleteFoundationModelAgreement; throws coral's refusal of one that breaks the service model. */
export function parseDeleteAgreement(body: Uint8Array): { readonly modelId: string } {
  const value = readCoralObject(body)
  checkCoralShape(pathShape, value)
  return { modelId: String(value['modelId']) }
}

/** Parses the body of PutUseCaseForModelAccess; the form is whatever its 10 to 16384 bytes of base64 hold (WIRE §7.3). */
export function parseUseCase(body: Uint8Array): { readonly formData: string } {
  const value = readCoralObject(body)
  checkCoralShape(useCaseShape, value)
  return { formData: String(value['formData']) }
}

/** Parses the body of PutAccountDataRetention; throws coral's refusal of a mode that the service model lacks. */
export function parseDataRetention(body: Uint8Array): { readonly mode: RetentionMode } {
  const value = readCoralObject(body)
  checkCoralShape(retentionShape, value)
  const mode = retentionModes.find((known) => known === value['mode'])
  if (mode === undefined) throw new Error(`the shape of PutAccountDataRetention let ${String(value['mode'])} pass`)
  return { mode }
}

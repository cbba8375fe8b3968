import { readFile } from 'node:fs/promises'
import { type Control, createControl, type UseCaseForm } from '@outcrop/client/control'
import { findModel } from '@outcrop/protocol'
import { toCommandFailure } from '../endpoint/to-command-failure.ts'
import { CommandFailure, misuse } from '../failure.ts'
import { type Io, printable } from '../io.ts'
import { align } from '../models/rows.ts'
import { unknownModel } from '../models/unknown-model.ts'
import { type AccessOptions, findPlace } from './place.ts'

interface AccessRow {
  readonly model: string
  readonly region: string
  readonly status: string
  readonly form: boolean
}

/** `outcrop access list`: which models the caller's account can call in a Region, by Bedrock's own operations. */
export async function listAccess(options: AccessOptions & { readonly model?: string }, io: Io): Promise<void> {
  const { url, region, client } = await findPlace(options, io)
  const control = createControl(client)
  const rows = await rowsOf(control, region, options.model).catch((cause: unknown) => {
    throw toCommandFailure(cause, url)
  })
  if (options.json === true) io.stdout.write(`${JSON.stringify(rows, null, 2)}\n`)
  else {
    const cells = rows.map(({ model, status, form }) => [model, region, status, form ? 'yes' : 'no'])
    io.stdout.write(align([['Model', 'Region', 'Status', 'Form'], ...cells]))
  }
}

async function rowsOf(control: Control, region: string, model: string | undefined): Promise<AccessRow[]> {
  const ids =
    model === undefined
      ? (await control.listFoundationModels({ byProvider: 'Anthropic' })).map(({ modelId }) => modelId)
      : [baseIdOf(model)]
  const form = (await control.getUseCaseForModelAccess()) !== undefined
  const rows: AccessRow[] = []
  for (const id of ids) {
    const { agreementAvailability, authorizationStatus } = await control.getFoundationModelAvailability(id)
    const status = authorizationStatus === 'NOT_AUTHORIZED' ? authorizationStatus : agreementAvailability.status
    rows.push({ model: printable(id), region, status: printable(status), form })
  }
  return rows
}

/** What the form of `outcrop access request` is made of. */
export interface RequestOptions extends AccessOptions {
  readonly form?: string
  readonly company?: string
  readonly website?: string
  readonly users?: string
  readonly industry?: string
  readonly useCase?: string
}

/** `outcrop access request`: puts the form where it is missing, and makes the agreement, by Bedrock's own operations. */
export async function requestAccess(typed: string, options: RequestOptions, io: Io): Promise<void> {
  const modelId = baseIdOf(typed)
  const { url, region, client } = await findPlace(options, io)
  const control = createControl(client)
  try {
    if ((await control.getUseCaseForModelAccess()) === undefined) {
      await control.putUseCaseForModelAccess(await readForm(options))
    }
    const before = await control.getFoundationModelAvailability(modelId)
    if (before.agreementAvailability.status === 'NOT_AVAILABLE') {
      const [offer] = await control.listFoundationModelAgreementOffers({ modelId })
      if (offer === undefined) throw new CommandFailure(`${modelId} is not offered in ${region}`)
      await control.createFoundationModelAgreement({ modelId, offerToken: offer.offerToken })
    }
    const { agreementAvailability } = await control.getFoundationModelAvailability(modelId)
    const result = { model: modelId, region, status: printable(agreementAvailability.status) }
    io.stdout.write(
      options.json === true ? `${JSON.stringify(result)}\n` : `${modelId} in ${region}: ${result.status}\n`,
    )
  } catch (cause) {
    throw toCommandFailure(cause, url)
  }
}

const howToFill =
  'fill it in with --form FILE, a JSON object with companyName, companyWebsite, intendedUsers, industryOption and useCases, ' +
  'or with --company, --website and --use-case (and --users, --industry)'

async function readForm(options: RequestOptions): Promise<UseCaseForm> {
  const { form, company, website, users = '0', industry = 'Technology', useCase } = options
  const written = form === undefined ? {} : await readFormFile(form)
  const fields = {
    companyName: company,
    companyWebsite: website,
    intendedUsers: form === undefined ? users : options.users,
    industryOption: form === undefined ? industry : options.industry,
    useCases: useCase,
  }
  const said = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  const filled: Readonly<Record<string, unknown>> = { ...written, ...said }
  const missing = Object.keys(fields).filter((name) => typeof filled[name] !== 'string' || filled[name] === '')
  if (missing.length > 0)
    throw misuse(`the account has not put its form, and ${missing.join(', ')} is missing: ${howToFill}`)
  const text = (name: string): string => {
    const value = filled[name]
    return typeof value === 'string' ? value : ''
  }
  return {
    companyName: text('companyName'),
    companyWebsite: text('companyWebsite'),
    intendedUsers: text('intendedUsers'),
    industryOption: text('industryOption'),
    otherIndustryOption: text('otherIndustryOption'),
    useCases: text('useCases'),
  }
}

async function readFormFile(file: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw misuse(`--form: ${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`)
  })
  try {
    const form: unknown = JSON.parse(text)
    if (typeof form === 'object' && form !== null && !Array.isArray(form)) return { ...form }
  } catch {
    // Said below.
  }
  throw misuse(`--form: ${file} holds no JSON object: ${howToFill}`)
}

function baseIdOf(typed: string): string {
  const model = findModel(typed)
  if (model === undefined) throw unknownModel(typed)
  return model.modelId
}

import { createHash, createHmac } from 'node:crypto'
import { findAwsCredentials } from '@outcrop/client/control'
import { findModel, type Hasher, signRequest } from '@outcrop/protocol'
import { CommandFailure, misuse } from '../failure.ts'
import { type Io, printable } from '../io.ts'
import { unknownModel } from '../models/unknown-model.ts'
import { type AccessOptions, type AccessPlace, findPlace } from './place.ts'

/** Whose access an operator decides on; all of them without. */
export interface DecideOptions extends AccessOptions {
  readonly account?: string
}

/** `outcrop access grant` and `revoke`: the operator's word, by the admin API of Outcrop. */
export async function decideAccess(
  word: 'grant' | 'revoke',
  typed: string,
  options: DecideOptions,
  io: Io,
): Promise<void> {
  const model = findModel(typed)
  if (model === undefined) throw unknownModel(typed)
  if (options.url === 'aws') throw misuse('AWS has no operator who could grant access: use "outcrop access request"')
  const { account, region } = options
  const place = await findPlace(options, io)
  const order = JSON.stringify({ modelId: model.modelId, account, region })
  const answer = await post(place, `/admin/access/${word}`, order, io.now())
  if (options.json === true) io.stdout.write(`${answer}\n`)
  else {
    const where = `${account === undefined ? 'all accounts' : `account ${account}`}, ${region ?? 'all Regions'}`
    io.stdout.write(`${model.modelId} ${word === 'grant' ? 'granted' : 'revoked'}: ${where}\n`)
  }
}

async function post(place: AccessPlace, path: string, body: string, now: number): Promise<string> {
  const headers = await authorized(place, path, body, now)
  const answer = await fetch(`${place.url}${path}`, { method: 'POST', headers, body, redirect: 'error' }).catch(
    (cause: unknown) => {
      throw new CommandFailure(
        `nothing answers at ${place.url}: start it with "outcrop serve", or name another with --url`,
        {
          cause,
        },
      )
    },
  )
  const text = await answer.text()
  if (!answer.ok) throw new CommandFailure(`${place.url} refused: ${printable(messageOf(text))}`)
  return printable(text)
}

const hasher: Hasher = {
  sha256Hex: (data) => createHash('sha256').update(data).digest('hex'),
  hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
  hmacSha256Hex: (key, data) => createHmac('sha256', key).update(data).digest('hex'),
}

async function authorized(
  { url, region, credentials, client }: AccessPlace,
  path: string,
  body: string,
  now: number,
): Promise<Readonly<Record<string, string>>> {
  const plain = { 'content-type': 'application/json' }
  if (credentials.kind === 'none') return plain
  if (credentials.kind === 'bearer') return { ...plain, authorization: `Bearer ${credentials.token}` }
  const keys = await findAwsCredentials(client)
  const { host, pathname } = new URL(`${url}${path}`)
  const request = { method: 'POST', rawPath: pathname, rawQuery: '', headers: { ...plain, host } }
  const signed = signRequest(hasher, request, hasher.sha256Hex(body), { keys, region, service: 'bedrock', now })
  return { ...plain, ...signed.headers }
}

function messageOf(text: string): string {
  try {
    const { message = text } = JSON.parse(text) as { readonly message?: string }
    return message
  } catch {
    return text.slice(0, 200)
  }
}

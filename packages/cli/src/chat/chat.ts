import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { type ClientWire, createBedrockFetch, type ScopePreference } from '@outcrop/client/transport'
import { findModel } from '@outcrop/protocol'
import { clientOptions } from '../aws/client-options.ts'
import { findCredentials } from '../aws/find-credentials.ts'
import { askedUrl, callerRegion } from '../endpoint/endpoint-url.ts'
import { toCommandFailure } from '../endpoint/to-command-failure.ts'
import { CommandFailure, misuse } from '../failure.ts'
import type { Io } from '../io.ts'
import { ask, createPrinter, type Line, printFooter, type Question } from './ask.ts'
import { asText, type Attachment, content, toBlocks } from './attachment.ts'
import { chooseModel } from './choose-model.ts'

/** What follows `outcrop chat` on the command line, beside the prompt. */
export interface ChatOptions {
  readonly model: string
  readonly system?: string
  readonly file?: readonly string[]
  readonly maxTokens?: number
  readonly url?: string
  readonly region?: string
  readonly profile?: string
  readonly wire?: ClientWire | 'auto'
  readonly scope?: readonly ScopePreference[]
  /** Seconds that the endpoint may be silent. */
  readonly timeout?: number
  readonly json?: boolean
}

/** `outcrop chat`: asks a running endpoint once, or goes on asking with a person at the terminal. */
export async function chat(words: readonly string[], options: ChatOptions, io: Io): Promise<void> {
  const { wire = 'converse' } = options
  const line = await openLine({ ...options, wire }, io)
  const model = chooseModel(options.model, { region: line.region, now: io.now(), scope: options.scope, wire })
  const about: Omit<Question, 'messages'> = {
    line,
    model,
    maxTokens: options.maxTokens ?? usualMaxTokens(model),
    ...(options.system !== undefined && { system: options.system }),
  }
  const files = await Promise.all((options.file ?? []).map(readAttachment))
  if (words.length === 0 && io.stdinIs === 'terminal') {
    if (options.json) throw misuse('--json answers one prompt: give it one')
    const { converse } = await import('./interactive.ts')
    return converse(about, toBlocks(files, wire), io)
  }
  const piped = io.stdinIs === 'data' ? await readPiped(io) : undefined
  const pipedText = piped && asText(piped)
  if (piped !== undefined && pipedText === undefined) files.push({ name: 'standard input', bytes: piped })
  const prompt = [words.join(' '), pipedText ?? ''].filter((part) => part.trim() !== '').join('\n\n')
  // Bedrock wants words beside every document.
  if (prompt === '') throw misuse('there is nothing to ask: give a prompt, as in outcrop chat "Hello, world"')
  await askOnce(
    { ...about, messages: [{ role: 'user', content: content(prompt, toBlocks(files, wire)) }] },
    options,
    io,
  )
}

/** Models think, but not for longer than this without a word. */
const usualSilenceMs = 120_000

async function openLine(options: ChatOptions, io: Io): Promise<Line> {
  const { wire, scope, timeout } = options
  const region = callerRegion(options.region, io.env)
  const url = askedUrl(options.url, region, io.env)
  const silenceMs = timeout === undefined ? usualSilenceMs : timeout * 1000
  const credentials = await findCredentials({ profile: options.profile, url }, io)
  try {
    const fetch = createBedrockFetch({
      ...clientOptions(credentials, { url, region, now: io.now }),
      wire,
      scope,
      timeouts: { connect: silenceMs, firstByte: silenceMs, idle: silenceMs, total: 0 },
    })
    return { fetch, url, region, silenceMs, now: io.now }
  } catch (cause) {
    throw toCommandFailure(cause, url)
  }
}

/** As long as the model can write, but for those that write books: quotas reserve all of it (CLIENTS §4.5). */
function usualMaxTokens(modelId: string): number {
  return Math.min(findModel(modelId)?.maxOutputTokens ?? 4096, 32_000)
}

async function askOnce(question: Question, { json = false }: ChatOptions, io: Io): Promise<void> {
  const printer = createPrinter(io)
  try {
    const answer = await ask(question, json ? async () => {} : printer.write)
    if (!json) {
      printer.endLine()
      printFooter(answer, question.model, io)
      return
    }
    io.stdout.write(`${JSON.stringify({ model: question.model, ...answer })}\n`)
  } catch (cause) {
    printer.endLine()
    throw cause
  }
}

async function readAttachment(file: string): Promise<Attachment> {
  try {
    return { name: basename(file), bytes: await readFile(file) }
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    const what =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EISDIR'
          ? 'this is a folder'
          : `it cannot be read (${String(code)})`
    throw new CommandFailure(`--file ${file}: ${what}`, { cause })
  }
}

const maxPipedBytes = 20_971_520

async function readPiped({ stdin, stderr }: Io): Promise<Uint8Array> {
  // A pipe that nobody writes to looks like a hang.
  const notice = setTimeout(() => stderr.write('outcrop: still reading from standard input\n'), 3000)
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of stdin) {
      const bytes = Buffer.from(chunk as Uint8Array | string)
      size += bytes.length
      if (size > maxPipedBytes)
        throw new CommandFailure('standard input: this is more than the 20 MB that a request may have')
      chunks.push(bytes)
    }
  } finally {
    clearTimeout(notice)
  }
  return Buffer.concat(chunks)
}

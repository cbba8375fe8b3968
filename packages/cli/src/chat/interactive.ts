import { createInterface } from 'node:readline'
import type { ContentBlock, MessageParam } from '@outcrop/protocol'
import { CommandFailure } from '../failure.ts'
import { dim, type Io } from '../io.ts'
import { ask, createPrinter, printFooter, type Question } from './ask.ts'
import { content } from './attachment.ts'

/** Talks with the person at the terminal until Ctrl-D; Ctrl-C gives up on an answer, never on the conversation. */
export async function converse(
  about: Omit<Question, 'messages'>,
  files: readonly ContentBlock[],
  io: Io,
): Promise<void> {
  const messages: MessageParam[] = []
  let pending = files
  let answering: AbortController | undefined
  const lines = createInterface({ input: io.stdin, output: io.stdout, terminal: true, prompt: '> ', historySize: 500 })
  lines.on('SIGINT', () => {
    if (answering !== undefined) answering.abort()
    else if (lines.line === '') io.stdout.write(`\n${dim('Ctrl-D ends the conversation', io.stdout, io.env)}\n`)
    if (answering === undefined) {
      // Ctrl-U: what was typed is dropped, as in a shell.
      lines.write(null, { ctrl: true, name: 'e' })
      lines.write(null, { ctrl: true, name: 'u' })
      lines.prompt()
    }
  })
  io.stderr.write(`${dim(`${about.model} at ${about.line.url}; Ctrl-D ends the conversation`, io.stderr, io.env)}\n`)
  lines.prompt()
  for await (const line of lines) {
    if (line.trim() !== '') {
      answering = new AbortController()
      const asked: MessageParam = { role: 'user', content: content(line, pending) }
      const said = await answer({ ...about, messages: [...messages, asked], signal: answering.signal }, io)
      answering = undefined
      if (said !== '') {
        messages.push(asked, { role: 'assistant', content: [{ type: 'text', text: said }] })
        pending = []
      }
    }
    lines.prompt()
  }
  io.stdout.write('\n')
}

/** Prints one answer and returns it; nothing when there was none, so that the question does not stay in the history. */
async function answer(question: Question, io: Io): Promise<string> {
  const printer = createPrinter(io)
  try {
    const said = await ask(question, printer.write)
    printer.endLine()
    printFooter(said, question.model, io)
    // Trailing blanks of an answer that was given up on are refused in a history.
    return said.text.trimEnd()
  } catch (cause) {
    printer.endLine()
    if (!(cause instanceof CommandFailure)) throw cause
    io.stderr.write(`outcrop: ${cause.message}\n`)
    return ''
  }
}

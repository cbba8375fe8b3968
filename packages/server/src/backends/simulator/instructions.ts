/** What a prompt plainly asks for, as far as a simulator can tell. */
export type Instruction =
  | { readonly kind: 'exactly'; readonly text: string }
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'count'; readonly from: number; readonly to: number }
  | { readonly kind: 'words'; readonly words: number }
  | { readonly kind: 'list'; readonly items: number }
  | { readonly kind: 'json'; readonly keys: readonly string[]; readonly array: boolean }
  | { readonly kind: 'talk' }

/** Only the ends of a long prompt are searched for instructions: that is where they stand, and it bounds the work. */
const searched = { start: 200, end: 400 }
/** Asked for more, the simulator still stops here: nobody tests with longer answers. */
const mostWords = 20_000

/** Finds the simple instruction that a prompt begins or ends with; anything else is just talk. */
export function readInstruction(prompt: string): Instruction {
  const isLong = prompt.length > searched.start + searched.end
  const text = isLong ? `${prompt.slice(0, searched.start)}\n${prompt.slice(-searched.end)}` : prompt
  if (!anyClue.test(text)) return { kind: 'talk' }
  for (const read of readers) {
    const instruction = read(text)
    if (instruction !== undefined) return instruction
  }
  return { kind: 'talk' }
}

// Most prompts are mere talk: one expression without which none of the others can match saves trying them all.
const anyClue =
  /\b(?:exactly|only|just|with|repeat|count|counting|json|\d{1,6}|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|write|tell|compose|give|draft|generate|say)\b/i

const readers: ReadonlyArray<(text: string) => Instruction | undefined> = [
  readExactly,
  readCount,
  readJson,
  readWords,
  readList,
  readLong,
  readShortSay,
]

const verb = '(?:say|reply|respond|answer|write|output|print|return|repeat)'
const only = '(?:exactly|only|just|with exactly|with only|with just|only with|exactly with|just with|with)'
const exactly = new RegExp(
  `\\b${verb} (?:back )?(?:to me )?${only}(?: and nothing else)?(?: this| these| the| a)?(?: exact| single| following| one)?(?: word| words| text| phrase| string| sentence| line| token)?(?: and nothing else)?\\s*:?\\s*`,
  'i',
)
const repeatAfter = /\brepeat after me\s*:?\s*/i

function readExactly(text: string): Instruction | undefined {
  const match = exactly.exec(text) ?? repeatAfter.exec(text)
  if (match === null) return undefined
  const rest = text.slice(match.index + match[0].length)
  const quoted = leadingQuote(rest)
  if (quoted !== undefined) return { kind: 'exactly', text: quoted }
  const bare = (rest.split(/\n|(?<=[.!?])\s/, 1)[0] ?? '').replace(/[.]$/, '').trim()
  // `Reply with only JSON`, `answer with a number`: kinds of answers, not the answer itself.
  if (bare === '' || /^(?:valid |raw |plain )?json\b|^\d+ \w+|^an? /i.test(bare)) return undefined
  const plainWith = /\bwith\s*:?\s*$/i.test(match[0]) && !/exactly|only|just/i.test(match[0])
  if (plainWith && bare.split(' ').length > 6) return undefined
  const choice = /^["'“]?(\w+)["'”]? or ["'“]?(\w+)["'”]?$/.exec(bare)
  return { kind: 'exactly', text: choice?.[1] ?? bare.replace(/ and nothing else$/i, '') }
}

const closing: Readonly<Record<string, string>> = { '"': '"', "'": "'", '“': '”', '‘': '’', '`': '`', '«': '»' }

function leadingQuote(text: string): string | undefined {
  const close = closing[text.charAt(0)]
  if (close === undefined) return undefined
  const end = text.indexOf(close, 1)
  return end > 1 ? text.slice(1, end) : undefined
}

const numberWords = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ')
const numberPattern = `(\\d{1,6}|${numberWords.join('|')})`
const countFromTo = new RegExp(
  `\\bcount(?:ing)? (?:up |down |backwards |aloud )?from ${numberPattern} (?:up |down )?to ${numberPattern}\\b`,
  'i',
)
const countTo = new RegExp(`\\bcount(?:ing)? (?:up |aloud )?(?:up )?to ${numberPattern}\\b`, 'i')

function readCount(text: string): Instruction | undefined {
  const both = countFromTo.exec(text)
  if (both !== null) return { kind: 'count', from: toNumber(both[1]), to: toNumber(both[2]) }
  const one = countTo.exec(text)
  return one === null ? undefined : { kind: 'count', from: 1, to: toNumber(one[1]) }
}

function toNumber(text = '1'): number {
  const word = numberWords.indexOf(text.toLowerCase())
  return word === -1 ? Number(text) : word
}

function readJson(text: string): Instruction | undefined {
  if (!/\b(?:in|as|only|valid|raw|with|return|output|a) json\b|\bjson (?:object|array|format|only|with)\b/i.test(text))
    return undefined
  const keys: string[] = []
  const list = /\b(?:keys?|fields?|propert(?:y|ies)|members?)\b:?\s+([^.\n]{1,200})/i.exec(text)?.[1] ?? ''
  for (const part of list.split(/,|\band\b/)) {
    const key = /["'`“]?([A-Za-z_][\w-]{0,60})["'`”]?/.exec(part)?.[1]
    if (key !== undefined) keys.push(key)
  }
  return { kind: 'json', keys, array: /\bjson array\b/i.test(text) }
}

function readWords(text: string): Instruction | undefined {
  const found = /\b(\d{1,6})[- ]words?\b/i.exec(text)
  return found === null ? undefined : { kind: 'words', words: Math.min(mostWords, Number(found[1])) }
}

const list = new RegExp(
  `\\b${numberPattern} (?:\\w+ )?(?:items|things|bullets|bullet points|points|examples|ideas|names|facts|sentences|lines|steps|tips|reasons)\\b`,
  'i',
)

function readList(text: string): Instruction | undefined {
  const found = list.exec(text)
  return found === null ? undefined : { kind: 'list', items: Math.min(1_000, toNumber(found[1])) }
}

const longForms = /\b(?:story|essay|poem|article|report|novel|tale|letter|blog post)\b/i
const writes = /\b(?:write|tell|compose|give|draft|generate)\b/i

function readLong(text: string): Instruction | undefined {
  if (!longForms.test(text) || !writes.test(text)) return undefined
  return { kind: 'words', words: /\b(?:long|detailed|lengthy)\b/i.test(text) ? 400 : 150 }
}

// Where an order begins: `What does it say about granite?` is a question.
const shortSay = /(?:^|[.!?:;,\n]\s*|\b(?:please|just|to|you)\s+)say\s*:?\s+(["'“]?)([^"'“”\n]{1,60})["'”]?[.!?]?\s*$/i
const notWords =
  /^(?:something|anything|what|nothing|no|yes or no|about|that|in|on|of|if|whether|where|when|why|how|who)\b/i

/** `Say hi`, `please say "good morning"`: a short word to say, at the end of the prompt. */
function readShortSay(text: string): Instruction | undefined {
  const found = shortSay.exec(text)
  const said = found?.[2]?.replace(/[.!?]+$/, '').trim() ?? ''
  if (said === '' || (found?.[1] === '' && said.split(' ').length > 3)) return undefined
  return notWords.test(said) ? undefined : { kind: 'say', text: said }
}

/** Something that one of the two languages says and the other has no word for. */
interface Loss {
  /** How the caller learns of it; `nothing` where what is lost says no more than its absence does. */
  readonly told: 'refusal' | 'warning' | 'nothing'
  /** Why it cannot be kept. */
  readonly because: string
}

/** What is lost between Messages and Converse, beside what the capability table says: all of it, each with its reason. */
export const losses = {
  // Of a request, which Converse cannot carry.
  blockUnknown: { told: 'refusal', because: 'Converse has no block of this kind.' },
  sourceUnknown: { told: 'refusal', because: 'Converse takes bytes alone for Claude: send the file as base64.' },
  mediaTypeUnknown: { told: 'refusal', because: 'Converse has no format for this media type.' },
  chunkNotText: { told: 'refusal', because: 'The chunks of a document or a search result are text alone on Converse.' },
  toolMember: { told: 'refusal', because: 'There is no member for it on this wire.' },
  toolName: { told: 'refusal', because: 'A name has 1 to 64 letters, digits, `_` and `-` on Converse.' },
  toolSchema: { told: 'refusal', because: 'Converse has no tools without a schema.' },
  toolUseId: { told: 'refusal', because: 'An id has 1 to 64 letters, digits, `_`, `.`, `:` and `-` on Converse.' },
  guardTag: {
    told: 'refusal',
    because: 'Converse has no tags for guarded text: it has guardContent blocks, which Messages cannot say.',
  },

  // Of a request, which goes on without it.
  blockMember: { told: 'warning', because: 'Converse has no member for it: it was left out.' },
  innerCachePoint: {
    told: 'warning',
    because: 'Converse has no cache points inside a block: mark the block itself. The mark was left out.',
  },
  automaticCaching: {
    told: 'warning',
    because: 'Converse has no automatic caching: mark the blocks themselves. The mark was left out.',
  },
  citationUnknown: { told: 'warning', because: 'Converse has no location of this kind: the citation was left out.' },
  documentTitle: {
    told: 'warning',
    because:
      'The name of a document has letters, digits, `_`, `-`, brackets and single blanks on Converse, and no name twice: it was changed.',
  },
  pdfAsText: {
    told: 'warning',
    because:
      'Converse reads a PDF without citations as text alone, charts and scans unseen: set citations.enabled to have its pages seen (WIRE §6.4).',
  },
  toolOrder: {
    told: 'warning',
    because:
      'Anthropic’s own tools stand behind yours on Converse, in additionalModelRequestFields: the order, and the prefix that is cached, changes.',
  },
  contextManagement: {
    told: 'warning',
    because: 'It is passed on in additionalModelRequestFields, though measured without effect on Converse.',
  },

  // Of a request, whose meaning stays.
  contentAsString: { told: 'nothing', because: 'A text alone and a list of one text block mean the same.' },
  emptyLists: { told: 'nothing', because: 'No system blocks and no citations mean what their absence means.' },
  defaultsSpelledOut: {
    told: 'nothing',
    because:
      '`is_error: false`, `disable_parallel_tool_use: false`, `type: "custom"`, `citations: {}` and null say the default.',
  },
  emptyDescription: { told: 'nothing', because: 'Converse takes no empty description, which says nothing.' },
  untitledDocument: { told: 'nothing', because: 'Every document has a name on Converse: it is numbered.' },
  version: { told: 'nothing', because: 'Converse has no versions.' },

  // Of an answer.
  answerBlockUnknown: { told: 'warning', because: 'Messages has no block of this kind: it was left out.' },
  strayDelta: { told: 'warning', because: 'It belongs to no block that has begun: it was left out.' },
  eventUnknown: { told: 'warning', because: 'Messages has no event of this kind: it was left out.' },
  citationPlaceUnknown: { told: 'warning', because: 'Messages has no such location: the citation was left out.' },
  identity: {
    told: 'nothing',
    because: 'Converse names neither message nor model, unless it grants the fields asked for.',
  },
  earlyUsage: { told: 'nothing', because: 'A stream of Converse counts at its end alone: its start says zero.' },
  brokenOutput: {
    told: 'nothing',
    because: 'Messages has no word for output that came out malformed: it ends a turn, and the word stands beside it.',
  },
  stopReasonUnknown: { told: 'warning', because: 'Messages has no such reason, and none that comes near it.' },
} as const satisfies Readonly<Record<string, Loss>>

type LossToldBy<Told extends Loss['told']> = {
  [Name in keyof typeof losses]: (typeof losses)[Name]['told'] extends Told ? Name : never
}[keyof typeof losses]

/** Losses with which a request goes on. */
export type WarnedLoss = LossToldBy<'warning'>

/** Losses with which a request cannot be translated. */
export type RefusedLoss = LossToldBy<'refusal'>

/** Says what is lost, where, and why. */
export function sayLoss(loss: WarnedLoss | RefusedLoss, at: string): string {
  return `${at}: ${losses[loss].because}`
}

/** Stops a translation: the request holds something that Converse cannot say and that must not be left out. */
export class Inexpressible extends Error {
  override readonly name = 'Inexpressible'
  readonly loss: RefusedLoss

  constructor(loss: RefusedLoss, at: string) {
    super(sayLoss(loss, at))
    this.loss = loss
  }
}

import {
  type FieldJudgement,
  judgeFields,
  type JsonObject,
  type NamedModel,
  parseFieldPattern,
  whatHappens,
  type Wire,
} from '@outcrop/protocol'

/** Where a request goes, as far as it is known. */
export interface RequestPlace {
  readonly model: NamedModel | undefined
  readonly wire: Wire
  readonly betas: readonly string[]
}

/**
 * Judges a body by the capability table, as measured of Bedrock. Of a model that nobody can name only that is judged which
 * every model refuses, the oldest and the newest.
 */
export function judgeRequest(body: JsonObject, { model, wire, betas }: RequestPlace): readonly FieldJudgement[] {
  if (model !== undefined) return judgeFor(model, body, wire, betas)
  const refusedByOldest = new Set(judgeFor(oldest, body, wire, betas).map(({ subject }) => subject))
  return judgeFor(newest, body, wire, betas).filter(({ subject }) => refusedByOldest.has(subject))
}

// Kept, because what holds for a model is remembered by its object.
const oldest: NamedModel = { anthropicName: 'claude-3-0' }
const newest: NamedModel = { anthropicName: 'claude-newest' }

function judgeFor(
  model: NamedModel,
  body: JsonObject,
  wire: Wire,
  betas: readonly string[],
): readonly FieldJudgement[] {
  const context = { model, wire, fidelity: 'aws', betas } as const
  const judgements = judgeFields(body, context)
  const more = features.flatMap(({ feature, wires, patterns }): readonly FieldJudgement[] => {
    if (!wires.includes(wire)) return []
    const outcome = whatHappens(feature, 'feature', context)
    if (outcome.kind !== 'refuse') return []
    const places = patterns.flatMap(({ findAll }) => findAll(body))
    const [first] = places
    if (first === undefined) return []
    return [
      {
        subject: feature,
        kind: 'field',
        isRefused: true,
        text: outcome.text,
        liftedBy: [],
        places,
        path: first.join('.'),
      },
    ]
  })
  return [...judgements, ...more]
}

const marked = ['tools[].', 'system[].', 'messages[].content[].', 'messages[].content[].content[].']
const everywhere: readonly Wire[] = ['invoke', 'converse', 'runtime', 'mantle']

/** Features of the table that stand in more than one place of a body. */
const features = [
  { feature: 'prompt caching', wires: everywhere, members: marked.map((place) => `${place}cache_control`) },
  {
    feature: 'prompt caching for 1h',
    wires: everywhere,
    members: ['', ...marked].map((place) => `${place}cache_control.ttl=1h`),
  },
  {
    feature: 'fine-grained tool streaming',
    wires: ['converse'] as readonly Wire[],
    members: ['tools[].eager_input_streaming'],
  },
].map(({ feature, wires, members }) => ({ feature, wires, patterns: members.map((one) => parseFieldPattern(one)) }))

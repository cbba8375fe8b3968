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
  const judgements = judgeFields(body, { model, wire, fidelity: 'aws', betas })
  const more = refusedFeatures(model, wire).flatMap(({ feature, text, patterns }): readonly FieldJudgement[] => {
    const places = patterns.flatMap(({ findAll }) => findAll(body))
    const [first] = places
    if (first === undefined) return []
    return [{ subject: feature, kind: 'field', isRefused: true, text, liftedBy: [], places, path: first.join('.') }]
  })
  return more.length === 0 ? judgements : [...judgements, ...more]
}

interface RefusedFeature {
  readonly feature: string
  readonly text: string
  readonly patterns: ReadonlyArray<ReturnType<typeof parseFieldPattern>>
}

/** Asked once for a model and a wire: no beta lifts what is said of a feature. */
const known = new WeakMap<NamedModel, Map<Wire, readonly RefusedFeature[]>>()

function refusedFeatures(model: NamedModel, wire: Wire): readonly RefusedFeature[] {
  let ofModel = known.get(model)
  if (ofModel === undefined) known.set(model, (ofModel = new Map()))
  let refused = ofModel.get(wire)
  if (refused === undefined) {
    refused = features.flatMap(({ feature, wires, patterns }) => {
      const outcome = whatHappens(feature, 'feature', { model, wire, fidelity: 'aws' })
      return wires.includes(wire) && outcome.kind === 'refuse' ? [{ feature, text: outcome.text, patterns }] : []
    })
    ofModel.set(wire, refused)
  }
  return refused
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

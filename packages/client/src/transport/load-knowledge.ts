import { lazily } from '../lazily.ts'

/** Loads what is known of models, once for all clients. */
export const loadKnowledge = lazily(() => import('./model-knowledge.ts'))

/**
 * What a call needs to know of models: where they are, and what they take. Loaded when a client is made, beside whatever its
 * program does until its first call: the catalogue and the capability table are the heaviest that every call needs.
 */
export { planCall } from './plan-call.ts'
export { prepareAt } from './prepare.ts'

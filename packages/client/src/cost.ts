// The door of costs, which needs neither the transport nor the peer: for logs and bills.

export type { AnswerReport } from './cost/answer-report.ts'
export { costContextOf } from './cost/cost-context.ts'
export { costOfMessage } from './cost/cost-of-message.ts'
export type { CostContext, MessageCost } from './cost/cost-of-message.ts'
export { createUsageMeter } from './cost/usage-meter.ts'
export type { UsageMeter } from './cost/usage-meter.ts'

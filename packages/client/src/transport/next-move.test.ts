import { expect, it } from 'vitest'
import type { BedrockFailure } from '../reliability/bedrock-failure.ts'
import { type Chances, moveAfterConnectionError, nextMove } from './next-move.ts'

const failure = (changes: Partial<BedrockFailure>): BedrockFailure => ({
  status: 400,
  type: 'invalid_request_error',
  message: 'No',
  region: 'us-east-1',
  retryable: false,
  ...changes,
})
const none: Chances = {
  canRefresh: false,
  hasOtherScope: false,
  canFailOver: false,
  isChosen: false,
  hasNextWire: false,
  repeatsLeft: 0,
}
const all: Chances = {
  canRefresh: true,
  hasOtherScope: true,
  canFailOver: true,
  isChosen: true,
  hasNextWire: true,
  repeatsLeft: 2,
}
const throttle = failure({ status: 429, awsCode: 'ThrottlingException', retryable: true })
const expired = failure({ status: 403, awsCode: 'ExpiredTokenException' })
const invalidId = failure({ message: 'The provided model identifier is invalid.' })
const denied = failure({
  status: 403,
  awsCode: 'AccessDeniedException',
  message:
    'User: x is not authorized to perform: bedrock:InvokeModel on resource: y with an explicit deny in a service control policy',
})
const unknown = failure({ status: 404, awsCode: 'UnknownOperationException' })

it.each([
  ['a throttle', throttle, { repeatsLeft: 1 }, 'repeat'],
  ['a throttle, nothing left', throttle, {}, 'give-up'],
  ['a throttle with a list of other places', throttle, { canFailOver: true, repeatsLeft: 1 }, 'fail-over'],
  [
    'a throttle with other scopes, and no list to fail over to',
    throttle,
    { hasOtherScope: true, isChosen: true, repeatsLeft: 1 },
    'repeat',
  ],
  ['credentials that expired', expired, all, 'refresh'],
  ['fresh credentials that expired', expired, { ...all, canRefresh: false }, 'give-up'],
  [
    'a token that says so',
    failure({ status: 403, message: 'Bearer Token has expired' }),
    { canRefresh: true },
    'refresh',
  ],
  ['an id that this account has not, chosen here', invalidId, { hasOtherScope: true, isChosen: true }, 'next-scope'],
  [
    'an id that this account has not, named by the caller',
    invalidId,
    { hasOtherScope: true, repeatsLeft: 2 },
    'give-up',
  ],
  ['a policy that allows no global calls', denied, { hasOtherScope: true, isChosen: true }, 'next-scope'],
  ['an operation that is not served', unknown, { hasNextWire: true }, 'next-wire'],
  ['an operation that is not served, with other scopes', unknown, { ...all, canRefresh: false }, 'next-wire'],
  ['a scope that is denied, with others', denied, { ...all, canRefresh: false }, 'next-scope'],
  ['the last scope, denied', denied, { ...all, canRefresh: false, hasOtherScope: false }, 'next-wire'],
  ['the same by the wire that was asked for', unknown, {}, 'give-up'],
  ['a bad request', failure({}), { ...all, hasNextWire: false }, 'give-up'],
] as const)('%s', (_, found, chances, move) => {
  expect(nextMove(found, { ...none, ...chances })).toBe(move)
})

it.each([
  [true, { canFailOver: true, repeatsLeft: 2 }, 'fail-over'],
  [true, { hasOtherScope: true, repeatsLeft: 2 }, 'repeat'],
  [true, { hasOtherScope: true }, 'give-up'],
  [false, { canFailOver: true, repeatsLeft: 2 }, 'give-up'],
] as const)('a connection that failed, retryable %s, with %j: %s', (retryable, chances, move) => {
  expect(moveAfterConnectionError({ retryable }, { ...none, ...chances })).toBe(move)
})

// @aws-sdk/client-sts: who am I, over the query protocol.
import assert from 'node:assert/strict'
import { GetCallerIdentityCommand, STSClient, STSServiceException } from '@aws-sdk/client-sts'
import { refusal, requirement, run, setEnvironment, target, texts } from './harness.js'

/** @param {import('./harness.js').KeyPair} pair */
function identify(pair) {
  setEnvironment({ kind: 'keys', keys: pair }, target.region)
  const client = new STSClient({ endpoint: target.urls.strict, region: target.region })
  return client.send(new GetCallerIdentityCommand({}))
}

/** @param {import('./harness.js').KeyPair} pair @param {string} user */
async function isKnown(pair, user) {
  const { Account, Arn, UserId, $metadata } = await identify(pair)
  assert.equal(Account, target.account)
  assert.ok(Arn?.startsWith(`arn:aws:`) && Arn.includes(`:${target.account}:`) && Arn.includes(user), Arn)
  assert.match(UserId ?? '', /^(A[A-Z0-9]+|\d{12}:)/)
  assert.match($metadata.requestId ?? '', /^[0-9a-f-]{36}$/)
}

/** @param {import('./harness.js').KeyPair} pair @param {string} code @param {string} text */
async function isRefused(pair, code, text) {
  const error = await refusal(() => identify(pair))
  assert.ok(error instanceof STSServiceException, `a service exception, not ${String(error)}`)
  assert.deepEqual([error.$metadata.httpStatusCode, error.name, error.message], [403, code, text])
}

requirement('sts.identity', () => isKnown(target.keys, target.users.keys))
requirement('sts.session', () => isKnown(target.temporary, target.users.temporary))
requirement('sts.error', async () => {
  await isRefused({ ...target.keys, accessKeyId: 'AKIAUNKNOWNUNKNOWN77' }, 'InvalidClientTokenId', texts.unknownKey)
  await isRefused({ ...target.keys, secretAccessKey: 'wrong' }, 'SignatureDoesNotMatch', texts.wrongSecret)
})

await run('aws-sdk-js-sts')

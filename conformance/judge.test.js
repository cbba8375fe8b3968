import { describe, expect, it } from 'vitest'
import { count, judge } from './judge.js'

const requirements = [{ id: 'invoke', says: 'It answers', from: 'WIRE §3.4', clients: ['boto3', 'curl'] }]
const passed = { id: 'invoke', client: 'boto3', outcome: /** @type {const} */ ('pass'), detail: '', ms: 1 }
const failed = { ...passed, outcome: /** @type {const} */ ('fail'), detail: 'no answer' }
const expected = { id: 'invoke', client: 'boto3', shows: 'no answer', because: 'its own bug' }
const boto3 = new Set(['boto3'])

/** @param {import('./judge.js').Cell[]} cells @param {string} client */
const verdict = (cells, client) => cells.find((cell) => cell.client === client)?.verdict

describe('judge', () => {
  it('fails a requirement that no client ran', () => {
    expect(judge(requirements, [], [], boto3)).toEqual([
      { id: 'invoke', client: 'boto3', verdict: 'fail', detail: 'not run' },
      { id: 'invoke', client: 'curl', verdict: 'skip', detail: '' },
    ])
  })
  it('passes what passed and fails what failed', () => {
    expect(verdict(judge(requirements, [passed], [], boto3), 'boto3')).toBe('pass')
    expect(verdict(judge(requirements, [failed], [], boto3), 'boto3')).toBe('fail')
  })
  it('counts an expected failure as passed, and keeps its reason', () => {
    const cells = judge(requirements, [failed], [expected], boto3)
    expect(cells[0]).toEqual({
      id: 'invoke',
      client: 'boto3',
      verdict: 'expected',
      detail: 'no answer',
      because: 'its own bug',
    })
    expect(count(cells)).toEqual({ passed: 1, expected: 1, failed: 0, skipped: 1 })
  })
  it('fails an expectation that passed, because it is stale', () => {
    expect(verdict(judge(requirements, [passed], [expected], boto3), 'boto3')).toBe('fail')
  })
  it('fails what failed in another way than expected', () => {
    const hung = { ...failed, detail: 'no end after 60 s' }
    expect(verdict(judge(requirements, [hung], [expected], boto3), 'boto3')).toBe('fail')
  })
  it('fails an expected failure that was not run', () => {
    expect(verdict(judge(requirements, [], [expected], boto3), 'boto3')).toBe('fail')
  })
  it('fails an expectation about something that the manifest does not ask', () => {
    const stray = { id: 'nothing', client: 'boto3', shows: '', because: 'a typing error' }
    expect(judge(requirements, [passed], [stray], boto3).at(-1)?.verdict).toBe('fail')
  })
})

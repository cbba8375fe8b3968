import { describe, expect, it } from 'vitest'
import { acceptableUserId } from './user-id.ts'

describe('acceptableUserId', () => {
  it.each(['', 'user-1', 'a.b@example.com', 'A_b 9', '13803d75-b4b5-4c3e-b2a2-6f21399b021b', 'k:v,$#=/+'])(
    'leaves %j as it is',
    (userId) => {
      expect(acceptableUserId(userId)).toBe(userId)
    },
  )

  it.each([
    '{"device_id":"abc","account_uuid":""}', // what Claude Code sends
    'jürgen',
    'a\nb',
    'x'.repeat(257),
  ])('hashes %j, the same every time', (userId) => {
    const hashed = acceptableUserId(userId)
    expect(hashed).toMatch(/^[0-9a-f]{64}$/)
    expect(acceptableUserId(userId)).toBe(hashed)
  })

  it('hashes by SHA-256 over UTF-8', () => {
    expect(acceptableUserId('{}')).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a')
    expect(acceptableUserId('é')).toBe('4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c')
  })
})

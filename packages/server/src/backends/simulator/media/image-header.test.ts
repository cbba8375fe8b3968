import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { readImageHeader } from './image-header.ts'
import { imageHeaders } from './image.fixture.ts'

describe('an image header', () => {
  it.each(['png', 'gif', 'jpeg', 'webp'] as const)('gives the format and size of a %s', (format) => {
    expect(readImageHeader(imageHeaders[format](640, 480))).toEqual({ format, size: { width: 640, height: 480 } })
  })

  it('reads real files', () => {
    const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
    const gif = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'
    const lossless = 'UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=='
    const lossy = 'UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA'
    expect(readImageHeader(Buffer.from(png, 'base64'))).toEqual({ format: 'png', size: { width: 1, height: 1 } })
    expect(readImageHeader(Buffer.from(gif, 'base64'))).toEqual({ format: 'gif', size: { width: 1, height: 1 } })
    expect(readImageHeader(Buffer.from(lossless, 'base64'))).toEqual({ format: 'webp', size: { width: 1, height: 1 } })
    expect(readImageHeader(Buffer.from(lossy, 'base64'))).toEqual({ format: 'webp', size: { width: 1, height: 1 } })
  })

  it('knows a format without a size, and no format at all', () => {
    expect(readImageHeader(imageHeaders.png(5, 5).subarray(0, 12))).toEqual({ format: 'png' })
    expect(readImageHeader(imageHeaders.png(0, 5))).toEqual({ format: 'png' })
    expect(readImageHeader(Buffer.from('%PDF-1.4'))).toBeUndefined()
  })

  it('reads any bytes without failing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom('png', 'gif', 'jpeg', 'webp'), (bytes, format) => {
        const start = imageHeaders[format as 'png'](3, 3).subarray(0, 12)
        expect(readImageHeader(Buffer.concat([start, bytes]))?.format).toBe(format)
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { readImageHeader } from './image-header.ts'
import { imageHeaders } from './image.fixture.ts'

describe('an image header', () => {
  it.each(['png', 'gif', 'jpeg', 'webp'] as const)('gives the format and size of a %s', async (format) => {
    expect(await readImageHeader(imageHeaders[format](640, 480))).toEqual({ format, width: 640, height: 480 })
  })

  it('reads real files', async () => {
    const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
    const gif = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'
    const lossless = 'UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=='
    const lossy = 'UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA'
    expect(await readImageHeader(Buffer.from(png, 'base64'))).toEqual({ format: 'png', width: 1, height: 1 })
    expect(await readImageHeader(Buffer.from(gif, 'base64'))).toEqual({ format: 'gif', width: 1, height: 1 })
    expect(await readImageHeader(Buffer.from(lossless, 'base64'))).toEqual({ format: 'webp', width: 1, height: 1 })
    expect(await readImageHeader(Buffer.from(lossy, 'base64'))).toEqual({ format: 'webp', width: 1, height: 1 })
  })

  it('says nothing when the bytes do not', async () => {
    expect(await readImageHeader(imageHeaders.png(5, 5).subarray(0, 22))).toBeUndefined()
    expect(await readImageHeader(imageHeaders.png(0, 5))).toBeUndefined()
    expect(await readImageHeader(imageHeaders.jpeg(5, 5).subarray(0, 25))).toBeUndefined()
    expect(await readImageHeader(Buffer.from('%PDF-1.4'))).toBeUndefined()
    expect(await readImageHeader(Buffer.alloc(0))).toBeUndefined()
  })

  it('reads any bytes without failing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 60 }),
        fc.constantFrom('png', 'gif', 'jpeg', 'webp'),
        async (bytes, format) => {
          const start = imageHeaders[format as 'png'](3, 3).subarray(0, 12)
          expect([format, undefined]).toContain((await readImageHeader(Buffer.concat([start, bytes])))?.format)
        },
      ),
    )
  })
})

import { describe, expect, it } from 'vitest'
import { measureHead, splitTarget, toHeaderMap } from './head.ts'

describe('splitting a request target', () => {
  it.each([
    ['/', '/', ''],
    ['/model/a%2Fb/invoke', '/model/a%2Fb/invoke', ''],
    ['/a?', '/a', ''],
    ['/a?b=c?d', '/a', 'b=c?d'],
    ['//a//b', '//a//b', ''],
    ['/a?u=http://x/y', '/a', 'u=http://x/y'],
    ['*', '*', ''],
    ['http://host:80/a/b?c', '/a/b', 'c'],
    ['http://host', '/', ''],
    ['http://host?c', '/', 'c'],
    ['', '', ''],
  ])('of %j gives the path %j and the query %j', (target, rawPath, rawQuery) => {
    expect(splitTarget(target)).toEqual({ rawPath, rawQuery })
  })
})

describe('a map of headers', () => {
  it('has lower-case names and joins repeated ones in their order', () => {
    expect(Object.entries(toHeaderMap(['X-B', '1', 'x-a', '', 'x-b', '2']))).toEqual([
      ['x-b', '1, 2'],
      ['x-a', ''],
    ])
  })

  it('holds nothing that was not sent, and keeps dangerous names as plain data', () => {
    const headers = toHeaderMap(['__proto__', 'a', 'Constructor', 'b'])
    expect(Object.keys(headers)).toEqual(['__proto__', 'constructor'])
    expect(headers['toString']).toBeUndefined()
    expect(toHeaderMap([])['constructor']).toBeUndefined()
    expect(Object.prototype).not.toHaveProperty('a')
  })

  it('is measured as HTTP/1.1 would write it', () => {
    expect(measureHead(['host', 'a', 'x-b', ''])).toBe('host: a\r\nx-b: \r\n'.length)
  })
})

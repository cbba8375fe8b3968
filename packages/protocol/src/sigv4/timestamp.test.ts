import { expect, it } from 'vitest'
import { parseAmzDate, parseHttpDate, toAmzDate } from './timestamp.ts'

it('writes an instant in the basic format, without its milliseconds', () => {
  expect(toAmzDate(Date.UTC(2015, 7, 30, 12, 36, 0, 999))).toBe('20150830T123600Z')
})

it('reads what it writes', () => {
  expect(parseAmzDate('20150830T123600Z')).toBe(Date.UTC(2015, 7, 30, 12, 36, 0))
})

it.each([
  '',
  '20150830',
  '20150230T123600Z',
  '20151330T123600Z',
  '20150030T123600Z',
  '20150800T123600Z',
  '20150830T246000Z',
  '20150830T126000Z',
  '20150830T123660Z',
  '00150830T123600Z',
  '2015-08-30T12:36:00Z',
  '20150830T123600Z ',
  '2015083xT123600Z',
  '20150830T12360xZ',
  'x0150830T123600Z',
  '20150830t123600Z',
  '20150830T123600z',
])('does not read %j as a date', (text) => {
  expect(parseAmzDate(text)).toBeUndefined()
})

it('reads the dates of HTTP', () => {
  expect(parseHttpDate('Sun, 30 Aug 2015 12:36:00 GMT')).toBe(Date.UTC(2015, 7, 30, 12, 36, 0))
})

it.each(['Sun, 30 Foo 2015 12:36:00 GMT', '30 Aug 2015', 'Sun, 30 constructor 2015 12:36:00 GMT'])(
  'does not read %j as a date of HTTP',
  (text) => {
    expect(parseHttpDate(text)).toBeUndefined()
  },
)

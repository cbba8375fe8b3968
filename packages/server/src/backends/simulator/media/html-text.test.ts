import fc from 'fast-check'
import { expect, it } from 'vitest'

import { htmlToText } from './html-text.ts'

it('keeps what a reader sees', () => {
  expect(htmlToText('<p>One<br>two</p><!-- <p>no --><ul><li>three</ul>4 &lt; 5 &unknown; &#x1F600;')).toBe(
    'One\ntwo\nthree\n4 < 5 &unknown; 😀',
  )
})

it('takes any text, and time linear in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('<', '>', '/', '!', '-', '&', ';', 'p', 'script', ' ') }), (html) => {
      htmlToText(html)
    }),
  )
  const started = performance.now()
  htmlToText('<script>'.repeat(100_000))
  htmlToText('<!--'.repeat(100_000))
  htmlToText('<p>&amp'.repeat(100_000))
  expect(performance.now() - started).toBeLessThan(1_000)
})

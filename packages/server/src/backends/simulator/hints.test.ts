import { expect, it } from 'vitest'

import { readHints } from './hints.ts'

it('reads the values that stand plainly in a prompt', () => {
  expect(
    readHints(
      "Book \"Hotel Ritz\" in New York for 3 people from 2026-05-01 at -12.5 degrees, see https://example.org/a?b=1 and /etc/hosts or src/main.ts, mail ada@example.org, ok? It's 'fine'.",
    ),
  ).toMatchObject({
    numbers: [3, -12.5],
    quoted: ['Hotel Ritz', 'fine'],
    places: ['New York'],
    dates: ['2026-05-01'],
    urls: ['https://example.org/a?b=1'],
    emails: ['ada@example.org'],
  })
  expect(readHints('Open /etc/hosts please').paths).toEqual(['/etc/hosts'])
  expect(readHints('Wetter in Zürich und Köln').places).toEqual(['Zürich'])
  expect(readHints('version 1.2.3 of gpt4')).toMatchObject({ numbers: [] })
})

it('reads any text quickly', () => {
  for (const unit of ['a@', '1.', '"', "'", '/a', './.', 'in A ', 'in ', ' ', 'http://', '1+', '-']) {
    const started = performance.now()
    readHints(unit.repeat(100_000))
    expect(performance.now() - started).toBeLessThan(200)
  }
})

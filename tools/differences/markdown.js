// Words of Markdown.

/** @param {readonly string[]} head @param {ReadonlyArray<readonly string[]>} rows */
export function table(head, rows) {
  const lines = rows.map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | '))
  return [head.join(' | '), head.map(() => '---').join(' | '), ...lines].map((line) => `| ${line} |`).join('\n')
}

/** Names stand as code, and descriptions as they are. @param {string} text */
export function code(text) {
  return text.includes(' ') ? text : `\`${text}\``
}

/** A link to a heading of the same page, as GitHub names it. @param {string} title */
export function linkTo(title) {
  const anchor = title
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
  return `[${title}](#${anchor})`
}

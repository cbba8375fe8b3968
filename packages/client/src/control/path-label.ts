/** An id as one segment of a path: `.` and `..` would be taken for folders, and nothing at all for the whole list. */
export function pathLabel(name: string, id: string): string {
  if (!/^[A-Za-z0-9][\x21-\x7e]{0,2047}$/.test(id)) {
    throw new TypeError(
      `${name}: expected a model id, a profile id or an ARN, found ${JSON.stringify(id.slice(0, 100))}`,
    )
  }
  return encodeURIComponent(id)
}

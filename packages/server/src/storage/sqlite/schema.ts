import type { Migration } from './migrate.ts'

/**
 * Every version of the file that there was, in order. What has been released is never changed: a later migration changes what it made,
 * tables and documents alike.
 */
export const schema: readonly Migration[] = [
  // 1: all documents. A key is the JSON of its parts, so that no part of it can look like two.
  (database) =>
    database.exec(`
      CREATE TABLE documents (
        collection TEXT NOT NULL,
        key TEXT NOT NULL,
        document TEXT NOT NULL,
        PRIMARY KEY (collection, key)
      ) STRICT`),
]

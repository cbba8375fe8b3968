/** Why a data folder cannot be used; its message names the folder or file and says what to do. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError'
}

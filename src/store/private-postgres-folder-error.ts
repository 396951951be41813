// The refusal of a data folder, meant for the person who started Bursar.

/** The message says what is wrong, which folder could serve, and what to do. */
export class DataFolderError extends Error {
  override name = 'DataFolderError';
}

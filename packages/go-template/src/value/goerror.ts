/** What a template function throws where Go's returns an error or panics; the message is Go's error text. */
export class GoError extends Error {
  override readonly name = 'GoError';
}

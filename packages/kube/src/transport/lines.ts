/** Newline-delimited text from chunks of bytes, with bounded memory. */
import { TransportError } from './errors.ts';

/** No single watch event is larger: etcd refuses requests of more than 1.5 MiB. */
const MAX_LINE_BYTES = 32 * 1024 * 1024;

const NEWLINE = 0x0a;

/**
 * Yields each line without its newline, and a last one that has none. Bytes are only decoded once a line is
 * whole, so a character split over chunks stays whole. Throws TransportError `too-large` for a longer line.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  maxLineBytes: number = MAX_LINE_BYTES,
): AsyncGenerator<string, void, undefined> {
  let parts: Uint8Array[] = [];
  let size = 0;
  const take = (end: Uint8Array) => {
    const line =
      parts.length === 0
        ? Buffer.from(end.buffer, end.byteOffset, end.byteLength)
        : Buffer.concat([...parts, end]);
    parts = [];
    size = 0;
    return line.toString('utf8');
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, start)) {
      // A line that fits into chunks already received is bounded by what was checked below.
      const line = take(chunk.subarray(start, at));
      start = at + 1;
      if (line !== '' && line !== '\r') yield line;
    }
    if (start < chunk.length) {
      const rest = chunk.subarray(start);
      size += rest.length;
      if (size > maxLineBytes) {
        throw new TransportError('too-large', `a line of the watch is longer than ${maxLineBytes} bytes`);
      }
      parts.push(rest);
    }
  }
  if (size > 0) {
    const line = take(new Uint8Array(0));
    if (line.trim() !== '') yield line;
  }
}

/**
 * The messages of a PostgreSQL server, looked at before the driver's parser gets them: it looks for the end of a text without
 * looking for the end of the message, so that one that lacks it is looked for forever, and the process with it.
 *
 * Formats: PostgreSQL documentation, "Message Formats".
 */
const headBytes = 5;
/** No message of ours is nearly as long: a row is what a table holds of one tenant. */
const maxBytes = 256 * 1024 * 1024;

/** Gives what can be handed on: whole messages, one after the other, whose texts end. Throws at what is no message. */
export function createFrameReader(): (data: Buffer) => Buffer | undefined {
  let parts: Buffer[] = [];
  let size = 0;
  let wanted = headBytes;
  return (data) => {
    parts.push(data);
    size += data.length;
    if (size < wanted) return undefined;
    const whole = parts.length === 1 ? data : Buffer.concat(parts);
    let end = 0;
    for (;;) {
      wanted = end + headBytes;
      if (whole.length < wanted) break;
      const length = whole.readUInt32BE(end + 1);
      if (length < 4 || length > maxBytes) throw new Error(`it announces a message of ${length} bytes`);
      wanted = end + 1 + length;
      if (whole.length < wanted) break;
      checkTexts(String.fromCharCode(whole[end] ?? 0), whole.subarray(end + headBytes, wanted));
      end = wanted;
    }
    const rest = whole.subarray(end);
    parts = rest.length === 0 ? [] : [rest];
    size = rest.length;
    wanted -= end;
    return end === 0 ? undefined : whole.subarray(0, end);
  };
}

function checkTexts(type: string, body: Buffer): void {
  if (type === 'E' || type === 'N') checkFields(body);
  else if (type === 'S') skipText(body, skipText(body, 0));
  else if (type === 'C') skipText(body, 0);
  else if (type === 'A') skipText(body, skipText(body, 4));
  else if (type === 'T') checkColumns(body);
  else if (type === 'R') checkMechanisms(body);
}

/** Where the text that begins at `at` is over. */
function skipText(body: Buffer, at: number): number {
  const end = body.indexOf(0, at);
  if (end < 0 || at >= body.length) throw new Error('a text in a message has no end');
  return end + 1;
}

/** A letter and a text each, and a zero at the end. */
function checkFields(body: Buffer): void {
  for (let at = 0; body[at] !== 0; ) {
    if (at >= body.length) throw new Error('an error message has no end');
    at = skipText(body, at + 1);
  }
}

/** A text and 18 bytes each. */
function checkColumns(body: Buffer): void {
  let at = 2;
  for (let count = body.length < 2 ? 1 : body.readUInt16BE(0); count > 0; count--)
    at = skipText(body, at) + 18;
  if (at > body.length) throw new Error('the description of the columns is cut off');
}

const saslCode = 10;

/** The names of the ways to log in, and an empty one. */
function checkMechanisms(body: Buffer): void {
  if (body.length < 4 || body.readUInt32BE(0) !== saslCode) return;
  for (let at = 4; body[at] !== 0; ) at = skipText(body, at);
}

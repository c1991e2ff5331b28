/** Cuts text to `max` UTF-16 units, never through a character: the server would store another text than was sent. */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  const head = text.slice(0, max - 3);
  return `${/[\uD800-\uDBFF]$/.test(head) ? head.slice(0, -1) : head}...`;
}

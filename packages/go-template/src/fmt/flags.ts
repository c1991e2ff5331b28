/** The state of one % directive: flags, width and precision (fmt's fmtFlags). */
export class Flags {
  width = -1;
  precision = -1;
  minus = false;
  plus = false;
  sharp = false;
  space = false;
  zero = false;
  /** %+v and %#v, for which plus and sharp are off. */
  plusV = false;
  sharpV = false;

  clear(): void {
    this.width = -1;
    this.precision = -1;
    this.minus = this.plus = this.sharp = this.space = this.zero = false;
    this.plusV = this.sharpV = false;
  }
}

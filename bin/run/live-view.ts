import { createLogUpdate } from 'log-update';
import { colours } from '../colours.js';
import { liveRows } from './live-rows.js';
import type { Progress } from './progress.js';
import type { View } from './view.js';

const redrawMs = 100;

/** The picture a terminal shows while Jobs run: a bar per Job, a row per pod that is under way; logs scroll above it. */
export class LiveView implements View {
  private readonly area: ReturnType<typeof createLogUpdate>;
  private readonly timer: NodeJS.Timeout;
  /** Lines for above the picture: written with the next one, however many a pod prints in between. */
  private readonly waiting: string[] = [];
  /** Rows of the picture that is shown. */
  private height = 0;
  private finished = false;

  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly progress: Progress,
    private readonly now: () => number,
  ) {
    this.area = createLogUpdate(stream, { showCursor: true });
    this.timer = setInterval(() => this.draw(), redrawMs);
  }

  /** Nothing to do: the picture is drawn from the state, ten times a second. */
  change(): void {}

  log(prefix: string, line: string): void {
    this.waiting.push(`${colours.dim(`${prefix} │`)} ${line}\n`);
  }

  note(text: string): void {
    this.waiting.push(`${text}\n`);
  }

  finish(): void {
    clearInterval(this.timer);
    this.draw();
    this.finished = true;
    this.area.done();
  }

  private draw(): void {
    if (this.finished) return;
    // A window without a size, as of some CI terminals, says 0.
    const { columns, rows } = this.stream;
    const size = { columns: columns || 80, rows: Math.max(3, (rows || 24) - 2) };
    const picture = liveRows(this.progress, size, this.now());
    // Drawn over a taller one, it would leave the rows below standing.
    if (this.waiting.length > 0 || picture.length < this.height) this.area.clear();
    if (this.waiting.length > 0) this.stream.write(this.waiting.splice(0).join(''));
    this.area(picture.join('\n'));
    this.height = picture.length;
  }
}

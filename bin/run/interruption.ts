/** Signals by which somebody asks a run to end. */
const signals = ['SIGINT', 'SIGTERM'] as const;

/** What a person does who wants a run to end: asks, and asks again. From the third time on the system's own answer holds: the end. */
export class Interruption {
  readonly first: Promise<void>;
  readonly second: Promise<void>;
  private readonly resolvers: (() => void)[] = [];

  constructor(private readonly source: NodeJS.EventEmitter = process) {
    [this.first, this.second] = [this.nextPromise(), this.nextPromise()];
    for (const signal of this.heard()) source.on(signal, this.heardOne);
  }

  stopListening(): void {
    for (const signal of [...signals, 'SIGHUP']) this.source.off(signal, this.heardOne);
  }

  private nextPromise(): Promise<void> {
    return new Promise((resolve) => this.resolvers.push(resolve));
  }

  private readonly heardOne = (): void => {
    this.resolvers.shift()?.();
    if (this.resolvers.length === 0) this.stopListening();
  };

  /** The terminal's end is the run's, unless nohup stands before it, which leaves no terminal to write to. */
  private heard(): readonly string[] {
    return process.stdout.isTTY ? [...signals, 'SIGHUP'] : signals;
  }
}

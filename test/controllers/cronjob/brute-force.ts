/**
 * Schedules minute by minute: every minute of the time line is read on a wall clock of the zone, and compared with each
 * field by the text of the expression. Slow, and nothing in common with the code under test.
 */

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

export interface WallClock {
  readonly minute: number;
  readonly hour: number;
  readonly dayOfMonth: number;
  readonly month: number;
  readonly dayOfWeek: number;
}

/** All minutes of a span (ms since 1970) with what the clocks of a zone show. */
export function wallClocks(timeZone: string, fromMs: number, untilMs: number): readonly WallClock[] {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  const read = (ms: number): WallClock => {
    // `08/03/2026, 01:45`
    const [day = 0, month = 0, year = 0, hour = 0, minute = 0] = format.format(ms).split(/\D+/).map(Number);
    return { minute, hour, dayOfMonth: day, month, dayOfWeek: new Date(Date.UTC(year, month - 1, day)).getUTCDay() };
  };
  const clocks: WallClock[] = [];
  for (let quarter = fromMs; quarter < untilMs; quarter += 15 * 60_000) {
    const first = read(quarter);
    const last = read(quarter + 14 * 60_000);
    // Some zones change their clocks at a minute past midnight: then each minute is read.
    const plain = last.minute === first.minute + 14 && last.hour === first.hour;
    for (let i = 0; i < 15; i++) {
      clocks.push(plain ? { ...first, minute: first.minute + i } : read(quarter + i * 60_000));
    }
  }
  return clocks;
}

/** Whether a schedule of five fields fires at what a clock shows. */
export function matcher(expression: string): (clock: WallClock) => boolean {
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = ''] = expression.trim().split(/\s+/);
  const matches = {
    minute: values(minute, 0, 59),
    hour: values(hour, 0, 23),
    dayOfMonth: values(dayOfMonth, 1, 31),
    month: values(month, 1, 12, monthNames),
    dayOfWeek: values(dayOfWeek, 0, 6, dayNames),
  };
  const isFree = (field: string) => field.split(',').some((range) => /^[*?](\/1)?$/.test(range));
  const either = !isFree(dayOfMonth) && !isFree(dayOfWeek);
  return (clock) => {
    if (!matches.minute[clock.minute] || !matches.hour[clock.hour] || !matches.month[clock.month]) {
      return false;
    }
    const inMonth = matches.dayOfMonth[clock.dayOfMonth] === true;
    const inWeek = matches.dayOfWeek[clock.dayOfWeek] === true;
    return either ? inMonth || inWeek : inMonth && inWeek;
  };
}

function values(field: string, min: number, max: number, names: readonly string[] = []): readonly boolean[] {
  const number = (text: string) => {
    const named = names.indexOf(text.toLowerCase());
    return named >= 0 ? named + min : Number(text);
  };
  const found: boolean[] = [];
  for (const range of field.split(',')) {
    if (range === '') continue;
    const [span = '', step = '1'] = range.split('/');
    const [low, high] = /^[*?]$/.test(span) ? [min, max] : span.split('-').map(number);
    const end = high ?? (range.includes('/') ? max : low!);
    for (let value = min; value <= max; value++) {
      if (value >= low! && value <= end && (value - low!) % Number(step) === 0) found[value] = true;
    }
  }
  return found;
}

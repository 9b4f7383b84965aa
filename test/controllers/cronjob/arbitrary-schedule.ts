import fc from 'fast-check';

/** Expressions of five fields, of everything Kubernetes reads. */
export const arbitrarySchedule: fc.Arbitrary<string> = fc
  .tuple(
    field(0, 59),
    field(0, 23),
    field(1, 31),
    field(1, 12, ['JAN', 'feb', 'Mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']),
    field(0, 6, ['sun', 'Mon', 'TUE', 'wed', 'thu', 'fri', 'sat']),
  )
  .map((fields) => fields.join(' '));

/** Zones with every kind of clock change: both hemispheres, half an hour, none, on other days, and over the date line. */
export const zones = [
  'UTC',
  'America/New_York',
  'America/St_Johns',
  'America/Sao_Paulo',
  'America/Santiago',
  'America/Havana',
  'Europe/London',
  'Europe/Berlin',
  'Europe/Chisinau',
  'Africa/Casablanca',
  'Africa/Cairo',
  'Asia/Tehran',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Gaza',
  'Asia/Tokyo',
  'Australia/Lord_Howe',
  'Australia/Sydney',
  'Pacific/Chatham',
  'Pacific/Apia',
] as const;

function field(min: number, max: number, names: readonly string[] = []): fc.Arbitrary<string> {
  const number = fc.integer({ min, max });
  const word =
    names.length === 0
      ? number.map(String)
      : fc.oneof(
          number.map(String),
          number.map((n) => names[n - min]!),
        );
  const span = fc.tuple(number, number).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
  const any = fc.constantFrom('*', '*', '*', '?');
  const stepped = fc
    .tuple(fc.oneof(any, span, word), fc.integer({ min: 1, max: max + 2 }))
    .map(([s, n]) => `${s}/${n}`);
  const range = fc.oneof({ weight: 3, arbitrary: word }, { weight: 2, arbitrary: span }, stepped);
  const list = fc.array(fc.oneof({ weight: 8, arbitrary: range }, any), { minLength: 1, maxLength: 4 });
  return fc.oneof({ weight: 2, arbitrary: any }, { weight: 3, arbitrary: list.map((ranges) => ranges.join(',')) });
}
